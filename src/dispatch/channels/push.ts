/** Pushes to browsers that asked for them (RFC 8030, 8291, 8292): a short text, encrypted for the one browser. */
import webpush from 'web-push'
import { messageOf } from '../../errors.js'
import type { Channel, Message, Outcome } from './channel.js'
import { noticeHeaders, openHttpLine, refusalOf } from './http-exchange.js'

export interface PushKeys {
  publicKey: string
  privateKey: string
}

export interface PushTarget {
  endpoint: string
  p256dh: string
  auth: string
}

export interface PushOptions {
  keys: PushKeys
  /** `mailto:` or `https:` of the operator, for the push service. */
  subject: string
  /** Browsers of a user, or of the whole desk. */
  targetsOf(address: string): Promise<PushTarget[]>
  /** The push service says that it is gone. */
  forget(endpoint: string): Promise<void>
  timeoutMs?: number
  ca?: string
}

/** s that the push service keeps it for a browser that is away: later nobody needs it. */
const KEPT_SECONDS = 30 * 60

export function openPush(options: PushOptions): Channel {
  const line = openHttpLine(options)

  async function sendTo(target: PushTarget, message: Message): Promise<Outcome> {
    const request = webpush.generateRequestDetails(
      { endpoint: target.endpoint, keys: { p256dh: target.p256dh, auth: target.auth } },
      JSON.stringify({ id: message.noticeId, title: message.title, text: message.text, link: message.link }),
      {
        TTL: KEPT_SECONDS,
        urgency: 'high',
        vapidDetails: { subject: options.subject, ...options.keys },
      },
    )
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
    )
    delete headers['content-length']
    const reply = await line.exchange({
      url: target.endpoint,
      headers: { ...headers, ...noticeHeaders(message) },
      body: request.body,
    })
    if ('outcome' in reply) return reply
    if (reply.status === 404 || reply.status === 410) await options.forget(target.endpoint)
    return refusalOf(reply.status) ?? { outcome: 'sent' }
  }

  return {
    /** `sent` when one browser of the address was reached. */
    async send(message) {
      try {
        const targets = await options.targetsOf(message.address)
        if (targets.length === 0) return { outcome: 'refused', error: 'no browser is subscribed' }
        const outcomes = await Promise.all(targets.map((target) => sendTo(target, message)))
        const rank = (one: Outcome) => ['sent', 'unknown', 'refused'].indexOf(one.outcome)
        const [best] = outcomes.sort((a, b) => rank(a) - rank(b))
        return best ?? { outcome: 'refused', error: 'no browser is subscribed' }
      } catch (error) {
        return { outcome: 'unknown', error: messageOf(error) }
      }
    },
    close: line.close,
  }
}

/** The keys by which push services know us, as one line of JSON. */
export function generatePushKeys(): string {
  return JSON.stringify(webpush.generateVAPIDKeys())
}
