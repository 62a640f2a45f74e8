/**
 * Before any handler: who asks, and may they? A Bearer token or the session cookie names the session; a cookie counts
 * for writing only when the page that sent it is ours, since browsers attach cookies to anybody's requests.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { TesheError } from '../errors.js'
import type { CurrentSession, Sessions } from '../registry/sessions.js'
import { originAllowed, SESSION_COOKIE } from '../runtime/browser-session.js'
import type { Route } from './route.js'

export interface AuthenticationOptions {
  sessions: Pick<Sessions, 'find'>
  /** Origins beside the request's own host at which the service is published. */
  publishedOrigins: readonly string[]
}

/** Unknown tokens one address may show in a minute, and passwords it may try; known tokens are never held up. */
const BAD_TOKENS_A_MINUTE = 300
const GUESSES_A_MINUTE = 120

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

export function createAuthentication(
  app: FastifyInstance,
  { sessions, publishedOrigins }: AuthenticationOptions,
) {
  const badTokens = limiter(app, 'token', BAD_TOKENS_A_MINUTE)
  const guesses = limiter(app, 'guess', GUESSES_A_MINUTE)

  function allowOrigin(request: FastifyRequest): void {
    const { origin } = request.headers
    if (originAllowed(origin, request.host, publishedOrigins)) return
    throw new TesheError('ORIGIN_FORBIDDEN', [origin ?? '(none)'])
  }

  async function find(request: FastifyRequest): Promise<CurrentSession> {
    const given = tokenOf(request)
    if (!given) throw new TesheError('SESSION_REQUIRED', [])
    const session = await sessions.find(given.token)
    if (!session) {
      await badTokens(request)
      throw new TesheError('SESSION_REQUIRED', [])
    }
    if (given.from === 'cookie' && !SAFE_METHODS.has(request.method)) allowOrigin(request)
    return session
  }

  return {
    /** The session of a request to `route`, or `null` where none is needed. */
    async admit(route: Route, request: FastifyRequest): Promise<CurrentSession | null> {
      if (route.guessable) await guesses(request)
      if (route.roles === 'open') {
        // Logging somebody in from a foreign page would let that page act in the wrong name.
        if (!SAFE_METHODS.has(route.method) && request.headers.origin !== undefined) allowOrigin(request)
        return null
      }
      // Devices are admitted by device-admission.ts, and their routes know no person.
      if (route.roles === 'device') throw new TesheError('DEVICE_SECRET_NEEDED', [])
      const session = await find(request)
      if (session.user.mustChangePassword && !route.beforePasswordChange)
        throw new TesheError('PASSWORD_CHANGE_NEEDED', [])
      if (!route.roles.includes(session.viewer.role))
        throw new TesheError('ROLE_FORBIDDEN', [session.viewer.role, `${route.method} ${route.path}`])
      return session
    },
  }
}

/** The token a request carries, and how. A Bearer header wins over a cookie. */
export function tokenOf(request: FastifyRequest): { token: string; from: 'bearer' | 'cookie' } | null {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (bearer !== undefined) return { token: bearer, from: 'bearer' }
  const cookie = request.cookies[SESSION_COOKIE]
  return cookie ? { token: cookie, from: 'cookie' } : null
}

function limiter(app: FastifyInstance, name: string, max: number) {
  const check = app.createRateLimit({
    max,
    timeWindow: 60_000,
    keyGenerator: (request) => `${name} ${request.ip}`,
  })
  return async (request: FastifyRequest): Promise<void> => {
    const outcome = await check(request)
    if (!outcome.isAllowed && outcome.isExceeded)
      throw new TesheError('REQUESTS_TOO_MANY', [outcome.ttlInSeconds])
  }
}
