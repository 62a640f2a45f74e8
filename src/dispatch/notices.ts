/**
 * Tells people: rows of `notice`, written with the move that causes them, become deliveries, and each is tried until
 * somebody took it or every way is used up. Nothing waits behind a slow channel, and a restart goes on from the rows.
 */
import type { Database } from '../database/database.js'
import type { DeliveryTable } from '../database/tables.js'
import { messageOf } from '../errors.js'
import { CHANNELS, type ChannelName } from '../model/delivery.js'
import type { Bus } from '../runtime/bus.js'
import type { Logger } from '../runtime/log.js'
import type { Sleep } from '../runtime/sleep.js'
import type { Channels, Message, Outcome } from './channels/channel.js'
import { composed } from './channels/compose.js'
import { createDeliveries, type Deliveries } from './channels/deliveries.js'
import { equipmentOf, noticeOf, saidOf, stillAsked } from './channels/delivery-rows.js'
import { type Language, wordsOf } from './channels/words.js'
import { createSleeper } from './sleeper.js'

export interface Notices {
  /** For what comes back of calls. */
  deliveries: Pick<Deliveries, 'answered' | 'heard'>
  close(): Promise<void>
}

export interface NoticesOptions {
  database: Database
  bus: Bus
  log: Logger
  /** ms since 1970. */
  now: () => number
  sleep: Sleep
  /** Closed with the notices. Without any, they are kept and shown, and marked `skipped`. */
  channels: Channels
  language?: Language
  /** Where people reach the service; `null`: notices hold no links. */
  publicUrl?: string | null
  /** Where the provider of calls reports a key. */
  callbackFor?: (delivery: DeliveryTable) => string | null
  deskEmail?: string | null
  ringMs?: number
  attempts?: { urgent: number; other: number }
}

/** Second call after so long without an answer. */
const RING_MS = 45_000
/** Of urgent calls and messages few, so that the desk hears in time that nobody is reached. */
const ATTEMPTS = { urgent: 4, other: 12 }
const AFTER_FAILURE_MS = 1_000
const IDLE_PAUSE_MS = 60_000
/** On their way at once, of one channel. */
const LANES = 8

export function startNotices(options: NoticesOptions): Notices {
  const { database, bus, log, now, sleep, channels } = options
  const words = wordsOf(options.language ?? 'zh')
  const deliveries = createDeliveries({
    database,
    bus,
    now,
    configured: new Set(CHANNELS.filter((name) => channels[name])),
    deskEmail: options.deskEmail ?? null,
    ringMs: options.ringMs ?? RING_MS,
    attempts: options.attempts ?? ATTEMPTS,
    onGivenUp: ({ id, attempts, last_error: error }) =>
      log.warn({ delivery: id, attempts, error }, 'delivery given up'),
  })
  const underway = new Map<Promise<void>, DeliveryTable>()

  const idsUnderway = () => new Set([...underway.values()].map(({ id }) => id))

  function freeLanes(): Map<ChannelName, number> {
    const busy = [...underway.values()].map(({ channel }) => channel)
    return new Map(CHANNELS.map((name) => [name, LANES - busy.filter((one) => one === name).length]))
  }

  /** `null`: it asks for what nobody waits for any more. */
  async function messageFor(delivery: DeliveryTable): Promise<Message | null> {
    const notice = await noticeOf(database, delivery.notice_id)
    if (delivery.channel !== 'webhook' && !(await stillAsked(database, notice))) return null
    const equipment = await equipmentOf(database, notice)
    const card = equipment?.rescue_card_json ? JSON.parse(equipment.rescue_card_json) : null
    const callbackFor = options.callbackFor ?? (() => null)
    const said = await saidOf(database, notice)
    const publicUrl = options.publicUrl ?? null
    return composed(delivery, { notice, words, card, said, publicUrl, callbackFor })
  }

  async function deliver(delivery: DeliveryTable): Promise<void> {
    const outcome = await sent(delivery)
    // What is known must not be forgotten because the database is away, or it would be told twice.
    while (!(await isWritten(delivery, outcome)) && !sleeper.signal.aborted)
      await sleep(now() + AFTER_FAILURE_MS, sleeper.signal)
  }

  /** `null`: nobody waits for it any more. */
  async function sent(delivery: DeliveryTable): Promise<Outcome | null> {
    const channel = channels[delivery.channel]
    // Written while the channel was set up, and it is no longer.
    if (!channel) return { outcome: 'refused', error: 'the channel is not set up' }
    try {
      const message = await messageFor(delivery)
      return message === null ? null : await channel.send(message)
    } catch (error) {
      return { outcome: 'unknown', error: messageOf(error) }
    }
  }

  async function isWritten(delivery: DeliveryTable, outcome: Outcome | null): Promise<boolean> {
    try {
      if (outcome === null) await deliveries.drop(delivery)
      else if (sleeper.signal.aborted && outcome.outcome === 'unknown') await deliveries.release(delivery)
      else await deliveries.record(delivery, outcome)
      return true
    } catch (error) {
      log.error({ delivery: delivery.id, error: messageOf(error) }, 'outcome of a delivery not recorded')
      return false
    }
  }

  function setOff(delivery: DeliveryTable): void {
    const delivering = deliver(delivery)
    underway.set(delivering, delivery)
    void delivering.finally(() => {
      underway.delete(delivering)
      sleeper.wakeBefore(now())
    })
  }

  async function nextLook(): Promise<number> {
    const free = [...freeLanes()].filter(([, count]) => count > 0).map(([name]) => name)
    return Math.min(await deliveries.nextAttemptAt(free, idsUnderway()), now() + IDLE_PAUSE_MS)
  }

  const sleeper = createSleeper({ sleep })
  const unsubscribe = bus.subscribe('notice', () => sleeper.wakeBefore(now()))
  // A file has one process, so what is claimed and not underway here was left by the one before.
  const alone = database.dialect === 'sqlite'
  const running = sleeper.loop(async () => {
    try {
      await deliveries.sweep({ alone, underway: idsUnderway() })
      await deliveries.plan()
      for (const delivery of await deliveries.claim(freeLanes())) setOff(delivery)
      return await nextLook()
    } catch (error) {
      log.error({ error: messageOf(error) }, 'notices wait for the database')
      return now() + AFTER_FAILURE_MS
    }
  })

  return {
    deliveries,
    async close() {
      unsubscribe()
      sleeper.end()
      await running
      await Promise.all(Object.values(channels).map((channel) => channel.close()))
      await Promise.all(underway.keys())
    },
  }
}
