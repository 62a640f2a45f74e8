import { createHmac, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createCredentials, nameForLog } from '../../src/broker/credentials.js'
import { createLoginBrake, networkOf } from '../../src/broker/login-brake.js'
import type { DeviceLogin } from '../../src/broker/messages.js'
import { createClock } from '../helpers/clock.js'

const KEY = Buffer.from('a server key of thirty-two bytes')
const NOW = 1_795_290_000_000
const hmac = (secret: string) => createHmac('sha256', KEY).update(secret).digest()

function device(id: string, ...secrets: (string | [string, number])[]): DeviceLogin {
  return {
    username: id,
    kind: 'device',
    equipment: [id],
    secrets: secrets.map((secret) =>
      typeof secret === 'string'
        ? { hmac: hmac(secret), until: null }
        : { hmac: hmac(secret[0]), until: secret[1] },
    ),
  }
}

const E1 = device('E1', 'new-of-E1', ['old-of-E1', NOW + 1000])
const E2 = device('E2', 'secret-of-E2')
const BARE = device('BARE')
const credentials = createCredentials(KEY, [E1, E2, BARE, device('T1', 'twins'), device('T2', 'twins')])

function present(
  username: string | undefined,
  password?: string,
  { ids = [], now = NOW }: { ids?: string[]; now?: number } = {},
) {
  const bytes = password === undefined ? undefined : Buffer.from(password)
  const outcome = credentials.verify({ username, password: bytes, certificateIds: ids, now })
  return 'login' in outcome ? `${outcome.login.username} by ${outcome.by}` : outcome.refused
}

describe('log-ins', () => {
  it.each([
    ['its secret', present('E1', 'new-of-E1'), 'E1 by secret'],
    ['the one before, in the overlap', present('E1', 'old-of-E1'), 'E1 by secret'],
    ['the one before, after it', present('E1', 'old-of-E1', { now: NOW + 1000 }), 'login-wrong'],
    ["another's secret", present('E1', 'secret-of-E2'), 'login-wrong'],
    ['no secret of its own yet', present('BARE', 'anything'), 'login-wrong'],
    ['an unknown name', present('E9', 'secret-of-E2'), 'login-unknown'],
    ['a token', present('secret-of-E2'), 'E2 by token'],
    ['a token with an empty password', present('secret-of-E2', ''), 'E2 by token'],
    ['the token before, in the overlap', present('old-of-E1'), 'E1 by token'],
    ['the token before, after it', present('old-of-E1', undefined, { now: NOW + 1000 }), 'login-unknown'],
    ['a name without a secret', present('E1'), 'login-wrong'],
    ['nothing at all', present(undefined), 'login-unknown'],
    ['a secret that two have in common, as token', present('twins'), 'login-unknown'],
    ['and by name', present('T2', 'twins'), 'T2 by secret'],
    ['a certificate of that name', present('BARE', undefined, { ids: ['BARE'] }), 'BARE by certificate'],
    [
      'a certificate and no name',
      present(undefined, undefined, { ids: ['x', 'BARE'] }),
      'BARE by certificate',
    ],
    ['a certificate and some password', present('BARE', 'x', { ids: ['BARE'] }), 'BARE by certificate'],
    ['a certificate of another', present('E1', undefined, { ids: ['BARE'] }), 'login-wrong'],
    [
      'a certificate of another and the right secret',
      present('E2', 'secret-of-E2', { ids: ['BARE'] }),
      'E2 by secret',
    ],
    ['a certificate of nobody', present(undefined, undefined, { ids: ['E9'] }), 'login-unknown'],
  ])('%s', (_name, outcome, expected) => {
    expect(outcome).toBe(expected)
  })

  it('an unknown device with a secret of its own may be claimed, by its HMAC', () => {
    const claim = (username: string, password: string) => {
      const presented = { username, password: Buffer.from(password), certificateIds: [], now: NOW }
      const outcome = credentials.verify(presented)
      return 'claim' in outcome ? outcome.claim : 'accepted'
    }
    expect(claim('E9', 'factory-secret')).toEqual({ username: 'E9', hmac: hmac('factory-secret') })
    expect(claim('E9', 'short')).toBeNull()
    expect(claim('no id', 'factory-secret')).toBeNull()
    expect(claim('E1', 'factory-secret')).toBeNull()
  })

  it('what showed itself by an old secret tells when that ends', () => {
    const presented = { username: 'E1', password: Buffer.from('old-of-E1'), certificateIds: [], now: NOW }
    expect(credentials.verify(presented)).toMatchObject({ until: NOW + 1000 })
  })

  it('replaced and removed secrets stop working, as tokens too', () => {
    const own = createCredentials(KEY, [E2])
    const asToken = (username: string) =>
      own.verify({ username, password: undefined, certificateIds: [], now: NOW })
    own.set(device('E2', 'replaced'))
    expect(asToken('secret-of-E2')).toMatchObject({ refused: 'login-unknown' })
    expect(asToken('replaced')).toMatchObject({ login: { username: 'E2' } })
    own.remove('E2')
    expect(asToken('replaced')).toMatchObject({ refused: 'login-unknown' })
    expect(own.size).toBe(0)
  })

  it('20,000 devices are let in again by one HMAC each', () => {
    const secrets = Array.from({ length: 20_000 }, () => randomBytes(32).toString('base64url'))
    const fleet = createCredentials(
      KEY,
      secrets.map((secret, i) => device(`D${i}`, secret)),
    )
    const began = performance.now()
    for (const [i, secret] of secrets.entries()) {
      const asToken = i % 2 === 0
      const username = asToken ? secret : `D${i}`
      const password = asToken ? undefined : Buffer.from(secret)
      const outcome = fleet.verify({ username, password, certificateIds: [], now: NOW })
      if (!('login' in outcome) || outcome.login.username !== `D${i}`) expect.fail(`D${i}`)
    }
    expect(performance.now() - began).toBeLessThan(5_000)
  })

  it('logs have no token', () => {
    const secret = randomBytes(32).toString('base64url')
    expect(nameForLog('E1', true)).toBe('E1')
    expect(nameForLog(secret, false)).toBe(`${secret.slice(0, 4)}… (token)`)
    expect(nameForLog(secret, true), 'a token in a client that insists on a password').not.toContain(secret)
    expect(nameForLog('A1_TEST_TOKEN', false)).toBe('A1_T… (token)')
    expect(nameForLog(undefined, false)).toBe('')
  })
})

describe('the brake', () => {
  const clock = createClock(NOW)

  it('a name: three are free, then each doubles the wait up to half a minute', () => {
    const brake = createLoginBrake({ now: clock.now })
    const waits = Array.from({ length: 12 }, (_, i) => brake.failed(`10.0.0.${i}`, 'E1'))
    expect(waits).toEqual([0, 0, 0, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
  })

  it('an address: twenty are free, whatever the names', () => {
    const brake = createLoginBrake({ now: clock.now })
    for (let i = 0; i < 20; i++) expect(brake.failed('10.0.0.1', i % 2 ? `E${i}` : null)).toBe(0)
    expect(brake.failed('10.0.0.1', null)).toBe(500)
    expect(brake.delayFor('10.0.0.2', null)).toBe(0)
  })

  it('a right secret waits a second at most, from a braked address and under a braked name', () => {
    const brake = createLoginBrake({ now: clock.now })
    for (let i = 0; i < 100; i++) brake.failed('10.0.0.1', 'E1')
    expect(brake.delayFor('10.0.0.1', 'E1')).toBe(30_000)
    expect(brake.succeeded('10.0.0.1', 'E2')).toBe(1000)
    expect(brake.succeeded('10.0.0.9', 'E1')).toBe(1000)
    expect(brake.succeeded('10.0.0.9', 'E1'), 'the name is forgiven').toBe(0)
    expect(brake.delayFor('10.0.0.1', 'E3'), 'the address is not').toBe(30_000)
  })

  it('a quarter of an hour of quiet forgets', () => {
    const brake = createLoginBrake({ now: clock.now })
    for (let i = 0; i < 30; i++) brake.failed('10.0.0.1', 'E1')
    clock.advance(15 * 60_000 + 1)
    expect(brake.delayFor('10.0.0.1', 'E1')).toBe(0)
    expect(brake.failed('10.0.0.1', 'E1')).toBe(0)
  })

  it('a flood of names is bounded, and its address pays', () => {
    const brake = createLoginBrake({ now: clock.now })
    for (let i = 0; i < 4; i++) brake.failed('10.0.0.1', 'first')
    for (let i = 0; i < 20_000; i++) brake.failed('10.0.0.1', `N${i}`)
    expect(brake.delayFor('10.0.0.2', 'first')).toBe(0)
    expect(brake.delayFor('10.0.0.1', 'first')).toBe(30_000)
  })

  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('%s belongs to %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})
