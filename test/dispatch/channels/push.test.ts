/**
 * Browser push against a push service of our own: HTTPS, which verifies who sends (RFC 8292) and, as the browser would,
 * decrypts what came (RFC 8291) with nothing but the subscription's own keys.
 */
import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  type ECDH,
  hkdfSync,
  randomBytes,
  verify,
} from 'node:crypto'
import { expect, it } from 'vitest'
import { generatePushKeys, openPush, type PushTarget } from '../../../src/dispatch/channels/push.js'
import { createAuthority } from '../../helpers/certificates.js'
import { type Received, type Receiver, startReceiver } from '../receiver.js'
import { aMessage } from './a-message.js'

const authority = createAuthority()
const keys = JSON.parse(generatePushKeys())
const SUBJECT = 'mailto:desk@centre.example'
const DAY_S = 86_400

interface Browser {
  keyPair: ECDH
  auth: Buffer
  target(endpoint: string): PushTarget
}

function openBrowser(): Browser {
  const keyPair = createECDH('prime256v1')
  const p256dh = keyPair.generateKeys('base64url')
  const auth = randomBytes(16)
  return { keyPair, auth, target: (endpoint) => ({ endpoint, p256dh, auth: auth.toString('base64url') }) }
}

/** 201 for what is signed with the key that browsers subscribed by, 403 for the rest. */
function startService(status = 201): Promise<Receiver> {
  const tls = authority.issue('localhost', { names: ['DNS:localhost'] })
  return startReceiver(
    (_nth, response, received) =>
      response.writeHead(isSigned(received) ? status : 403, { location: '/sent/1' }).end(),
    tls,
  )
}

function isSigned({ headers, origin }: Received): boolean {
  const [, token = '', key] = /^vapid t=([^,]+), ?k=(.+)$/.exec(headers.authorization ?? '') ?? []
  const [head = '', claims = '', signature = ''] = token.split('.')
  const point = Buffer.from(keys.publicKey, 'base64url')
  const jwk = {
    ...{ kty: 'EC', crv: 'P-256' },
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  }
  const signed = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  )
  if (!signed) return false
  const said = JSON.parse(Buffer.from(claims, 'base64url').toString())
  const seconds = Date.now() / 1000
  return (
    key === keys.publicKey &&
    said.aud === origin &&
    said.sub === SUBJECT &&
    said.exp > seconds &&
    said.exp <= seconds + DAY_S
  )
}

/** RFC 8188 with the key of RFC 8291: one record, its last byte that is not zero is 2. */
function read({ keyPair, auth }: Browser, { headers, bytes }: Received): unknown {
  expect(headers['content-encoding']).toBe('aes128gcm')
  const salt = bytes.subarray(0, 16)
  const size = bytes.readUInt32BE(16)
  const sender = bytes.subarray(21, 21 + bytes.readUInt8(20))
  const record = bytes.subarray(21 + sender.length)
  expect(record.length).toBeLessThanOrEqual(size)
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), keyPair.getPublicKey(), sender])
  const secret = Buffer.from(hkdfSync('sha256', keyPair.computeSecret(sender), auth, info, 32))
  const derived = (name: string, length: number) =>
    Buffer.from(hkdfSync('sha256', secret, salt, `Content-Encoding: ${name}\0`, length))
  const cipher = createDecipheriv('aes-128-gcm', derived('aes128gcm', 16), derived('nonce', 12))
  cipher.setAuthTag(record.subarray(-16))
  const padded = Buffer.concat([cipher.update(record.subarray(0, -16)), cipher.final()])
  const end = padded.lastIndexOf(2)
  return JSON.parse(padded.subarray(0, end).toString())
}

function channelTo(targets: readonly PushTarget[], change: { keys?: typeof keys; ca?: string } = {}) {
  const forgotten: string[] = []
  const channel = openPush({
    keys,
    subject: SUBJECT,
    ca: authority.ca,
    targetsOf: () => Promise.resolve([...targets]),
    forget: (endpoint) => Promise.resolve(void forgotten.push(endpoint)),
    ...change,
  })
  return { channel, forgotten }
}

it('is signed for this service, and only the browser it is for can read it', async () => {
  const service = await startService()
  const [browser, other] = [openBrowser(), openBrowser()]
  const { channel } = channelTo([browser.target(service.url)])
  expect(await channel.send(aMessage({ address: 'user-1' }))).toEqual({ outcome: 'sent' })
  const [received] = service.received
  if (!received) throw new Error('nothing came')
  expect(read(browser, received)).toEqual({
    id: 'inc-7.12.company-a',
    title: aMessage().title,
    text: aMessage().text,
    link: 'https://desk.example/incidents/inc-7',
  })
  expect(received).toMatchObject({ notice: 'inc-7.12.company-a', id: aMessage().deliveryId })
  expect(received.headers).toMatchObject({ urgency: 'high', ttl: '1800' })
  expect(received.body).not.toContain('inc-7')
  expect(() => read(other, received)).toThrow()
  await channel.close()
})

it('signed with other keys: refused', async () => {
  const service = await startService()
  const { channel } = channelTo([openBrowser().target(service.url)], { keys: JSON.parse(generatePushKeys()) })
  expect(await channel.send(aMessage())).toEqual({ outcome: 'refused', error: 'HTTP 403' })
  await channel.close()
})

it('a service whose certificate nobody vouches for gets nothing', async () => {
  const service = await startService()
  const { channel } = channelTo([openBrowser().target(service.url)], { ca: createAuthority('other').ca })
  expect(await channel.send(aMessage())).toMatchObject({ outcome: 'unknown' })
  expect(service.received).toEqual([])
  await channel.close()
})

it('a browser that is gone is forgotten, and one that is there counts', async () => {
  const [gone, there] = [await startService(410), await startService()]
  const { channel, forgotten } = channelTo([gone, there].map(({ url }) => openBrowser().target(url)))
  expect(await channel.send(aMessage())).toEqual({ outcome: 'sent' })
  expect(forgotten).toEqual([gone.url])
  await channel.close()
})

it('every browser gone: refused; the service is busy: unknown, to be repeated', async () => {
  const gone = await startService(404)
  const refused = channelTo([openBrowser().target(gone.url)])
  expect(await refused.channel.send(aMessage())).toEqual({ outcome: 'refused', error: 'HTTP 404' })
  const busy = await startService(429)
  const unknown = channelTo([openBrowser().target(busy.url)])
  expect(await unknown.channel.send(aMessage())).toEqual({ outcome: 'unknown', error: 'HTTP 429' })
  expect(unknown.forgotten).toEqual([])
  for (const { channel } of [refused, unknown]) await channel.close()
})
