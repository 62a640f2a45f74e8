/** Mail by SMTP, its Message-ID made of the delivery's id, so that a repeat is the same mail to whoever receives it. */
import { createHash } from 'node:crypto'
import { createTransport } from 'nodemailer'
import { messageOf } from '../../errors.js'
import type { Channel, Outcome } from './channel.js'
import { EXCHANGE_TIMEOUT_MS } from './http-exchange.js'

export interface MailOptions {
  /** `smtp://user:password@host:587` or `smtps://…`. */
  url: string
  from: string
  timeoutMs?: number
  /** PEM of the server's authority, where the system does not know it. */
  ca?: string
}

export function openMail({ url, from, timeoutMs = EXCHANGE_TIMEOUT_MS, ca }: MailOptions): Channel {
  const transport = createTransport({
    url,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    ...(ca && { tls: { ca } }),
  })
  const closing = new AbortController()
  const domain = /@([a-z0-9.-]+)/i.exec(from)?.[1] ?? 'teshe.invalid'
  return {
    async send({ noticeId, deliveryId, address, title, text, link }) {
      try {
        const sending = transport.sendMail({
          from,
          to: address,
          subject: title,
          text: `${text}${link ? `\n\n${link}` : ''}\n\n#${noticeId}\n`,
          messageId: `<${createHash('sha256').update(deliveryId).digest('hex').slice(0, 40)}@${domain}>`,
          headers: { 'X-Teshe-Notice': noticeId, 'Auto-Submitted': 'auto-generated' },
        })
        // The limits above are between two bytes; this one is over all of them.
        const limit = AbortSignal.any([closing.signal, AbortSignal.timeout(2 * timeoutMs)])
        const sent = await Promise.race([sending, aborted(limit)])
        if (sent === null) return { outcome: 'unknown', error: `no answer within ${2 * timeoutMs} ms` }
        return { outcome: 'sent', reference: sent.response.slice(0, 200) }
      } catch (error) {
        return outcomeOf(error)
      }
    },
    close() {
      closing.abort()
      transport.close()
      return Promise.resolve()
    },
  }
}

/** 5xx is never; 4xx is not now; a cut connection may have carried all of it. */
function outcomeOf(error: unknown): Outcome {
  const code = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0
  return { outcome: code >= 500 && code < 600 ? 'refused' : 'unknown', error: messageOf(error) }
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }))
}
