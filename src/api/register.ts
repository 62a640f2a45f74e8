/** Walks the route table: each line becomes a Fastify route behind the same admission, and a page of the description. */
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { DeviceLogin } from '../registry/credentials.js'
import type { CurrentSession } from '../registry/sessions.js'
import type { createAuthentication } from './authentication.js'
import type { createDeviceAdmission } from './device-admission.js'
import type { PersonalReads } from './personal-reads.js'
import { callOf, Download, type Route } from './route.js'
import { ErrorReply } from './schemas.js'

declare module 'fastify' {
  interface FastifyRequest {
    session: CurrentSession | null
    device: DeviceLogin | null
  }
}

export function registerRoutes(
  app: FastifyInstance,
  routes: readonly Route[],
  {
    authentication,
    devices,
    personalReads,
    rawBodyLimit,
  }: {
    authentication: ReturnType<typeof createAuthentication>
    devices: ReturnType<typeof createDeviceAdmission>
    personalReads: PersonalReads
    /** Bytes of a body that is taken as it comes. */
    rawBodyLimit: number
  },
): void {
  app.decorateRequest('session', null)
  app.decorateRequest('device', null)
  // Bytes as they came, of whatever type: a parser of its own, so only routes registered in here have it.
  app.register((raw, _options, done) => {
    raw.removeAllContentTypeParsers()
    raw.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: rawBodyLimit }, (_request, body, parsed) =>
      parsed(null, body),
    )
    for (const line of routes) if (line.rawBody) add(raw, line)
    done()
  })
  for (const line of routes) if (!line.rawBody) add(app, line)

  function add(to: FastifyInstance, line: Route): void {
    to.route({
      method: line.method,
      url: line.path,
      schema: schemaOf(line),
      exposeHeadRoute: false,
      // Before the body is read: a stranger's megabyte is not even parsed.
      onRequest: async (request) => {
        if (line.roles === 'device') request.device = await devices.admit(request)
        else request.session = await authentication.admit(line, request)
      },
      ...(line.bodyOptional && {
        preValidation: (request, _reply, done) => {
          request.body ??= {}
          done()
        },
      }),
      ...(line.rawBody && {
        bodyLimit: rawBodyLimit,
        validatorCompiler: (part) =>
          part.httpPart === 'body' ? () => true : TypeBoxValidatorCompiler(part as never),
      }),
      handler: async (request, reply) => {
        if (line.status !== undefined) reply.code(line.status)
        const call = callOf(request, reply, request.session)
        const answer = await line.handler(call)
        if (line.personal) await personalReads(line, call, answer)
        if (!(answer instanceof Download)) return answer
        reply.type(answer.contentType)
        reply.header('content-disposition', `attachment; filename="${answer.filename}"`)
        return answer.text
      },
    })
  }
}

function schemaOf({ path, roles, summary, schema, status = 200, creates, contentType, download }: Route) {
  const { params, query, body, reply } = schema
  const open = roles === 'open'
  const json = { 'application/json': { schema: reply } }
  const success = contentType
    ? { content: { [contentType]: { schema: reply } } }
    : download
      ? { content: { ...json, [download]: { schema: Type.String() } } }
      : reply
  return {
    summary,
    description: FOR[String(roles)] ?? `For ${String(roles).replaceAll(',', ', ')}.`,
    tags: [path.split('/')[path.startsWith('/api/') ? 2 : 1] ?? 'service'],
    security: open
      ? []
      : roles === 'device'
        ? [{ device: [] }, { bearer: [] }]
        : [{ bearer: [] }, { cookie: [] }],
    ...(params && { params }),
    ...(query && { querystring: query }),
    ...(body && { body }),
    ...(creates && { headers: IDEMPOTENCY_HEADER }),
    response: { [status]: success, '4xx': ErrorReply, '5xx': ErrorReply },
  }
}

const FOR: Readonly<Record<string, string>> = {
  open: 'For everybody.',
  device: 'For devices and gateways by their own secret: `Basic id:secret`, or `Bearer secret`.',
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
