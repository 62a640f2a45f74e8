/** Walks the route table: each line becomes a Fastify route behind the same admission, and a page of the description. */
import type { FastifyInstance } from 'fastify'
import type { CurrentSession } from '../registry/sessions.js'
import type { createAuthentication } from './authentication.js'
import { callOf, type Route } from './route.js'
import { ErrorReply } from './schemas.js'

declare module 'fastify' {
  interface FastifyRequest {
    session: CurrentSession | null
  }
}

export function registerRoutes(
  app: FastifyInstance,
  routes: readonly Route[],
  authentication: ReturnType<typeof createAuthentication>,
): void {
  app.decorateRequest('session', null)
  for (const line of routes) {
    app.route({
      method: line.method,
      url: line.path,
      schema: schemaOf(line),
      exposeHeadRoute: false,
      // Before the body is read: a stranger's megabyte is not even parsed.
      onRequest: async (request) => {
        request.session = await authentication.admit(line, request)
      },
      handler: async (request, reply) => {
        if (line.status !== undefined) reply.code(line.status)
        return await line.handler(callOf(request, reply, request.session))
      },
    })
  }
}

function schemaOf({ path, roles, summary, schema, status = 200, creates, contentType }: Route) {
  const { params, query, body, reply } = schema
  const open = roles === 'open'
  const success = contentType ? { content: { [contentType]: { schema: reply } } } : reply
  return {
    summary,
    description: open ? 'For everybody.' : `For ${roles.join(', ')}.`,
    tags: [path.split('/')[path.startsWith('/api/') ? 2 : 1] ?? 'service'],
    security: open ? [] : [{ bearer: [] }, { cookie: [] }],
    ...(params && { params }),
    ...(query && { querystring: query }),
    ...(body && { body }),
    ...(creates && { headers: IDEMPOTENCY_HEADER }),
    response: { [status]: success, '4xx': ErrorReply, '5xx': ErrorReply },
  }
}

const IDEMPOTENCY_HEADER = {
  type: 'object',
  properties: {
    'idempotency-key': {
      type: 'string',
      minLength: 1,
      maxLength: 128,
      description: 'the same key and body get the same reply, another body is 409 KEY_REUSED',
    },
  },
} as const
