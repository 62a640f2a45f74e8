/**
 * Step 5: incidents reach people. `createPlanner` (plan.ts) decides what follows from each move; `startDispatch` rings
 * the clocks and sends the notices until it is closed. Nothing lives in memory: a restart goes on from the rows.
 */
import type { Database } from '../database/database.js'
import { decodeCursor, limitOf, pageOf } from '../database/page.js'
import type { NoticeKind, NoticeStatus, NoticeTable } from '../database/tables.js'
import type { Planner } from '../incidents/planner.js'
import type { ContactRole } from '../model/contact.js'
import type { ListPage, ListQuery } from '../model/viewer.js'
import type { Bus } from '../runtime/bus.js'
import type { Logger } from '../runtime/log.js'
import type { Sleep } from '../runtime/sleep.js'
import { startDeadlines } from './deadlines.js'
import { startNotices } from './notices.js'
import type { WebhookOptions } from './webhook.js'

export { createPlanner } from './plan.js'
export type { NoticeKind, NoticeStatus }

export interface Notice {
  id: string
  /** `null`: about no incident. */
  incidentId: string | null
  assignmentId: string | null
  kind: NoticeKind
  /** Organisation it goes to; `null` is the dispatch desk. */
  party: string | null
  /** Whom within the party, or of the centre; `null`: whoever answers there. */
  role: ContactRole | null
  status: NoticeStatus
  attempts: number
  lastError: string | null
  /** ms since 1970. */
  createdAt: number
  sentAt: number | null
  payload: Record<string, unknown>
}

export interface NoticeQuery extends ListQuery {
  incidentId?: string | undefined
  status?: NoticeStatus[] | undefined
}

export interface Dispatch {
  /** `null` when there is none. The live view asks after `notice` on the bus. */
  notice(id: string): Promise<Notice | null>
  /** Newest first, for the desk; the caller checks that the viewer belongs there. */
  notices(query: NoticeQuery): Promise<ListPage<Notice>>
  /** Clocks that should have rung and have not, and notices that wait or failed; for `/readyz` and metrics. */
  figures(): Promise<{ overdueDeadlines: number; pendingNotices: number; failedNotices: number }>
  close(): Promise<void>
}

/** A clock rings within moments of its time; one that has not by then means that the loop is stuck (ms). */
const OVERDUE_GRACE_MS = 10_000

export interface DispatchOptions {
  database: Database
  bus: Bus
  planner: Planner
  log: Logger
  /** ms since 1970. */
  now: () => number
  sleep: Sleep
  /** Left out: notices are kept and shown, and marked `skipped`. */
  webhook?: WebhookOptions | undefined
}

export function startDispatch(options: DispatchOptions): Dispatch {
  const { database, bus, planner, log, now, sleep, webhook } = options
  const deadlines = startDeadlines({ database, bus, planner, log, now, sleep })
  const notices = startNotices({ database, bus, log, now, sleep, webhook })
  const { db } = database

  return {
    async notice(id) {
      const row = await db.selectFrom('notice').selectAll().where('id', '=', id).executeTakeFirst()
      return row ? noticeOf(row) : null
    },
    async notices(query) {
      const limit = limitOf(query)
      const after = decodeCursor(query.cursor, [0, ''])
      let rows = db.selectFrom('notice').selectAll()
      if (query.incidentId) rows = rows.where('incident_id', '=', query.incidentId)
      if (query.status?.length) rows = rows.where('status', 'in', query.status)
      if (after) {
        const [createdAt, id] = after
        rows = rows.where((eb) =>
          eb.or([
            eb('created_at', '<', Number(createdAt)),
            eb.and([eb('created_at', '=', Number(createdAt)), eb('id', '<', String(id))]),
          ]),
        )
      }
      return pageOf({
        rows: await rows
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .limit(limit + 1)
          .execute(),
        limit,
        keyOf: (row) => [row.created_at, row.id],
        toItem: noticeOf,
      })
    },
    async figures() {
      const { overdue } = await db
        .selectFrom('deadline')
        .select((eb) => eb.fn.countAll<number>().as('overdue'))
        .where('status', '=', 'pending')
        .where('due_at', '<', now() - OVERDUE_GRACE_MS)
        .executeTakeFirstOrThrow()
      const counts = await db
        .selectFrom('notice')
        .select((eb) => ['status', eb.fn.countAll<number>().as('count')])
        .where('status', 'in', ['pending', 'failed'])
        .groupBy('status')
        .execute()
      const countOf = (status: NoticeStatus) => counts.find((row) => row.status === status)?.count ?? 0
      return {
        overdueDeadlines: overdue,
        pendingNotices: countOf('pending'),
        failedNotices: countOf('failed'),
      }
    },
    async close() {
      await deadlines.close()
      await notices.close()
    },
  }
}

function noticeOf(row: NoticeTable): Notice {
  return {
    id: row.id,
    incidentId: row.incident_id,
    assignmentId: row.assignment_id,
    kind: row.kind,
    party: row.party,
    role: row.role,
    status: row.status,
    attempts: row.attempts,
    lastError: row.last_error,
    createdAt: row.created_at,
    sentAt: row.sent_at,
    payload: JSON.parse(row.payload_json),
  }
}
