/**
 * What a load balancer, an orchestrator and Prometheus ask. Everybody learns yes or no; detail and numbers need the
 * metrics token, or a caller on this machine that no proxy speaks for.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { TesheError } from '../errors.js'
import type { Metrics } from '../runtime/metrics.js'
import type { Call } from './route.js'

/** One part of the service, as `/readyz` shows it. */
export interface Readiness {
  part: string
  ready: boolean
  /** Why not, or figures worth reading. */
  detail?: { [name: string]: string | number | boolean | null }
}

export interface ServiceOptions {
  readiness: () => Readiness[] | Promise<Readiness[]>
  metrics: Metrics
  metricsToken: string | null
  /** The service listens on loopback only. */
  loopback: boolean
  /** The OpenAPI description of the table. */
  openapi: () => object
}

const FORWARDING = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'via',
]

export function createServiceHandlers({
  readiness,
  metrics,
  metricsToken,
  loopback,
  openapi,
}: ServiceOptions) {
  const mayRead = (request: FastifyRequest): boolean => {
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (metricsToken !== null && given !== undefined && sameSecret(given, metricsToken)) return true
    return loopback && FORWARDING.every((header) => request.headers[header] === undefined)
  }

  return {
    healthz: () => ({ ok: true }),
    openapi: () => ({ ...openapi() }),

    async readyz({ request, reply }: Call) {
      const parts = await readiness()
      const ready = parts.every((part) => part.ready)
      reply.code(ready ? 200 : 503)
      return mayRead(request) ? { ready, parts } : { ready }
    },

    metrics({ request, reply }: Call): Promise<string> {
      if (!mayRead(request)) throw new TesheError('METRICS_TOKEN_NEEDED', [])
      reply.type(metrics.registry.contentType)
      return metrics.registry.metrics()
    },
  }
}

function sameSecret(given: string, wanted: string): boolean {
  return timingSafeEqual(digest(given), digest(wanted))
}
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
