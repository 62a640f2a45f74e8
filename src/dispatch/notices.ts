/**
 * Sends notices: rows written with the move that causes them, delivered at least once, tried again with growing pauses,
 * and `failed` in plain sight when the tries are used up. A restart goes on from the rows.
 */
import type { Database } from '../database/database.js'
import type { NoticeTable } from '../database/tables.js'
import { messageOf } from '../errors.js'
import type { Bus } from '../runtime/bus.js'
import type { Logger } from '../runtime/log.js'
import type { Sleep } from '../runtime/sleep.js'
import { createSleeper } from './sleeper.js'
import { createWebhook, type Delivery, type WebhookOptions } from './webhook.js'

export interface Notices {
  close(): Promise<void>
}

export interface NoticesOptions {
  database: Database
  bus: Bus
  log: Logger
  /** ms since 1970. */
  now: () => number
  sleep: Sleep
  /** Left out: notices are kept and shown, and marked `skipped`. */
  webhook?: WebhookOptions | undefined
}

const DEFAULT_MAX_ATTEMPTS = 12
const FIRST_PAUSE_MS = 1_000
const LONGEST_RETRY_MS = 5 * 60_000
const IDLE_PAUSE_MS = 60_000
const AT_ONCE = 8

export function startNotices(options: NoticesOptions): Notices {
  const { database, bus, log, now, sleep, webhook } = options
  const maxAttempts = webhook?.maxAttempts ?? DEFAULT_MAX_ATTEMPTS
  const channel = webhook ? createWebhook(webhook) : null

  async function due(): Promise<NoticeTable[]> {
    const at = now()
    return await database.db
      .selectFrom('notice')
      .selectAll()
      .where('status', '=', 'pending')
      // No attempt is put off further than that: a row that says so was written before our clock was set back.
      .where((is) =>
        is.or([is('next_attempt_at', '<=', at), is('next_attempt_at', '>', at + LONGEST_RETRY_MS)]),
      )
      .orderBy('next_attempt_at')
      .orderBy('id')
      .limit(AT_ONCE)
      .execute()
  }

  async function deliver(notice: NoticeTable): Promise<void> {
    if (!channel) return await settle(notice, { status: 'skipped' })
    const delivery = await channel.send(notice.id, bodyOf(notice), now())
    // Closing cut it off: not the receiver's failure, and the next start sends it again.
    if (sleeper.signal.aborted && delivery.outcome === 'retry') return
    await settle(notice, outcomeOf(notice, delivery))
  }

  function outcomeOf(notice: NoticeTable, delivery: Delivery): Partial<NoticeTable> {
    const attempts = notice.attempts + 1
    if (delivery.outcome === 'sent') return { status: 'sent', attempts, sent_at: now(), last_error: null }
    const given = delivery.outcome === 'refused' || attempts >= maxAttempts
    if (given) {
      log.warn({ notice: notice.id, attempts, error: delivery.error }, 'notice given up')
      return { status: 'failed', attempts, last_error: delivery.error }
    }
    const pauseMs = Math.min(LONGEST_RETRY_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1))
    return { attempts, last_error: delivery.error, next_attempt_at: now() + pauseMs }
  }

  async function settle(notice: NoticeTable, change: Partial<NoticeTable>): Promise<void> {
    await database.db.updateTable('notice').set(change).where('id', '=', notice.id).execute()
  }

  async function nextAttempt(): Promise<number> {
    const next = await database.db
      .selectFrom('notice')
      .select('next_attempt_at')
      .where('status', '=', 'pending')
      .orderBy('next_attempt_at')
      .limit(1)
      .executeTakeFirst()
    return Math.min(next?.next_attempt_at ?? Number.POSITIVE_INFINITY, now() + IDLE_PAUSE_MS)
  }

  const sleeper = createSleeper({ sleep })
  const unsubscribe = bus.subscribe('notice', () => sleeper.wakeBefore(now()))
  const running = sleeper.loop(async () => {
    try {
      for (let batch = await due(); batch.length > 0 && !sleeper.signal.aborted; batch = await due())
        await Promise.all(batch.map(deliver))
      return await nextAttempt()
    } catch (error) {
      log.error({ error: messageOf(error) }, 'notices wait for the database')
      return now() + FIRST_PAUSE_MS
    }
  })

  return {
    async close() {
      unsubscribe()
      sleeper.end()
      await channel?.close()
      await running
    },
  }
}

/** What the receiver gets. */
function bodyOf(notice: NoticeTable): string {
  return JSON.stringify({
    id: notice.id,
    kind: notice.kind,
    party: notice.party,
    at: new Date(notice.created_at).toISOString(),
    ...JSON.parse(notice.payload_json),
  })
}
