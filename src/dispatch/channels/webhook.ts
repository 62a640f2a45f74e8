/** One notice by HTTP POST, whole and signed, with its id as Idempotency-Key so that a receiver can count. */
import { createHmac } from 'node:crypto'
import type { Channel } from './channel.js'
import { noticeHeaders, openHttpLine, refusalOf } from './http-exchange.js'

export interface WebhookOptions {
  url: string
  /** Key of the HMAC-SHA-256 in `Teshe-Signature: t={seconds},v1={hex}` over `{t}.{body}`. */
  secret: string
  /** ms before a request counts as unknown; 10 s if left out. */
  timeoutMs?: number
}

export function openWebhook(options: WebhookOptions & { now: () => number }): Channel {
  const { url, secret, now } = options
  const line = openHttpLine(options)
  return {
    async send({ noticeId, body }) {
      const seconds = Math.floor(now() / 1000)
      const reply = await line.exchange({
        url,
        headers: {
          'content-type': 'application/json',
          // One receiver for all notices, so the notice is what it counts by.
          ...noticeHeaders({ noticeId, deliveryId: noticeId }),
          'teshe-signature': signatureOf(secret, seconds, body),
        },
        body,
      })
      if ('outcome' in reply) return reply
      return refusalOf(reply.status) ?? { outcome: 'sent' }
    },
    close: line.close,
  }
}

/** What a receiver recomputes to know that a notice is ours. */
export function signatureOf(secret: string, seconds: number, body: string): string {
  const hex = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  return `t=${seconds},v1=${hex}`
}
