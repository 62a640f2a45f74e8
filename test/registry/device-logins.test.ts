import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { createCredentialFeed } from '../../src/registry/credential-feed.js'
import type { Credentials, DeviceLogin } from '../../src/registry/credentials.js'
import { hmacOfSecret } from '../../src/registry/device-secrets.js'
import { createRegistry } from '../../src/registry/registry.js'
import { createLocalBus } from '../../src/runtime/bus.js'
import { silentLog } from '../../src/runtime/log.js'
import { createClock } from '../helpers/clock.js'
import { onEachDatabase } from '../helpers/databases.js'
import { ADMIN, DISPATCHER, KEEPER, MINUTE, openDesk, viewer } from '../helpers/desk.js'
import { waitFor } from '../helpers/wait-for.js'

const KEY = Buffer.alloc(32, 7)
const COMPANY = viewer('maintainer', 'company-a')
const OTHER_COMPANY = viewer('maintainer', 'company-b')
const hmac = (secret: string) => hmacOfSecret(secret, KEY)
const bytes = (secret: string) => Buffer.from(hmac(secret), 'base64url')
const lift = { kind: 'elevator' as const, name: 'x' }

onEachDatabase('log-ins of devices', ({ open }) => {
  async function openRegistry() {
    const { database, bus, clock } = await openDesk(await open())
    const registry = createRegistry({ database, bus, secretKey: KEY, now: clock.now, randomBytes })
    const told: { username: string; cut: boolean }[] = []
    bus.subscribe('credential', (change) => told.push(change))
    return { ...registry, database, bus, clock, told }
  }

  it('every equipment has a log-in, with or without a secret, until it is revoked', async () => {
    const { credentials, told } = await openRegistry()
    const names = async () => (await credentials.all()).map(({ username }) => username).sort()
    expect(await names()).toEqual(['BO1', 'EL1', 'EL2'])
    expect(await credentials.get('EL1')).toEqual({
      username: 'EL1',
      kind: 'device',
      equipment: ['EL1'],
      secrets: [],
    })
    await credentials.revoke('EL1', ADMIN)
    expect(await names()).toEqual(['BO1', 'EL2'])
    expect(await credentials.get('EL1')).toBeNull()
    await credentials.create('EL1', DISPATCHER)
    expect(await names()).toEqual(['BO1', 'EL1', 'EL2'])
    await waitFor('the bus', () => told.length === 2)
    expect(told).toEqual([
      { username: 'EL1', cut: true },
      { username: 'EL1', cut: false },
    ])
  })

  it('a secret is shown once, known by its HMAC, and replaced at once', async () => {
    const { credentials, told } = await openRegistry()
    const first = await credentials.create('EL1', ADMIN)
    expect(Buffer.from(first.password, 'base64url')).toHaveLength(32)
    expect(first.previousUntil).toBeNull()
    expect(await credentials.get('EL1')).toMatchObject({
      secrets: [{ hmac: bytes(first.password), until: null }],
    })
    const second = await credentials.create('EL1', ADMIN)
    expect(second.previousUntil).toBeNull()
    expect((await credentials.get('EL1'))?.secrets).toEqual([{ hmac: bytes(second.password), until: null }])
    await waitFor('the bus', () => told.length === 2)
    expect(told.map(({ cut }) => cut)).toEqual([false, true])
    await expect(credentials.create('NONE', ADMIN)).rejects.toMatchObject({ code: 'EQUIPMENT_UNKNOWN' })
    await expect(credentials.create('EL1', KEEPER)).rejects.toMatchObject({ code: 'ROLE_FORBIDDEN' })
  })

  it('with an overlap both work until its end, and a second rotation leaves the device its old one', async () => {
    const { credentials, clock, told } = await openRegistry()
    const [a, b, c] = [
      await credentials.create('EL1', ADMIN),
      await credentials.create('EL1', ADMIN, { overlapMs: 60 * MINUTE }),
      await credentials.create('EL1', ADMIN, { overlapMs: 10 * MINUTE }),
    ]
    expect(b.previousUntil).toBe(clock.now() + 60 * MINUTE)
    expect(c.previousUntil).toBe(clock.now() + 10 * MINUTE)
    const working = async () =>
      (await credentials.get('EL1'))?.secrets.map((one) => Buffer.from(one.hmac).toString('base64url')).sort()
    expect(await working()).toEqual([a, b, c].map(({ password }) => hmac(password)).sort())
    clock.advance(10 * MINUTE)
    expect(await working()).toEqual([hmac(c.password)])
    await waitFor('the bus', () => told.length === 3)
    expect(told.map(({ cut }) => cut)).toEqual([false, false, false])
  })

  it('for a fleet: all or none, administrators only', async () => {
    const { credentials } = await openRegistry()
    await expect(credentials.createAll(['EL1', 'NONE'], ADMIN)).rejects.toMatchObject({
      code: 'EQUIPMENT_UNKNOWN',
    })
    expect((await credentials.get('EL1'))?.secrets).toEqual([])
    const made = await credentials.createAll(['EL1', 'BO1'], ADMIN)
    expect(made.map(({ username }) => username)).toEqual(['EL1', 'BO1'])
    await expect(credentials.createAll(['EL1'], DISPATCHER)).rejects.toMatchObject({ code: 'ROLE_FORBIDDEN' })
  })

  it('a gateway speaks for what is bound to it; unbinding cuts, binding does not', async () => {
    const { gateways, credentials, told } = await openRegistry()
    const made = await gateways.create(
      { username: 'GW-1', name: '机房网关', organisationId: 'company-a', equipment: ['EL1', 'EL1'] },
      DISPATCHER,
    )
    expect(made).toMatchObject({ username: 'GW-1', equipment: ['EL1'], revoked: false })
    const { password } = await gateways.createCredentials('GW-1', DISPATCHER)
    expect(await credentials.get('GW-1')).toEqual({
      username: 'GW-1',
      kind: 'gateway',
      equipment: ['EL1'],
      secrets: [{ hmac: bytes(password), until: null }],
    })
    expect(await gateways.update('GW-1', { add: ['BO1', 'EL1'] }, ADMIN)).toMatchObject({
      equipment: ['BO1', 'EL1'],
    })
    expect(await gateways.update('GW-1', { name: '二号', remove: ['EL1', 'EL2'] }, ADMIN)).toMatchObject({
      name: '二号',
      equipment: ['BO1'],
    })
    await gateways.update('GW-1', { name: '三号' }, ADMIN)
    await waitFor('the bus', () => told.length === 4)
    expect(told.map(({ cut }) => cut)).toEqual([false, false, false, true])
    await gateways.remove('GW-1', ADMIN)
    expect(await credentials.get('GW-1')).toBeNull()
    await expect(gateways.get('GW-1', ADMIN)).rejects.toMatchObject({ code: 'GATEWAY_UNKNOWN' })
    await gateways.create({ username: 'GW-1', name: 'again' }, ADMIN)
    expect((await credentials.get('GW-1'))?.equipment).toEqual([])
  })

  it('a gateway takes up to 5,000 equipment and names what is none', async () => {
    const { gateways, equipment } = await openRegistry()
    const ids = Array.from({ length: 5_001 }, (_, i) => `N${i}`)
    await equipment.createAll(
      ids.map((id) => ({ ...lift, id })),
      ADMIN,
    )
    const many = { username: 'GW', name: 'x', equipment: ids.slice(0, 5_000) }
    expect((await gateways.create(many, ADMIN)).equipment).toHaveLength(5_000)
    const refused = { code: 'REQUEST_INVALID' }
    await expect(gateways.update('GW', { add: ['N5000'] }, ADMIN)).rejects.toMatchObject(refused)
    await expect(gateways.update('GW', { add: ['N1', 'none'] }, ADMIN)).rejects.toMatchObject({
      ...refused,
      fields: [{ field: 'add[1]' }],
    })
    expect((await gateways.update('GW', { remove: ['N0'], add: ['N5000'] }, ADMIN)).equipment).toHaveLength(
      5_000,
    )
  })

  it('a company sees its own gateways, and of those what is its own', async () => {
    const { gateways, equipment } = await openRegistry()
    await equipment.create({ ...lift, id: 'FOREIGN', maintainerId: 'company-b' }, ADMIN)
    const bound = { equipment: ['EL1', 'FOREIGN'] }
    await gateways.create({ username: 'A', name: 'a', organisationId: 'company-a', ...bound }, ADMIN)
    await gateways.create({ username: 'B', name: 'b', organisationId: 'company-b', ...bound }, ADMIN)
    await gateways.create({ username: 'C', name: 'c', ...bound }, ADMIN)
    const seen = async (by: typeof ADMIN) =>
      (await gateways.list({}, by)).items.map(({ username }) => username).join()
    expect(await seen(DISPATCHER)).toBe('A,B,C')
    expect(await seen(COMPANY)).toBe('A')
    expect(await seen(viewer('regulator', null, ['*']))).toBe('')
    expect((await gateways.get('A', COMPANY)).equipment).toEqual(['EL1'])
    expect((await gateways.get('B', OTHER_COMPANY)).equipment).toEqual(['FOREIGN'])
    await expect(gateways.get('A', OTHER_COMPANY)).rejects.toMatchObject({ code: 'GATEWAY_UNKNOWN' })
    await expect(gateways.update('A', { name: 'x' }, COMPANY)).rejects.toMatchObject({
      code: 'ROLE_FORBIDDEN',
    })
    const first = await gateways.list({ limit: 2 }, ADMIN)
    const second = await gateways.list({ limit: 2, cursor: first.next ?? '' }, ADMIN)
    expect(second.items.map(({ username }) => username)).toEqual(['C'])
  })

  it('no name is an equipment and a gateway at once', async () => {
    const { gateways, equipment } = await openRegistry()
    const taken = { code: 'LOGIN_NAME_TAKEN' }
    await expect(gateways.create({ username: 'EL1', name: 'x' }, ADMIN)).rejects.toMatchObject(taken)
    await gateways.create({ username: 'GW', name: 'x' }, ADMIN)
    await expect(equipment.create({ ...lift, id: 'GW' }, ADMIN)).rejects.toMatchObject(taken)
    const rows = [
      { ...lift, id: 'N1' },
      { ...lift, id: 'GW' },
    ]
    await expect(equipment.createAll(rows, ADMIN)).rejects.toMatchObject(taken)
    await expect(equipment.get('N1', ADMIN)).rejects.toMatchObject({ code: 'EQUIPMENT_UNKNOWN' })
    const both = await Promise.allSettled([
      gateways.create({ username: 'BOTH', name: 'x' }, ADMIN),
      equipment.create({ ...lift, id: 'BOTH' }, ADMIN),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  it('a claim: seen, told apart, admitted with the secret that the device has', async () => {
    const { claims, credentials, clock, told, audit } = await openRegistry()
    const seen = (username: string, secret: string, address = '10.0.0.1') =>
      claims.record({ username, hmac: hmac(secret), address })
    await seen('EL1', 'of a registered one')
    await seen('NEW-1', 'factory-secret')
    clock.advance(1000)
    await seen('NEW-1', 'factory-secret', '10.0.0.2')
    await seen('NEW-2', 'one')
    await seen('NEW-2', 'another')
    expect((await claims.list({}, DISPATCHER)).items).toMatchObject([
      { username: 'NEW-2', tries: 2, contested: true },
      { username: 'NEW-1', tries: 2, contested: false, address: '10.0.0.2', firstSeen: clock.now() - 1000 },
    ])
    expect(await credentials.get('NEW-1')).toBeNull()
    expect(await claims.admit('NEW-1', lift, DISPATCHER, 'key')).toMatchObject({ id: 'NEW-1' })
    expect(await claims.admit('NEW-1', lift, DISPATCHER, 'key'), 'repeated').toMatchObject({ id: 'NEW-1' })
    expect(await credentials.get('NEW-1')).toMatchObject({ secrets: [{ hmac: bytes('factory-secret') }] })
    await expect(claims.admit('NEW-1', lift, ADMIN)).rejects.toMatchObject({ code: 'CLAIM_UNKNOWN' })
    await expect(claims.admit('NEW-2', lift, ADMIN)).rejects.toMatchObject({ code: 'CLAIM_CONTESTED' })
    await claims.remove('NEW-2', ADMIN)
    expect((await claims.list({}, ADMIN)).items).toEqual([])
    for (const act of [
      claims.list({}, COMPANY),
      claims.admit('x', lift, COMPANY),
      claims.remove('x', COMPANY),
    ])
      await expect(act).rejects.toMatchObject({ code: 'ROLE_FORBIDDEN' })
    await waitFor('the bus', () => told.some(({ username }) => username === 'NEW-1'))
    const { items } = await audit.list({ action: 'claim.admit' }, ADMIN)
    expect(items).toMatchObject([{ subject: 'NEW-1', detail: { address: '10.0.0.2', tries: 2 } }])
  })

  it('strangers fill no more than a thousand claims; the newest stay', async () => {
    const { claims, clock, database } = await openRegistry()
    const rows = Array.from({ length: 1_000 }, (_, i) => ({
      username: `S${i}`,
      hmac: 'x',
      address: '',
      first_seen: i,
      last_seen: i,
      tries: 1,
      contested: 0,
    }))
    for (let start = 0; start < rows.length; start += 500)
      await database.db
        .insertInto('claim')
        .values(rows.slice(start, start + 500))
        .execute()
    await claims.record({ username: 'LAST', hmac: 'x', address: '' })
    const { n } = await database.db
      .selectFrom('claim')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()
    expect(n).toBe(1_000)
    expect((await claims.list({ limit: 1 }, ADMIN)).items[0]?.username).toBe('LAST')
    expect((await claims.list({ limit: 1 }, ADMIN)).items[0]?.lastSeen).toBe(clock.now())
    await expect(claims.remove('S0', ADMIN)).rejects.toMatchObject({ code: 'CLAIM_UNKNOWN' })
  })

  it('a secret finds its log-in, with or without the name, until it ends', async () => {
    const { secrets, credentials, gateways, clock, told } = await openRegistry()
    const first = (await credentials.create('EL1', ADMIN)).password
    const name = async (secret: string, username: string | null = null) =>
      (await secrets.find(secret, username))?.username ?? null
    expect(await name(first)).toBe('EL1')
    expect(await name(first, 'EL1')).toBe('EL1')
    expect(await name(first, 'EL2')).toBeNull()
    expect(await name('guess')).toBeNull()
    const second = (await credentials.create('EL1', ADMIN, { overlapMs: MINUTE })).password
    await waitFor('the bus', () => told.length === 2)
    expect([await name(first), await name(second)]).toEqual(['EL1', 'EL1'])
    clock.advance(MINUTE)
    expect([await name(first), await name(second)]).toEqual([null, 'EL1'])
    await credentials.revoke('EL1', ADMIN)
    await waitFor('the bus', () => told.length === 3)
    expect(await name(second)).toBeNull()

    await gateways.create({ username: 'GW', name: 'x', equipment: ['EL1'] }, ADMIN)
    const { password } = await gateways.createCredentials('GW', ADMIN)
    expect((await secrets.find(password, null))?.equipment).toEqual(['EL1'])
    await gateways.update('GW', { remove: ['EL1'] }, ADMIN)
    await waitFor('the bus', () => told.length === 6)
    expect((await secrets.find(password, null))?.equipment).toEqual([])
  })
})

it('the feed tells the newest word on a name, and cuts although a later change would not', async () => {
  const bus = createLocalBus()
  const clock = createClock(0)
  const answers: ((login: DeviceLogin | null) => void)[] = []
  const credentials: Pick<Credentials, 'all' | 'get'> = {
    all: () => Promise.resolve([]),
    get: () => new Promise((resolve) => answers.push(resolve)),
  }
  const feed = createCredentialFeed({ bus, credentials, log: silentLog, now: clock.now, sleep: clock.sleep })
  const login = (text: string): DeviceLogin => ({
    username: 'EL1',
    kind: 'device',
    equipment: ['EL1'],
    secrets: [{ hmac: Buffer.from(text), until: null }],
  })
  bus.publish('credential', { username: 'EL1', cut: true })
  bus.publish('equipment', { id: 'EL1' })
  await Promise.resolve()
  const delivered: unknown[] = []
  feed.deliver((username, one, cut) => delivered.push([username, String(one?.secrets[0]?.hmac), cut]))
  await waitFor('the first question', () => answers.length === 1)
  bus.publish('credential', { username: 'EL1', cut: false })
  await Promise.resolve()
  answers[0]?.(login('old'))
  await waitFor('the second question', () => answers.length === 2)
  answers[1]?.(login('new'))
  await waitFor('both', () => delivered.length === 2)
  expect(delivered).toEqual([
    ['EL1', 'old', true],
    ['EL1', 'new', false],
  ])
  feed.close()
})

it('the feed is settled when what was changed before has been handed over, and not sooner', async () => {
  const bus = createLocalBus()
  const clock = createClock(0)
  const answers: (() => void)[] = []
  const credentials: Pick<Credentials, 'all' | 'get'> = {
    all: () => Promise.resolve([]),
    get: () => new Promise((resolve) => answers.push(() => resolve(null))),
  }
  const feed = createCredentialFeed({ bus, credentials, log: silentLog, now: clock.now, sleep: clock.sleep })
  const delivered: string[] = []
  feed.deliver((username) => delivered.push(username))
  await feed.settled()
  bus.publish('credential', { username: 'EL1', cut: false })
  bus.publish('credential', { username: 'EL2', cut: false })
  const settled = feed.settled().then(() => [...delivered])
  await waitFor('both questions', () => answers.length === 2)
  answers[0]?.()
  await waitFor('the first', () => delivered.length === 1)
  answers[1]?.()
  expect(await settled).toEqual(['EL1', 'EL2'])
  feed.close()
})
