/**
 * Deliveries as rows: planned when a notice is taken up, claimed before they are sent, recorded with what became of
 * them. Each is one transaction, so a restart goes on where the rows stand; what was claimed and never recorded is
 * unknown, and is repeated with the same id.
 */
import type { Database, Tx } from '../../database/database.js'
import type { DeliveryTable, NoticeTable } from '../../database/tables.js'
import type { ChannelName } from '../../model/delivery.js'
import type { Bus } from '../../runtime/bus.js'
import { recipientsOf } from './address-book.js'
import { asksForAnswer } from './chain.js'
import type { Outcome } from './channel.js'
import { crewOf, equipmentOf, noticeOf, rowsOf, stillAsked, subscribers } from './delivery-rows.js'
import { occasionOf } from './payload.js'
import { plannedDeliveries } from './planned.js'
import { end, hasReachedNobody, noticeStatusOf, stopAsking, takeTurns } from './progress.js'
import { deskNoticeOf } from './unreached.js'

export interface Deliveries {
  /** Takes up notices that nobody has: all their deliveries are written. */
  plan(): Promise<void>
  /** Marks what is due as `sending` and hands it over, the most urgent first; at most `free` of a channel. */
  claim(free: ReadonlyMap<ChannelName, number>): Promise<DeliveryTable[]>
  /** What became of a claim. When it has run out, another process may have taken it over. */
  record(claimed: DeliveryTable, outcome: Outcome): Promise<void>
  /** Closing cut it off: due again at the next start. */
  release(claimed: DeliveryTable): Promise<void>
  /** What it asks has been answered otherwise: nobody is asked any more. */
  drop(delivery: DeliveryTable): Promise<void>
  /** Calls that rang long enough, and what was claimed by a process that died. `alone`: no other one works here. */
  sweep(query: { underway: ReadonlySet<string>; alone: boolean }): Promise<void>
  /** A key was pressed in a call. Others are asked no longer when that settles it. */
  answered(deliveryId: string, answer: { answer: string; settles: boolean }): Promise<void>
  /** How a call stands, by the provider's word. */
  heard(deliveryId: string, status: string): Promise<void>
  /** When one of these channels has something to do next, ms since 1970; infinity: never. */
  nextAttemptAt(channels: readonly ChannelName[], underway: ReadonlySet<string>): Promise<number>
}

export interface DeliveriesOptions {
  database: Database
  bus: Bus
  now: () => number
  configured: ReadonlySet<ChannelName>
  deskEmail: string | null
  /** ms that a call rings for an answer before the next one. */
  ringMs: number
  /** Tries of a delivery, where the outcome stays unknown, before it is given up. */
  attempts: { urgent: number; other: number }
  onGivenUp: (delivery: DeliveryTable) => void
}

/** No process has claimed it since. */
function isClaimed(row: DeliveryTable, claimed: DeliveryTable): boolean {
  return row.status === 'sending' && row.attempts === claimed.attempts
}

/** It would be tried again, or somebody is trying. */
function isOpen({ status, next_attempt_at: next }: DeliveryTable): boolean {
  return next !== null && (status === 'sending' || status === 'unknown')
}

const FIRST_PAUSE_MS = 1_000
export const LONGEST_RETRY_MS = 5 * 60_000
/** Longer than any exchange takes: whoever claimed it and has not said by then has died, and another takes it over. */
const CLAIM_MS = 30_000
const TAKEN_UP_AT_ONCE = 16

export function createDeliveries(options: DeliveriesOptions): Deliveries {
  const { database, bus, now, configured, attempts } = options
  const { db } = database

  async function takeUp(tx: Tx, notice: NoticeTable): Promise<void> {
    // Of two processes one takes it up.
    const taken = await tx.db
      .updateTable('notice')
      .set({ status: 'sending' })
      .where('id', '=', notice.id)
      .where('status', '=', 'pending')
      .executeTakeFirst()
    if (taken.numUpdatedRows === 0n) return
    const equipment = await equipmentOf(tx, notice)
    const crew = await crewOf(tx, notice)
    const people = await recipientsOf(notice, { tx, equipment, crew, now: now() })
    const subscribed = await subscribers(tx)
    const rows = plannedDeliveries({
      notice,
      occasion: occasionOf(notice),
      people,
      channels: configured,
      subscribed: new Set(subscribed.map((one) => one.user_id)),
      desk: {
        subscribed: subscribed.some(({ role }) => role === 'admin' || role === 'dispatcher'),
        email: options.deskEmail,
      },
      now: now(),
    })
    await tx.db.insertInto('delivery').values(rows).execute()
    await settle(tx, notice.id, rows)
  }

  /** Writes what follows: turns, how the notice stands, and the desk's notice when nobody was reached. */
  async function settle(tx: Tx, noticeId: string, rows: DeliveryTable[]): Promise<void> {
    const before = new Map(rows.map((row) => [row.id, JSON.stringify(row)]))
    takeTurns(rows, now())
    for (const row of rows)
      if (before.get(row.id) !== JSON.stringify(row))
        await tx.db.updateTable('delivery').set(row).where('id', '=', row.id).execute()
    const status = noticeStatusOf(rows)
    const sentAt = rows.map((row) => row.sent_at).filter((at) => at !== null)
    const lastError = rows.filter((row) => row.last_error !== null).at(-1)?.last_error ?? null
    await tx.db
      .updateTable('notice')
      .set({
        status,
        attempts: rows.reduce((sum, row) => sum + row.attempts, 0),
        last_error: status === 'sent' ? null : lastError,
        sent_at: sentAt.length > 0 ? Math.min(...sentAt) : null,
      })
      .where('id', '=', noticeId)
      .execute()
    if (hasReachedNobody(rows)) await tellDesk(tx, noticeId)
  }

  async function tellDesk(tx: Tx, noticeId: string): Promise<void> {
    const notice = await tx.db.selectFrom('notice').selectAll().where('id', '=', noticeId).executeTakeFirst()
    const told = notice && deskNoticeOf(notice, now())
    if (!told) return
    const added = await tx.db
      .insertInto('notice')
      .values(told)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirst()
    if (added.numInsertedOrUpdatedRows) tx.afterCommit(() => bus.publish('notice', { id: told.id }))
  }

  /** Changes one delivery and writes what follows. `change` may leave it as it is. */
  async function move(noticeId: string, change: (rows: DeliveryTable[], tx: Tx) => Promise<void> | void) {
    await database.transaction(async (tx) => {
      const rows = await rowsOf(tx, noticeId)
      const before = rows.map((row) => ({ ...row }))
      await change(rows, tx)
      for (const [index, row] of rows.entries())
        if (JSON.stringify(row) !== JSON.stringify(before[index]))
          await tx.db.updateTable('delivery').set(row).where('id', '=', row.id).execute()
      await settle(tx, noticeId, rows)
    })
  }

  return {
    async plan() {
      for (;;) {
        const waiting = await db
          .selectFrom('notice')
          .selectAll()
          .where('status', '=', 'pending')
          .orderBy('created_at')
          .orderBy('id')
          .limit(TAKEN_UP_AT_ONCE)
          .execute()
        if (waiting.length === 0) return
        await database.transaction(async (tx) => {
          for (const notice of waiting) await takeUp(tx, notice)
        })
      }
    },

    async claim(free) {
      const open = [...free].filter(([, count]) => count > 0).map(([channel]) => channel)
      if (open.length === 0) return []
      const at = now()
      const due = await db
        .selectFrom('delivery')
        .selectAll()
        .where('status', 'in', ['pending', 'unknown'])
        .where('channel', 'in', open)
        // No attempt is put off further than that: a row that says so was written before our clock was set back.
        .where((is) =>
          is.or([is('next_attempt_at', '<=', at), is('next_attempt_at', '>', at + LONGEST_RETRY_MS)]),
        )
        .orderBy('urgency')
        .orderBy('next_attempt_at')
        .orderBy('id')
        .limit([...free.values()].reduce((sum, count) => sum + count, 0))
        .execute()
      const left = new Map(free)
      const chosen = due.filter(({ channel }) => {
        const count = left.get(channel) ?? 0
        left.set(channel, count - 1)
        return count > 0
      })
      if (chosen.length === 0) return []
      return await database.transaction(async (tx) => {
        const claimed: DeliveryTable[] = []
        for (const row of chosen) {
          const mark = {
            status: 'sending',
            attempts: row.attempts + 1,
            next_attempt_at: at + CLAIM_MS,
          } as const
          const { numUpdatedRows } = await tx.db
            .updateTable('delivery')
            .set(mark)
            .where('id', '=', row.id)
            .where('status', '=', row.status)
            .where('attempts', '=', row.attempts)
            .executeTakeFirst()
          if (numUpdatedRows === 1n) claimed.push({ ...row, ...mark })
        }
        return claimed
      })
    },

    async record(claimed, outcome) {
      const { id, notice_id: noticeId } = claimed
      await move(noticeId, async (rows, tx) => {
        const row = rows.find((one) => one.id === id)
        // Meanwhile answered, or given up; or the claim ran out, and then only a delivery that is known still counts.
        if (!row || !(isClaimed(row, claimed) || (outcome.outcome === 'sent' && isOpen(row)))) return
        recordOutcome(row, outcome)
        if (row.channel !== 'voice' || outcome.outcome !== 'sent') return
        if (!asksForAnswer((await noticeOf(tx, noticeId)).kind)) return
        row.status = 'ringing'
        row.ended_at = null
        row.next_attempt_at = now() + options.ringMs
      })
    },

    async release(claimed) {
      await move(claimed.notice_id, (rows) => {
        const row = rows.find((one) => one.id === claimed.id)
        if (!row || !isClaimed(row, claimed)) return
        row.status = 'unknown'
        row.attempts -= 1
        row.next_attempt_at = now()
      })
    },

    async drop({ id, notice_id: noticeId }) {
      await move(noticeId, (rows) => {
        const row = rows.find((one) => one.id === id)
        if (row?.status === 'sending') row.status = 'pending'
        stopAsking(rows, now())
      })
    },

    async answered(id, { answer, settles }) {
      const { notice_id: noticeId } = await db
        .selectFrom('delivery')
        .select('notice_id')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
      await move(noticeId, (rows) => {
        const row = rows.find((one) => one.id === id)
        if (!row) return
        row.answer = answer
        row.sent_at ??= now()
        end(row, 'answered', now())
        if (settles) stopAsking(rows, now())
      })
    },

    async heard(id, status) {
      await db
        .updateTable('delivery')
        .set({ answer: status })
        .where('id', '=', id)
        .where('status', '!=', 'answered')
        .execute()
    },

    async sweep({ underway, alone }) {
      const at = now()
      const over = await db
        .selectFrom('delivery')
        .select(['id', 'notice_id'])
        .where('status', 'in', ['ringing', 'sending'])
        .where((is) =>
          is.or([
            is('next_attempt_at', '<=', at),
            is('next_attempt_at', '>', at + LONGEST_RETRY_MS),
            ...(alone ? [is('status', '=', 'sending')] : []),
          ]),
        )
        .execute()
      for (const { id, notice_id: noticeId } of over.filter((one) => !underway.has(one.id)))
        await move(noticeId, async (rows, tx) => {
          const row = rows.find((one) => one.id === id)
          if (row?.status === 'sending')
            recordOutcome(row, { outcome: 'unknown', error: 'nobody recorded the outcome' })
          if (row?.status !== 'ringing') return
          if (await stillAsked(tx, await noticeOf(tx, noticeId))) end(row, 'unanswered', at)
          else stopAsking(rows, at)
        })
    },

    async nextAttemptAt(channels, underway) {
      const next = await db
        .selectFrom('delivery')
        .select('next_attempt_at')
        .where((is) =>
          is.or([
            is.and([is('status', 'in', ['pending', 'unknown']), is('channel', 'in', [...channels])]),
            is('status', 'in', ['ringing', 'sending']),
          ]),
        )
        .where('next_attempt_at', 'is not', null)
        // Whoever is at work on those says when they are done.
        .$if(underway.size > 0, (query) => query.where('id', 'not in', [...underway]))
        .orderBy('next_attempt_at')
        .limit(1)
        .executeTakeFirst()
      return next?.next_attempt_at ?? Number.POSITIVE_INFINITY
    },
  }

  function recordOutcome(row: DeliveryTable, outcome: Outcome): void {
    const at = now()
    switch (outcome.outcome) {
      case 'sent':
        row.reference = outcome.reference ?? row.reference
        row.sent_at = at
        row.last_error = null
        return end(row, 'sent', at)
      case 'refused':
        row.last_error = outcome.error
        options.onGivenUp(row)
        return end(row, 'failed', at)
      case 'unknown': {
        row.last_error = outcome.error
        const most = row.channel !== 'webhook' && row.urgency <= 1 ? attempts.urgent : attempts.other
        if (row.attempts < most) {
          row.status = 'unknown'
          row.next_attempt_at = at + Math.min(LONGEST_RETRY_MS, FIRST_PAUSE_MS * 2 ** (row.attempts - 1))
          return
        }
        options.onGivenUp(row)
        return end(row, 'unknown', at)
      }
    }
  }
}
