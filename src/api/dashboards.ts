/**
 * Serves the built dashboards. Files with a hash in their name are kept for a year; `index.html` is asked for each
 * time, so that a new version shows at the next load. Every page of the app is `index.html`; paths of the API are not.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { routeUnknown } from './error-handler.js'

const HASHED = /[-.][A-Za-z0-9_-]{8,}\.(js|mjs|css|woff2?|png|svg|jpg|webp|json|geojson|wasm|pbf)$/
const SERVICE_PATHS = /^\/(api|socket\.io|metrics|healthz|readyz)(\/|\?|$)/

export async function registerDashboards(app: FastifyInstance, directory: string | null): Promise<void> {
  const built = directory !== null && existsSync(join(directory, 'index.html'))
  if (built)
    await app.register(fastifyStatic, {
      root: directory,
      wildcard: false,
      index: 'index.html',
      cacheControl: false,
      setHeaders: (reply, path) => {
        reply.setHeader('cache-control', cacheControl(path))
      },
    })
  app.setNotFoundHandler((request, reply) => {
    // A page is what a browser asks for as a document; a missing script must not be answered with the app.
    const page = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html')
    if (!built || !page || SERVICE_PATHS.test(request.url)) throw routeUnknown(request)
    return reply.sendFile('index.html')
  })
}

function cacheControl(path: string): string {
  if (path.endsWith('index.html')) return 'no-cache'
  return HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'public, max-age=3600'
}
