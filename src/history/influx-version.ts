/** Which InfluxDB answers at an address. Servers that only speak its protocol may say anything; then the setting decides. */
import { request } from 'undici'
import { messageOf, TesheError } from '../errors.js'

export type InfluxMajor = '1' | '2' | '3'

export interface InfluxVersion {
  major: InfluxMajor
  /** As the server says it. */
  full: string
}

const TIMEOUT_MS = 5_000
/** In the header of the first for 1.x and most others, in the body of the second for 2.x and 3. */
const PROBES = ['/ping', '/health', '/query?q=SHOW+DATABASES']

/** Asks until an answer names a version. Throws `HISTORY_UNAVAILABLE` when none does. */
export async function detectInflux({
  url,
  headers = {},
}: {
  url: string
  headers?: Record<string, string>
}): Promise<InfluxVersion> {
  const base = url.replace(/\/$/, '')
  const said: string[] = []
  for (const path of PROBES) {
    try {
      const answer = await request(base + path, {
        headers,
        headersTimeout: TIMEOUT_MS,
        bodyTimeout: TIMEOUT_MS,
        reset: true,
      })
      const body = await answer.body.text()
      const version = parseVersion(answer.headers['x-influxdb-version']) ?? parseVersion(versionIn(body))
      if (version) return version
      said.push(`${path} answered ${answer.statusCode} without a version`)
    } catch (error) {
      said.push(`${path}: ${messageOf(error)}`)
    }
  }
  throw new TesheError('HISTORY_UNAVAILABLE', [url, said.join('; ')])
}

/** `1.6.7~rc0`, `v2.7.1`, `3.0.1`. */
export function parseVersion(text: unknown): InfluxVersion | null {
  if (typeof text !== 'string') return null
  const [, full, major] = /^v?((\d+)\.\S*)/.exec(text) ?? []
  if (!full || (major !== '1' && major !== '2' && major !== '3')) return null
  return { major, full }
}

function versionIn(body: string): unknown {
  try {
    const answer: unknown = JSON.parse(body)
    return typeof answer === 'object' && answer !== null && 'version' in answer ? answer.version : undefined
  } catch {
    // Not JSON, so it says no version.
    return undefined
  }
}
