/** One HTTP request within a time limit over the whole exchange, and what its answer means. Never throws. */
import { Agent, type Dispatcher, request } from 'undici'
import { messageOf } from '../../errors.js'
import type { Outcome } from './channel.js'

/** ms; a receiver that trickles bytes must not hold the queue. */
export const EXCHANGE_TIMEOUT_MS = 10_000
/** Bytes of an answer that are read at most. */
const LONGEST_REPLY = 64 * 1024

export interface HttpLine {
  /** The answer; a failure on the way is an `unknown` outcome instead. */
  exchange(request: HttpRequest): Promise<{ status: number; text: string } | Outcome>
  close(): Promise<void>
}

export interface HttpRequest {
  url: string
  method?: 'GET' | 'POST' | 'PUT'
  headers: Record<string, string>
  body?: string | Uint8Array | undefined
}

/** `ca`: of receivers whose authority the system does not know. */
export function openHttpLine({
  timeoutMs = EXCHANGE_TIMEOUT_MS,
  ca,
}: {
  timeoutMs?: number
  ca?: string
} = {}): HttpLine {
  const agent = new Agent({ connect: { timeout: timeoutMs, ...(ca && { ca }) } })
  return {
    async exchange({ url, method = 'POST', headers, body }) {
      try {
        const reply = await request(url, {
          method,
          dispatcher: agent,
          signal: AbortSignal.timeout(timeoutMs),
          headers,
          ...(method !== 'GET' && body !== undefined && { body }),
        })
        return { status: reply.statusCode, text: await readText(reply) }
      } catch (error) {
        return { outcome: 'unknown', error: messageOf(error) }
      }
    },
    close: () => agent.destroy(),
  }
}

async function readText({ body }: Dispatcher.ResponseData): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    length += chunk.length
    if (length > LONGEST_REPLY) break
  }
  return Buffer.concat(chunks).toString('utf8', 0, LONGEST_REPLY)
}

/** `null`: 2xx, so the body decides. */
export function refusalOf(status: number): Outcome | null {
  if (status >= 200 && status < 300) return null
  // These say "not now"; every other 3xx and 4xx says "never".
  const transient = status >= 500 || status === 408 || status === 425 || status === 429
  return { outcome: transient ? 'unknown' : 'refused', error: `HTTP ${status}` }
}

/** By which a receiver counts, whatever the body looks like. */
export function noticeHeaders({ noticeId, deliveryId }: { noticeId: string; deliveryId: string }) {
  return { 'teshe-notice': encodeURI(noticeId), 'idempotency-key': encodeURI(deliveryId) }
}

/** The value at a dotted path of a JSON text, as text; `null` when it is not there. */
export function valueAt(text: string, path: string): string | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  for (const key of path.split('.')) {
    if (value === null || typeof value !== 'object') return null
    value = (value as Record<string, unknown>)[key]
  }
  return value === null || value === undefined || typeof value === 'object' ? null : String(value)
}
