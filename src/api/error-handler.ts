/**
 * The one place where a failure becomes an answer: `{"error": {code, message, fields}}`.
 * Texts below 500 are for the caller; from 500 on the caller gets the request id and the log gets the failure.
 */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type ErrorCode, TesheError } from '../errors.js'
import type { ApiMetrics } from '../runtime/metrics.js'
import { faultsOf } from './validation-words.js'

export interface ErrorBody {
  error: { code: ErrorCode; message: string; fields: { field: string; message: string }[] }
}

export function registerErrorHandler(app: FastifyInstance, { metrics }: { metrics: ApiMetrics }): void {
  function answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): ErrorBody {
    const failure = asTesheError(thrown, request)
    metrics.errors.inc({ code: failure.code, remedy: failure.remedy })
    reply.code(failure.status).header('cache-control', 'no-store').type('application/json; charset=utf-8')
    if (failure.code === 'LOGIN_SLOWED' || failure.code === 'REQUESTS_TOO_MANY')
      reply.header('retry-after', /\d+/.exec(failure.message)?.[0] ?? '1')
    if (failure.status < 500)
      return { error: { code: failure.code, message: failure.message, fields: failure.fields ?? [] } }
    request.log.error({ err: thrown, code: failure.code, request: request.id }, 'request failed')
    const shown = new TesheError('INTERNAL', [request.id])
    return { error: { code: failure.code, message: shown.message, fields: [] } }
  }

  app.setErrorHandler((thrown, request, reply) => reply.send(answer(thrown, request, reply)))
}

/** Thrown for a path that no route serves. */
export function routeUnknown(request: FastifyRequest): TesheError {
  return new TesheError('ROUTE_UNKNOWN', [request.method, request.url.split('?')[0] ?? ''])
}

function asTesheError(thrown: unknown, request: FastifyRequest): TesheError {
  if (thrown instanceof TesheError) return thrown
  if (!isFastifyError(thrown)) return new TesheError('INTERNAL', [request.id], { cause: thrown })
  if (thrown.validation) {
    const fields = faultsOf(thrown.validation, thrown.validationContext ?? 'request')
    const [first] = fields
    const summary = first ? `${first.field} ${first.message}` : 'it does not match the schema'
    return new TesheError('REQUEST_INVALID', [summary], { cause: thrown, fields })
  }
  switch (thrown.statusCode) {
    case 413:
      return new TesheError('BODY_TOO_LARGE', [request.routeOptions.bodyLimit], { cause: thrown })
    case 415:
      return new TesheError('MEDIA_TYPE_UNKNOWN', [request.headers['content-type'] ?? 'none'], {
        cause: thrown,
      })
    default:
      return thrown.statusCode !== undefined && thrown.statusCode < 500
        ? new TesheError('REQUEST_INVALID', [thrown.message], { cause: thrown })
        : new TesheError('INTERNAL', [request.id], { cause: thrown })
  }
}

function isFastifyError(thrown: unknown): thrown is FastifyError {
  return thrown instanceof Error && ('statusCode' in thrown || 'validation' in thrown)
}
