/** A console that is killed between "sent" and "written down": what is unknown is repeated with the same id, what is known is not. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import type { Database, DatabaseAddress } from '../../src/database/database.js'
import { openChannels } from '../../src/dispatch/channels/open-channels.js'
import { startNotices } from '../../src/dispatch/notices.js'
import { createLocalBus } from '../../src/runtime/bus.js'
import { silentLog } from '../../src/runtime/log.js'
import { type Clock, createClock } from '../helpers/clock.js'
import { onEachDatabase } from '../helpers/databases.js'
import { AFTERNOON, finding, openDesk } from '../helpers/desk.js'
import { waitFor } from '../helpers/wait-for.js'
import { addHotline, providerAt } from './a-hotline.js'
import type { Crashing } from './crashing-console.js'
import { type Receiver, startReceiver } from './receiver.js'

const CONSOLE = fileURLToPath(new URL('../../dist/test/dispatch/crashing-console.js', import.meta.url))
/** A claim lasts so long, and one that is unknown waits a second. */
const CLAIM_MS = 30_000
const PAUSE_MS = 1_000

function run(database: Database, clock: Clock, { sms, webhook }: { sms: Receiver; webhook: Receiver }) {
  const { now, sleep } = clock
  return startNotices({
    ...{ database, bus: createLocalBus(), log: silentLog, now, sleep },
    channels: openChannels({
      sms: providerAt(sms.url),
      webhook: { url: webhook.url, secret: 's' },
      now,
    }),
  })
}

const distinct = ({ received }: Receiver) => new Set(received.map(({ id }) => id)).size

onEachDatabase('a console that is killed', ({ dialect, address, openAt }) => {
  /** An order by short message and webhook, and the desk told by webhook, in a database that nobody has open. */
  async function ordered(): Promise<DatabaseAddress> {
    const at = await address()
    const desk = await openDesk(await openAt(at))
    await addHotline(desk)
    await desk.incidents.receiveFindings([finding()])
    await desk.database.close()
    return at
  }

  it.each([
    ['after the receiver took it', true],
    ['while the receiver is silent', false],
  ])('%s: the receiver that counts by id counts one', async (_when, answers) => {
    const at = await ordered()
    const sms = await startReceiver((nth, response) => {
      if (answers || nth > 1) response.end('{"code":"OK","call":"S1"}')
    })
    const webhook = await startReceiver((_nth, response) => response.writeHead(204).end())
    const crashing: Crashing = { address: at, sms: sms.url, webhook: webhook.url, at: AFTERNOON }
    const child = fork(CONSOLE, [JSON.stringify(crashing)])
    const exited = once(child, 'exit')
    await waitFor('the message is on its way', () => sms.received.length === 1)
    if (!answers) child.kill('SIGKILL')
    expect(await exited).toEqual([null, 'SIGKILL'])
    expect(webhook.received).toHaveLength(2)

    const database = await openAt(at)
    const clock = createClock(AFTERNOON)
    const notices = run(database, clock, { sms, webhook })
    await waitFor('it looks', () => clock.sleepers() === 1)
    // Another console may be at work on it, and only its claim says how long.
    if (dialect === 'postgres') clock.advance(CLAIM_MS)
    await waitFor('it is unknown', async () => (await statusOf(database)) === 'unknown')
    expect(sms.received).toHaveLength(1)
    await waitFor('it sleeps', () => clock.sleepers() === 1)
    clock.advance(PAUSE_MS)
    await waitFor('it is repeated', async () => (await statusOf(database)) === 'sent')
    expect([sms.received.length, distinct(sms)]).toEqual([2, 1])
    expect(new Set(sms.received.map(({ notice, body }) => `${notice} ${JSON.parse(body).id}`)).size).toBe(1)
    // What was written down before is not told again, nor is anything when it starts once more.
    await notices.close()
    const again = run(database, clock, { sms, webhook })
    clock.advance(CLAIM_MS)
    await waitFor('it has looked again', () => clock.sleepers() === 1)
    expect([sms.received.length, webhook.received.length, distinct(webhook)]).toEqual([2, 2, 2])
    await again.close()
  })
})

async function statusOf({ db }: Database): Promise<string> {
  const { status } = await db
    .selectFrom('delivery')
    .select('status')
    .where('channel', '=', 'sms')
    .executeTakeFirstOrThrow()
  return status
}
