/**
 * What a load balancer, an orchestrator and Prometheus ask. Everybody learns yes or no; detail and numbers need the
 * metrics token, or a caller on this machine that no proxy speaks for.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { TesheError } from '../errors.js'
import type { Metrics } from '../runtime/metrics.js'

/** One part of the service, as `/readyz` shows it. */
export interface Readiness {
  part: string
  ready: boolean
  /** Why not, or figures worth reading. */
  detail?: { [name: string]: string | number | boolean | null }
}

export interface HealthOptions {
  readiness: () => Readiness[] | Promise<Readiness[]>
  metrics: Metrics
  metricsToken: string | null
}

const FORWARDING = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'via',
]
const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

export function createHealth({ readiness, metrics, metricsToken }: HealthOptions) {
  const mayRead = (request: FastifyRequest): boolean => {
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (metricsToken !== null && given !== undefined && sameSecret(given, metricsToken)) return true
    // A set token still leaves the loopback open: whoever is on the machine can read the token's source as well.
    return (
      LOOPBACK.has(request.socket.remoteAddress ?? '') &&
      LOOPBACK.has(request.socket.localAddress ?? '') &&
      FORWARDING.every((header) => request.headers[header] === undefined)
    )
  }

  return {
    healthz: () => ({ ok: true }),

    async readyz(request: FastifyRequest, reply: FastifyReply) {
      const parts = await readiness()
      const ready = parts.every((part) => part.ready)
      reply.code(ready ? 200 : 503)
      return mayRead(request) ? { ready, parts } : { ready }
    },

    metrics(request: FastifyRequest, reply: FastifyReply): Promise<string> {
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
