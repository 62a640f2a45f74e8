/** One notice by HTTP POST, signed, with its id as Idempotency-Key so that a receiver can count. Says what became of it; never throws. */
import { createHmac } from 'node:crypto'
import { Agent, request } from 'undici'
import { messageOf } from '../errors.js'

export interface WebhookOptions {
  url: string
  /** Key of the HMAC-SHA-256 in `Teshe-Signature: t={seconds},v1={hex}` over `{t}.{body}`. */
  secret: string
  /** ms before a request counts as failed; 10 s if left out. */
  timeoutMs?: number
  /** Tries until a notice is `failed`; 12 if left out. */
  maxAttempts?: number
}

/** `retry`: it may or may not have arrived. `refused`: the receiver will not take it, now or later. */
export type Delivery = { outcome: 'sent' } | { outcome: 'retry' | 'refused'; error: string }

export interface Webhook {
  send(id: string, body: string, now: number): Promise<Delivery>
  close(): Promise<void>
}

const DEFAULT_TIMEOUT_MS = 10_000

export function createWebhook({ url, secret, timeoutMs = DEFAULT_TIMEOUT_MS }: WebhookOptions): Webhook {
  const agent = new Agent({ connect: { timeout: timeoutMs } })
  return {
    async send(id, body, now) {
      const seconds = Math.floor(now / 1000)
      try {
        const { statusCode, body: reply } = await request(url, {
          method: 'POST',
          dispatcher: agent,
          // Over the whole exchange: a receiver that trickles bytes must not hold the queue.
          signal: AbortSignal.timeout(timeoutMs),
          headers: {
            'content-type': 'application/json',
            'idempotency-key': id,
            'teshe-signature': signatureOf(secret, seconds, body),
          },
          body,
        })
        await reply.dump()
        return deliveryOf(statusCode)
      } catch (error) {
        return { outcome: 'retry', error: messageOf(error) }
      }
    },
    close: () => agent.destroy(),
  }
}

/** What a receiver recomputes to know that a notice is ours. */
export function signatureOf(secret: string, seconds: number, body: string): string {
  const hex = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  return `t=${seconds},v1=${hex}`
}

function deliveryOf(status: number): Delivery {
  if (status >= 200 && status < 300) return { outcome: 'sent' }
  // These say "not now"; every other 4xx says "never".
  const transient = status >= 500 || status === 408 || status === 425 || status === 429
  return { outcome: transient ? 'retry' : 'refused', error: `HTTP ${status}` }
}
