/**
 * Who sends telemetry by HTTP: a device or a gateway, by its own secret. People are not admitted here: what stands in
 * the record as said by a machine was said by a machine. Nor are cookies, so no foreign page can make a browser speak.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { TesheError } from '../errors.js'
import type { DeviceLogin } from '../registry/credentials.js'
import type { SecretLookup } from '../registry/secret-lookup.js'
import type { Sleep } from '../runtime/sleep.js'

/** Holds answers back so that guessing is slow; never refuses. ms. */
export interface Brake {
  failed(address: string, username: string | null): number
  succeeded(address: string, username: string | null): number
}

export interface DeviceAdmissionOptions {
  secrets: Pick<SecretLookup, 'find'>
  brake: Brake
  /** Requests a second of one log-in; 0: without limit. */
  requestsPerSecond: { device: number; gateway: number }
  onRefused: (username: string, address: string) => void
  now: () => number
  sleep: Sleep
}

/** Answers held back at once; beyond that a guesser is told so, instead of holding another socket of ours. */
const MOST_HELD = 500
const MINUTE_MS = 60_000
const LONGEST_NAME = 64

export function createDeviceAdmission(app: FastifyInstance, options: DeviceAdmissionOptions) {
  const { secrets, brake, requestsPerSecond, onRefused, now, sleep } = options
  const closing = new AbortController()
  app.addHook('preClose', (done) => {
    closing.abort()
    done()
  })
  const rates = {
    device: rateOf(app, 'device', requestsPerSecond.device),
    gateway: rateOf(app, 'gateway', requestsPerSecond.gateway),
  }
  let held = 0

  async function hold(ms: number): Promise<void> {
    if (ms === 0) return
    if (held >= MOST_HELD) throw new TesheError('REQUESTS_TOO_MANY', [Math.ceil(ms / 1000)])
    held++
    await sleep(now() + ms, closing.signal)
    held--
  }

  return {
    /** Throws DEVICE_SECRET_NEEDED, REQUESTS_TOO_MANY. */
    async admit(request: FastifyRequest): Promise<DeviceLogin> {
      const shown = shownBy(request)
      if (!shown) throw new TesheError('DEVICE_SECRET_NEEDED', [])
      const { username, secret } = shown
      const login = await secrets.find(secret, username)
      if (!login) {
        onRefused(username ?? '', request.ip)
        await hold(brake.failed(request.ip, username))
        throw new TesheError('DEVICE_SECRET_NEEDED', [])
      }
      await hold(brake.succeeded(request.ip, username))
      request.device = login
      await rates[login.kind]?.(request)
      return login
    },
  }
}

/** `Basic id:secret`, or `Bearer secret`. */
function shownBy({ headers }: FastifyRequest): { username: string | null; secret: string } | null {
  const [, scheme = '', given = ''] = /^(Basic|Bearer) +(\S+)$/i.exec(headers.authorization ?? '') ?? []
  if (scheme.toLowerCase() === 'bearer') return { username: null, secret: given }
  const text = Buffer.from(given, 'base64').toString()
  const colon = text.indexOf(':')
  if (colon < 1 || colon > LONGEST_NAME || colon === text.length - 1) return null
  return { username: text.slice(0, colon), secret: text.slice(colon + 1) }
}

function rateOf(app: FastifyInstance, kind: string, perSecond: number) {
  if (perSecond === 0) return null
  const check = app.createRateLimit({
    max: perSecond * 60,
    timeWindow: MINUTE_MS,
    keyGenerator: (request) => `${kind} ${request.device?.username ?? request.ip}`,
  })
  return async (request: FastifyRequest): Promise<void> => {
    const outcome = await check(request)
    if (!outcome.isAllowed && outcome.isExceeded)
      throw new TesheError('REQUESTS_TOO_MANY', [outcome.ttlInSeconds])
  }
}
