/**
 * Between registry and journal: rows written with the change itself are appended to the journal in order and deleted
 * after that, so the rules learn of every change, at least once. Facts and marks older than half of the journal's
 * retention, and as often the rule set in force, are written again, so that the journal always holds what the rules need.
 */
import type { Database, Tx } from '../database/database.js'
import { messageOf } from '../errors.js'
import type { RecordKind } from '../model/record.js'
import { SHIPPED_RULES } from '../model/rule-set.js'
import type { Bus } from '../runtime/bus.js'
import type { Logger } from '../runtime/log.js'
import type { Sleep } from '../runtime/sleep.js'
import { tellJournal } from './equipment-rows.js'
import { tellMarks } from './marks.js'
import { newestRules, tellRules } from './rule-book.js'

export interface Outbox {
  /** How many rows wait. */
  waiting(): Promise<number>
  /** Finishes the batch in hand. */
  close(): Promise<void>
}

export interface OutboxOptions {
  database: Database
  bus: Bus
  log: Logger
  /** ms since 1970. */
  now: () => number
  sleep: Sleep
  /** Resolves once the record is durable, with its position; rejects when it cannot be stored, and is asked again later. */
  append: (record: { kind: RecordKind; equipment: string; payload: Uint8Array }) => Promise<number>
  /** ms that the journal keeps records. */
  retentionMs: number
}

const BATCH = 500
const RETRY_MS = 1_000
/** How often the facts' age is looked at, as a share of the retention. */
const LOOKS_PER_RETENTION = 100
const LONGEST_PAUSE_MS = 60_000

export function startOutbox(options: OutboxOptions): Outbox {
  const { database, bus, log, now, sleep, append, retentionMs } = options
  const closing = new AbortController()
  let pause = new AbortController()
  let changed = false
  let rulesDueAt = 0
  const unsubscribe = bus.subscribe('outbox', () => {
    changed = true
    pause.abort()
  })

  /** Returns how many rows were handed over. */
  async function relay(): Promise<number> {
    const rows = await database.db.selectFrom('outbox').selectAll().orderBy('id').limit(BATCH).execute()
    if (rows.length === 0) return 0
    const appended = await Promise.allSettled(
      rows.map((row) =>
        append({ kind: row.kind, equipment: row.equipment, payload: Buffer.from(row.payload) }),
      ),
    )
    const stored = rows.filter((_, i) => appended[i]?.status === 'fulfilled').map((row) => row.id)
    if (stored.length > 0) await database.db.deleteFrom('outbox').where('id', 'in', stored).execute()
    const refused = appended.find((result) => result.status === 'rejected')
    if (refused) throw refused.reason
    return rows.length
  }

  /** Returns how many equipment and marks were written again. */
  function renew(): Promise<number> {
    return database.transaction(async (tx) => {
      const marks = await renewMarks(tx)
      const stale = await tx.db
        .selectFrom('equipment')
        .selectAll()
        .where('journaled_at', '<=', now() - retentionMs / 2)
        .limit(BATCH)
        .execute()
      if (stale.length === 0) return marks
      await tellJournal(tx, stale, now())
      const ids = stale.map((row) => row.id)
      await tx.db.updateTable('equipment').set({ journaled_at: now() }).where('id', 'in', ids).execute()
      return stale.length + marks
    })
  }

  /** Those that are not over yet. */
  async function renewMarks(tx: Tx): Promise<number> {
    const stale = await tx.db
      .selectFrom('mark')
      .selectAll()
      .where('journaled_at', '<=', now() - retentionMs / 2)
      .where('until_at', '>', now())
      .limit(BATCH)
      .execute()
    if (stale.length > 0) await tellMarks(tx, stale, now())
    return stale.length
  }

  /** At the start and then as often as facts; returns how many sets were written again. */
  async function renewRules(): Promise<number> {
    if (now() < rulesDueAt) return 0
    const written = await database.transaction(async (tx) => {
      const set = await newestRules(tx.db)
      if (set.version === SHIPPED_RULES.version) return 0
      await tellRules(tx, set, now())
      return 1
    })
    rulesDueAt = now() + retentionMs / 2
    return written
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      changed = false
      pause = new AbortController()
      let until = now() + Math.min(retentionMs / LOOKS_PER_RETENTION, LONGEST_PAUSE_MS)
      try {
        if ((await renewRules()) + (await renew()) + (await relay()) > 0) continue
      } catch (error) {
        log.warn({ error: messageOf(error) }, 'changes of equipment and rules wait for the journal')
        until = now() + RETRY_MS
        changed = false
      }
      if (!changed) await sleep(until, AbortSignal.any([closing.signal, pause.signal]))
    }
  }

  const running = run()
  return {
    async waiting() {
      const { rows } = await database.db
        .selectFrom('outbox')
        .select((eb) => eb.fn.countAll<number>().as('rows'))
        .executeTakeFirstOrThrow()
      return rows
    },
    async close() {
      unsubscribe()
      closing.abort()
      await running
    },
  }
}
