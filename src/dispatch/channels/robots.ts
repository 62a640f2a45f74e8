/** Robots of WeCom (企业微信) and DingTalk (钉钉) groups: text by POST. Both answer 200 also when they refuse; `errcode` tells. */
import { createHmac } from 'node:crypto'
import type { Channel, Message, Outcome } from './channel.js'
import { noticeHeaders, openHttpLine, refusalOf, valueAt } from './http-exchange.js'

export interface RobotOptions {
  /** As the group's settings show it, with its key or access token. */
  url: string
  timeoutMs?: number
}

/** Too many in a minute: 45009 of WeCom, 130101 of DingTalk; and "the system is busy" of both. */
const NOT_NOW = ['45009', '130101', '-1']
/** Bytes of a text that WeCom takes (errcode 40058 beyond); DingTalk takes more. */
const LONGEST_TEXT = 2048

export function openWecom({ url, ...options }: RobotOptions): Channel {
  return openRobot(() => url, options)
}

/** With `secret` each request is signed: base64 of HMAC-SHA-256 over `{timestamp}\n{secret}`. */
export function openDingtalk({
  url,
  secret,
  now,
  ...options
}: RobotOptions & { secret: string | null; now: () => number }): Channel {
  return openRobot(() => (secret === null ? url : signedUrl(url, secret, now())), options)
}

export function signedUrl(url: string, secret: string, timestamp: number): string {
  const signed = new URL(url)
  signed.searchParams.set('timestamp', String(timestamp))
  signed.searchParams.set(
    'sign',
    createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64'),
  )
  return signed.href
}

function openRobot(address: () => string, options: { timeoutMs?: number }): Channel {
  const line = openHttpLine(options)
  return {
    async send(message) {
      const reply = await line.exchange({
        url: address(),
        headers: { 'content-type': 'application/json', ...noticeHeaders(message) },
        body: JSON.stringify({ msgtype: 'text', text: { content: contentOf(message) } }),
      })
      if ('outcome' in reply) return reply
      return refusalOf(reply.status) ?? verdictOf(reply.text)
    },
    close: line.close,
  }
}

/** The text and the notice's id below it; a text that is too long is cut rather than refused. */
function contentOf({ text, noticeId }: Message): string {
  const id = `\n#${noticeId}`
  if (Buffer.byteLength(text + id) <= LONGEST_TEXT) return text + id
  const left = LONGEST_TEXT - Buffer.byteLength(`…${id}`)
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(left))
  return `${text.slice(0, read)}…${id}`
}

function verdictOf(text: string): Outcome {
  const code = valueAt(text, 'errcode')
  if (code === '0') return { outcome: 'sent' }
  const error =
    code === null
      ? `no errcode in ${text.slice(0, 200)}`
      : `errcode ${code}: ${valueAt(text, 'errmsg') ?? ''}`
  return { outcome: code === null || NOT_NOW.includes(code) ? 'unknown' : 'refused', error }
}
