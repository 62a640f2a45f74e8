/**
 * What a line of the route table says, and what a handler is called with. Roles are named one by one: whoever is not
 * named may not. A handler answers with a value that matches `reply`; failures are thrown.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Static, TSchema, TUnknown } from 'typebox'
import { TesheError } from '../errors.js'
import type { Role } from '../model/incident.js'
import type { Viewer } from '../model/viewer.js'
import type { DeviceLogin } from '../registry/credentials.js'
import type { CurrentSession } from '../registry/sessions.js'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * What of a tenant the route touches. `none`: nothing; `self`: the caller's own account; `list`: only what the caller
 * may see is listed; `equipment`, `incident`, `gateway`, `claim`, `rule`, `backtest`, `contact`, `member`, `crew`,
 * `shift`: the `:id` in the path, unknown (404) to whoever may not see it; `new`: makes something, and what it refers to must be visible to the caller.
 */
export type Scope =
  | 'none'
  | 'self'
  | 'list'
  | 'equipment'
  | 'incident'
  | 'gateway'
  | 'claim'
  | 'rule'
  | 'backtest'
  | 'contact'
  | 'member'
  | 'crew'
  | 'shift'
  | 'new'

/** A request as handlers see it. */
export interface Call<P = unknown, Q = unknown, B = unknown> {
  params: P
  query: Q
  body: B
  /** Who asks; throws `SESSION_REQUIRED` on a route that is open to all. */
  readonly session: CurrentSession
  readonly viewer: Viewer
  /** Which device or gateway asks; throws `DEVICE_SECRET_NEEDED` on a route for people. */
  readonly device: DeviceLogin
  /** The `Idempotency-Key` header. */
  key: string | undefined
  request: FastifyRequest
  reply: FastifyReply
}

export interface RouteSchema {
  params?: TSchema
  query?: TSchema
  body?: TSchema
  reply: TSchema
}

export interface Route {
  method: Method
  /** With `:name` for parameters. */
  path: string
  /** `open` is for everybody, logged in or not; `device` for devices and gateways by their own secret, and for no person. */
  roles: readonly Role[] | 'open' | 'device'
  scope: Scope
  summary: string
  schema: RouteSchema
  /** Status of a success; 200 by default. */
  status?: number
  /** Takes an `Idempotency-Key`. */
  creates?: boolean
  /** May be used before the first password has been replaced. */
  beforePasswordChange?: boolean
  /**
   * The reply names people (callers, contacts, rescue cards, accounts), and who read it is in the audit: under the id in
   * the reply, the id in the path, or the path of the list; or the handler enters every single one itself.
   */
  personal?: 'reply' | 'path' | 'list' | 'handler'
  /** A password is checked: tries are limited by address, whoever asks. */
  guessable?: boolean
  /** The reply is not JSON. */
  contentType?: string
  /** The reply is to be had as this as well, by `?format=`. */
  download?: string
  /** May come without a body; the handler gets an empty one. */
  bodyOptional?: boolean
  /** The handler gets the bytes as they came; `body` only describes them. */
  rawBody?: boolean
  handler(call: Call): unknown
}

/** A reply to be saved as a file, instead of the JSON that the schema names. */
export class Download {
  readonly contentType: string
  readonly filename: string
  readonly text: string

  constructor({ contentType, filename, text }: { contentType: string; filename: string; text: string }) {
    this.contentType = contentType
    this.filename = filename
    this.text = text
  }
}

/** A line of the table; the handler's types follow from its schemas. */
export function route<
  R extends TSchema,
  P extends TSchema = TUnknown,
  Q extends TSchema = TUnknown,
  B extends TSchema = TUnknown,
>(
  line: Omit<Route, 'schema' | 'handler'> & {
    schema: { params?: P; query?: Q; body?: B; reply: R }
    handler: (call: Call<Static<P>, Static<Q>, Static<B>>) => Static<R> | Promise<Static<R> | Download>
  },
): Route {
  return line as Route
}

/** The call of a request, its schema already checked. */
export function callOf(request: FastifyRequest, reply: FastifyReply, session: CurrentSession | null): Call {
  const key = request.headers['idempotency-key']
  return {
    params: request.params,
    query: request.query,
    body: request.body,
    key: typeof key === 'string' ? key : undefined,
    request,
    reply,
    get session() {
      if (!session) throw new TesheError('SESSION_REQUIRED', [])
      return session
    },
    get viewer() {
      return this.session.viewer
    },
    get device() {
      if (!request.device) throw new TesheError('DEVICE_SECRET_NEEDED', [])
      return request.device
    },
  }
}
