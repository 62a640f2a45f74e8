/** Robots of WeCom and DingTalk as their documents describe them: real HTTP, 200 for everything, the truth in `errcode`. */
import { createHmac } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { expect, it } from 'vitest'
import { openDingtalk, openWecom } from '../../../src/dispatch/channels/robots.js'
import { type Received, startReceiver } from '../receiver.js'
import { aMessage } from './a-message.js'

const NOW = Date.UTC(2026, 10, 21, 6)
const HOUR_MS = 3_600_000
const SECRET = 'SECf1e2d3'
const KEY = '693a91f6-7xxx-4bc4'
/** WeCom takes so many bytes of text. */
const WECOM_BYTES = 2048

function says(response: ServerResponse, errcode: number, errmsg: string): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ errcode, errmsg }))
}

/** Refuses what the real one refuses. */
function wecom(response: ServerResponse, { path, headers, body }: Received): void {
  const { msgtype, text } = JSON.parse(body)
  const { searchParams } = new URL(path, 'http://robot')
  if (searchParams.get('key') !== KEY) return says(response, 93000, 'invalid webhook url')
  if (headers['content-type'] !== 'application/json' || msgtype !== 'text')
    return says(response, 40008, 'invalid message type')
  if (typeof text.content !== 'string' || Buffer.byteLength(text.content) > WECOM_BYTES)
    return says(response, 40058, 'text.content exceed max length 2048')
  says(response, 0, 'ok')
}

/** Recomputes the signature in the query; its own clock may differ by an hour. */
function dingtalk(response: ServerResponse, { path, body }: Received): void {
  const { searchParams } = new URL(path, 'http://robot')
  const timestamp = searchParams.get('timestamp') ?? ''
  const wanted = createHmac('sha256', SECRET).update(`${timestamp}\n${SECRET}`).digest('base64')
  if (searchParams.get('access_token') !== 'T0') return says(response, 300001, 'token is not exist')
  if (Math.abs(Number(timestamp) - NOW) > HOUR_MS) return says(response, 310000, 'invalid timestamp')
  if (searchParams.get('sign') !== wanted) return says(response, 310000, 'sign not match')
  if (JSON.parse(body).msgtype !== 'text') return says(response, 400101, 'msgtype')
  says(response, 0, 'ok')
}

it('WeCom: taken, with the id in header and text', async () => {
  const robot = await startReceiver((_nth, response, received) => wecom(response, received))
  const channel = openWecom({ url: `${robot.url}?key=${KEY}` })
  expect(await channel.send(aMessage())).toEqual({ outcome: 'sent' })
  const [{ notice, id, body } = { notice: '', id: '', body: '{}' }] = robot.received
  expect({ notice, id }).toEqual({
    notice: 'inc-7.12.company-a',
    id: 'inc-7.12.company-a/contact:1/wecom/1',
  })
  expect(JSON.parse(body).text.content).toBe(`${aMessage().text}\n#inc-7.12.company-a`)
  await channel.close()
})

it('WeCom: a text that is too long is cut, between characters, and keeps its id', async () => {
  const robot = await startReceiver((_nth, response, received) => wecom(response, received))
  const channel = openWecom({ url: `${robot.url}?key=${KEY}` })
  for (const text of ['困'.repeat(2_000), `x${'困'.repeat(2_000)}`, `xx${'🚒'.repeat(600)}`]) {
    expect(await channel.send(aMessage({ text }))).toEqual({ outcome: 'sent' })
    const { content } = JSON.parse(robot.received.at(-1)?.body ?? '').text
    expect(content).toMatch(/…\n#inc-7\.12\.company-a$/)
    expect(content).not.toContain('\ufffd')
    expect(Buffer.byteLength(content)).toBeGreaterThan(WECOM_BYTES - 8)
  }
  await channel.close()
})

it('DingTalk: the signature in the query is what the robot computes, whatever signs it holds', async () => {
  const robot = await startReceiver((_nth, response, received) => dingtalk(response, received))
  const url = `${robot.url}?access_token=T0`
  // Many moments, so that signatures with + and / in them are among those sent.
  for (let ms = 0; ms < 40; ms++) {
    const channel = openDingtalk({ url, secret: SECRET, now: () => NOW + ms })
    expect(await channel.send(aMessage())).toEqual({ outcome: 'sent' })
    await channel.close()
  }
  expect(robot.received.some(({ path }) => /sign=[^&]*%2B/.test(path))).toBe(true)
  expect(JSON.parse(robot.received[0]?.body ?? '').text.content).toContain('#inc-7.12.company-a')
})

it.each([
  ['unsigned', null, NOW],
  ['signed with another secret', 'SECother', NOW],
  ['signed two hours ago', SECRET, NOW - 2 * HOUR_MS],
])('DingTalk, %s: 200, and not delivered', async (_how, secret, at) => {
  const robot = await startReceiver((_nth, response, received) => dingtalk(response, received))
  const channel = openDingtalk({ url: `${robot.url}?access_token=T0`, secret, now: () => at })
  expect(await channel.send(aMessage())).toMatchObject({
    outcome: 'refused',
    error: expect.stringContaining('errcode 310000'),
  })
  await channel.close()
})

it.each([
  ['no such robot', '{"errcode":93000,"errmsg":"invalid webhook url"}', 'refused'],
  ['too many in a minute', '{"errcode":45009,"errmsg":"api freq out of limit"}', 'unknown'],
  ['too many, of DingTalk', '{"errcode":130101,"errmsg":"send too fast"}', 'unknown'],
  ['busy', '{"errcode":-1,"errmsg":"system error"}', 'unknown'],
  ['a code as text', '{"errcode":"93000"}', 'refused'],
  ['a log-in page of a proxy', '<html>ok</html>', 'unknown'],
  ['nothing at all', '', 'unknown'],
  ['no code', '{"status":"ok"}', 'unknown'],
])('200 and %s is not delivered', async (_what, reply, outcome) => {
  const robot = await startReceiver((_nth, response) => response.writeHead(200).end(reply))
  const options = { url: robot.url, secret: null, now: () => NOW }
  for (const channel of [openWecom(options), openDingtalk(options)]) {
    expect(await channel.send(aMessage())).toMatchObject({ outcome })
    await channel.close()
  }
})
