/**
 * Calls and short messages through any provider with an HTTP interface: the request is a template, and a setting says
 * which answer means that it was taken. A 200 with an error in its body is a refusal.
 */
import type { Channel, Outcome } from './channel.js'
import { noticeHeaders, openHttpLine, refusalOf, valueAt } from './http-exchange.js'
import { type Escape, fillIn, valuesOf } from './template.js'

export interface ProviderOptions {
  url: string
  method: 'GET' | 'POST' | 'PUT'
  headers: Record<string, string>
  body: string
  /** `Code=OK`: this value at this path of the JSON answer means taken; `null`: any 2xx does. */
  success: string | null
  /** Where in the answer the provider's own number of it stands. */
  referencePath: string | null
  timeoutMs?: number
}

export function openProvider(options: ProviderOptions): Channel {
  const { url, method, headers, body, success, referencePath } = options
  const line = openHttpLine(options)
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  const manner: Escape = type?.includes('form-urlencoded') ? 'form' : 'json'
  return {
    async send(message) {
      const values = valuesOf(message)
      const filled = Object.entries(headers).map(([name, value]) => [
        name.toLowerCase(),
        fillIn(value, values, 'none'),
      ])
      const reply = await line.exchange({
        url: fillIn(url, values, 'form'),
        method,
        headers: {
          ...(method !== 'GET' && type === undefined && { 'content-type': 'application/json' }),
          ...noticeHeaders(message),
          ...Object.fromEntries(filled),
        },
        body: fillIn(body, values, manner),
      })
      if ('outcome' in reply) return reply
      return refusalOf(reply.status) ?? verdictOf(reply.text, { success, referencePath })
    },
    close: line.close,
  }
}

function verdictOf(
  text: string,
  { success, referencePath }: Pick<ProviderOptions, 'success' | 'referencePath'>,
): Outcome {
  if (success !== null) {
    const at = success.indexOf('=')
    const found = valueAt(text, success.slice(0, at))
    if (found !== success.slice(at + 1))
      return { outcome: 'refused', error: `the provider answered ${text.slice(0, 200) || 'nothing'}` }
  }
  const reference = referencePath === null ? null : valueAt(text, referencePath)
  return { outcome: 'sent', ...(reference !== null && { reference }) }
}
