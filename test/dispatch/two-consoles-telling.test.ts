/**
 * Two consoles on one PostgreSQL database tell people at once: each message goes out once. When one dies, the other takes
 * over what it had claimed, with the same id; and what is known to be delivered counts, however late it is written.
 */
import type { ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../src/database/database.js'
import { openChannels } from '../../src/dispatch/channels/open-channels.js'
import { type Notices, startNotices } from '../../src/dispatch/notices.js'
import { createLocalBus } from '../../src/runtime/bus.js'
import { silentLog } from '../../src/runtime/log.js'
import { type Desk, finding, openDesk } from '../helpers/desk.js'
import { leftOut } from '../helpers/installed.js'
import { type PostgresServer, startPostgres } from '../helpers/postgres.js'
import { waitFor } from '../helpers/wait-for.js'
import { addHotline, providerAt } from './a-hotline.js'
import { trapIn } from './far-lifts.js'
import { type Receiver, startReceiver } from './receiver.js'

const LIFTS = 16
const CLAIM_MS = 30_000
const PAUSE_MS = 1_000
const TAKEN = '{"code":"OK","call":"S1"}'

const skip = leftOut('two consoles that tell people', 'postgres')

describe.skipIf(skip)('two consoles that tell people', () => {
  let server: PostgresServer
  let desk: Desk
  let databases: [Database, Database]
  let consoles: Notices[]
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.close())
  beforeEach(async () => {
    const url = await server.newDatabase()
    databases = [await openDatabase({ url }), await openDatabase({ url })]
    desk = await openDesk(databases[0])
    await addHotline(desk)
    consoles = []
  })
  afterEach(async () => {
    await Promise.all(consoles.map((one) => one.close()))
    for (const database of databases) await database.close()
  })

  /** A console that sends short messages to a receiver of its own, so that it is seen which of them sent. */
  function start(database: Database, sms: Receiver): Notices {
    const { now, sleep } = desk.clock
    const notices = startNotices({
      ...{ database, bus: createLocalBus(), log: silentLog, now, sleep },
      channels: openChannels({ sms: { ...providerAt(sms.url), timeoutMs: 20_000 }, now }),
    })
    consoles.push(notices)
    return notices
  }

  async function statuses(): Promise<string[]> {
    const rows = await desk.database.db
      .selectFrom('delivery')
      .where('channel', '=', 'sms')
      // So many rescues at once make an area event, of which people are told that this city does not have.
      .where('recipient', '!=', 'nobody')
      .select('status')
      .execute()
    return rows.map(({ status }) => status)
  }
  const all = (status: string) => async () => {
    const found = await statuses()
    return found.length > 0 && found.every((one) => one === status)
  }

  /** A receiver whose answers the test gives. */
  async function waiting(): Promise<{ receiver: Receiver; asked: ServerResponse[] }> {
    const asked: ServerResponse[] = []
    return { receiver: await startReceiver((_nth, response) => asked.push(response)), asked }
  }

  it('everything due at once: each message once, and both send', async () => {
    await trapIn(desk, LIFTS)
    const receivers = await Promise.all(
      [0, 1].map(() => startReceiver((_nth, response) => setTimeout(() => response.end(TAKEN), 5))),
    )
    for (const [i, receiver] of receivers.entries()) start(databases[i === 0 ? 0 : 1], receiver)
    await waitFor('all are sent', async () => (await statuses()).length >= LIFTS && (await all('sent')()))
    const ids = receivers.flatMap(({ received }) => received.map(({ id }) => id))
    expect(ids.length).toBe((await statuses()).length)
    expect(new Set(ids).size).toBe(ids.length)
    expect(Math.min(...receivers.map(({ received }) => received.length))).toBeGreaterThan(0)
  })

  it('one dies while it sends: the other waits for the claim to run out, then repeats with the same id', async () => {
    await desk.incidents.receiveFindings([finding()])
    const [dying, other] = [await waiting(), await startReceiver((_nth, response) => response.end(TAKEN))]
    start(databases[0], dying.receiver)
    await waitFor('it sends', () => dying.asked.length === 1)
    start(databases[1], other)
    await waitFor('both sleep', () => desk.clock.sleepers() === 2)
    desk.clock.advance(CLAIM_MS - 1)
    await waitFor('both sleep', () => desk.clock.sleepers() === 2)
    expect([await statuses(), other.received]).toEqual([['sending'], []])
    desk.clock.advance(1)
    await waitFor('unknown', all('unknown'))
    await waitFor('they sleep', () => desk.clock.sleepers() === 2)
    desk.clock.advance(PAUSE_MS)
    await waitFor('repeated', () => dying.asked.length + other.received.length === 2)
    // Whichever of them was quicker; the first is still in its first exchange.
    for (const response of dying.asked.slice(1)) response.end(TAKEN)
    await waitFor('sent', all('sent'))
    const ids = [...dying.receiver.received, ...other.received].map(({ id }) => id)
    expect([ids.length, new Set(ids).size]).toEqual([2, 1])
  })

  it('late, but known to be delivered: not repeated', async () => {
    await desk.incidents.receiveFindings([finding()])
    const [slow, other] = [await waiting(), await startReceiver((_nth, response) => response.end(TAKEN))]
    start(databases[0], slow.receiver)
    await waitFor('it sends', () => slow.asked.length === 1)
    start(databases[1], other)
    await waitFor('both sleep', () => desk.clock.sleepers() === 2)
    desk.clock.advance(CLAIM_MS)
    await waitFor('unknown', all('unknown'))
    slow.asked[0]?.end(TAKEN)
    await waitFor('sent', all('sent'))
    desk.clock.advance(CLAIM_MS)
    await waitFor('both have looked', () => desk.clock.sleepers() === 2)
    expect([slow.asked.length, other.received.length]).toEqual([1, 0])
  })

  it('late and unknown: nothing to whoever has taken it over', async () => {
    await desk.incidents.receiveFindings([finding()])
    const [slow, other] = [await waiting(), await waiting()]
    start(databases[0], slow.receiver)
    await waitFor('it sends', () => slow.asked.length === 1)
    const both = () => [...slow.asked, ...other.asked]
    start(databases[1], other.receiver)
    await waitFor('both sleep', () => desk.clock.sleepers() === 2)
    desk.clock.advance(CLAIM_MS)
    await waitFor('unknown', all('unknown'))
    await waitFor('they sleep', () => desk.clock.sleepers() === 2)
    desk.clock.advance(PAUSE_MS)
    await waitFor('taken over', () => both().length === 2)
    slow.asked[0]?.destroy()
    await waitFor('the late one is done', () => desk.clock.sleepers() === 2)
    for (const response of both().slice(1)) response.end(TAKEN)
    await waitFor('sent', all('sent'))
    desk.clock.advance(CLAIM_MS)
    await waitFor('both have looked', () => desk.clock.sleepers() === 2)
    expect(both()).toHaveLength(2)
  })

  it('the database goes away between sent and written down: written when it is back, and not repeated', async () => {
    await desk.incidents.receiveFindings([finding()])
    const { receiver, asked } = await waiting()
    start(databases[0], receiver)
    await waitFor('it sends', () => asked.length === 1)
    await server.stop()
    asked[0]?.end(TAKEN)
    await waitFor('the outcome and the loop wait', () => desk.clock.sleepers() === 2)
    await server.start()
    await waitFor('sent', async () => {
      desk.clock.advance(PAUSE_MS)
      return await all('sent')()
    })
    expect(asked).toHaveLength(1)
  })
})
