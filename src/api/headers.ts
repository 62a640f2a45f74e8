/**
 * What every answer tells the browser to refuse. The policy allows what the dashboards need and nothing else:
 * blob workers for the map, inline styles of the component library, tiles from hosts that the operator names.
 */
import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

export interface HeaderOptions {
  /** Origins of map tiles and styles, e.g. `https://tiles.example.org`. */
  tileOrigins: readonly string[]
  /** The service is reached by HTTPS, here or at a proxy before it. */
  secure: boolean
}

export async function registerHeaders(
  app: FastifyInstance,
  { tileOrigins, secure }: HeaderOptions,
): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        scriptSrcAttr: ["'none'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:', ...tileOrigins],
        fontSrc: ["'self'", 'data:'],
        // Naming ws: and wss: apart is not needed: 'self' covers the socket of the same host.
        connectSrc: ["'self'", ...tileOrigins],
        workerSrc: ["'self'", 'blob:'],
        childSrc: ['blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        ...(secure ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    hsts: secure ? { maxAge: 15_552_000, includeSubDomains: false } : false,
    // Tiles of other hosts seldom carry the header that this would demand.
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'same-origin' },
  })
}
