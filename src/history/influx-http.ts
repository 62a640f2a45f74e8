/** Two connections kept open to an InfluxDB, for lines as they are: the clients' own writers build an object a point. */
import { type Dispatcher, Pool } from 'undici'
import { messageOf, TesheError } from '../errors.js'
import type { PostOutcome, Precision } from './influx-connection.js'

const TIMEOUT_MS = 30_000
/** Statuses with which a server says that these very lines are at fault. */
const REFUSALS = new Set([400, 413, 422])

export interface LinePoster {
  post(lines: Uint8Array, precision?: Precision): Promise<PostOutcome>
  close(): Promise<void>
}

/** `path` with its query, relative to `url`; lines go there by POST. */
export function createLinePoster({
  name,
  url,
  path,
  headers,
}: {
  name: string
  url: URL
  path: string
  headers: Record<string, string>
}): LinePoster {
  const pool = new Pool(url.origin, {
    connections: 2,
    pipelining: 1,
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    connect: { timeout: 5_000 },
  })
  const prefix = url.pathname.replace(/\/$/, '')

  return {
    async post(lines, precision = 'ms') {
      let answer: Dispatcher.ResponseData
      let text: string
      try {
        answer = await pool.request({
          path: `${prefix}${path}&precision=${precision}`,
          method: 'POST',
          headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
          body: lines,
        })
        text = await answer.body.text()
      } catch (error) {
        throw new TesheError('HISTORY_UNAVAILABLE', [name, messageOf(error)], { cause: error })
      }
      if (answer.statusCode < 300) return 'written'
      if (REFUSALS.has(answer.statusCode)) return { refused: text.trim() }
      throw new TesheError('HISTORY_UNAVAILABLE', [name, `${answer.statusCode} ${text.slice(0, 200).trim()}`])
    },
    close: () => pool.destroy(),
  }
}
