/**
 * A console in a process of its own that is killed between handing a short message over and writing that down. Started by
 * fork with what it needs as JSON; whatever else it has to tell is told and written before.
 */
import { type Database, type DatabaseAddress, openDatabase } from '../../src/database/database.js'
import { openChannels } from '../../src/dispatch/channels/open-channels.js'
import { startNotices } from '../../src/dispatch/notices.js'
import { createLocalBus } from '../../src/runtime/bus.js'
import { silentLog } from '../../src/runtime/log.js'
import { createClock } from '../helpers/clock.js'
import { providerAt } from './a-hotline.js'

export interface Crashing {
  address: DatabaseAddress
  /** URLs of the receivers. */
  sms: string
  webhook: string
  /** ms since 1970, where its clock stands. */
  at: number
}

const { address, sms, webhook, at }: Crashing = JSON.parse(process.argv[2] ?? '')
const database = await openDatabase(address)
const { now, sleep } = createClock(at)
const channels = openChannels({
  sms: { ...providerAt(sms), timeoutMs: 60_000 },
  webhook: { url: webhook, secret: 's' },
  now,
})
const { sms: provider } = channels
if (!provider) throw new Error('no channel for short messages')
startNotices({
  ...{ database, bus: createLocalBus(), log: silentLog, now, sleep },
  channels: {
    ...channels,
    sms: {
      ...provider,
      async send(message) {
        await webhookIsDone(database)
        await provider.send(message)
        process.kill(process.pid, 'SIGKILL')
        return new Promise(() => {})
      },
    },
  },
})

async function webhookIsDone(at: Database): Promise<void> {
  const open = await at.db
    .selectFrom('delivery')
    .select('id')
    .where('channel', '=', 'webhook')
    .where('status', '!=', 'sent')
    .execute()
  if (open.length === 0) return
  await new Promise((resolve) => setTimeout(resolve, 10))
  await webhookIsDone(at)
}
