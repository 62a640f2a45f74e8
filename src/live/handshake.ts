/** Who may connect: the session behind `auth.token`, or behind the cookie of a page that is ours. */
import { fastifyCookie } from '@fastify/cookie'
import { TesheError } from '../errors.js'
import type { CurrentSession, Sessions } from '../registry/sessions.js'
import { originAllowed, SESSION_COOKIE } from '../runtime/browser-session.js'

export interface Handshake {
  headers: { [name: string]: string | string[] | undefined }
  auth: { [name: string]: unknown }
}

export interface Admitted {
  token: string
  session: CurrentSession
}

/** Throws SESSION_REQUIRED, ORIGIN_FORBIDDEN, PASSWORD_CHANGE_NEEDED. */
export async function admit(
  { headers, auth }: Handshake,
  { sessions, publishedOrigins }: { sessions: Pick<Sessions, 'find'>; publishedOrigins: readonly string[] },
): Promise<Admitted> {
  const token = typeof auth.token === 'string' ? auth.token : cookieToken(headers, publishedOrigins)
  const session = token === undefined ? null : await sessions.find(token)
  if (token === undefined || !session) throw new TesheError('SESSION_REQUIRED', [])
  if (session.user.mustChangePassword) throw new TesheError('PASSWORD_CHANGE_NEEDED', [])
  return { token, session }
}

function cookieToken(headers: Handshake['headers'], published: readonly string[]): string | undefined {
  const token = fastifyCookie.parse(textOf(headers.cookie) ?? '')[SESSION_COOKIE]
  if (!token) return undefined
  // Browsers open sockets to anywhere and attach cookies; only the page's origin tells ours from a foreign one.
  const origin = textOf(headers.origin)
  // Long polling begins with a GET, on which browsers name no origin of their own site but say that it is the same.
  if (origin === undefined && textOf(headers['sec-fetch-site']) === 'same-origin') return token
  if (!originAllowed(origin, textOf(headers.host), published))
    throw new TesheError('ORIGIN_FORBIDDEN', [origin ?? '(none)'])
  return token
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}
