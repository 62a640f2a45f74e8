/**
 * Step 5: incidents reach people. `createPlanner` (plan.ts) decides what follows from each move; `startDispatch` rings
 * the clocks and sends the notices until it is closed. Nothing lives in memory: a restart goes on from the rows.
 */
import type { Database } from '../database/database.js'
import { decodeCursor, limitOf, pageOf } from '../database/page.js'
import type { DeliveryTable, NoticeKind, NoticeStatus, NoticeTable } from '../database/tables.js'
import type { Planner } from '../incidents/planner.js'
import type { ContactRole } from '../model/contact.js'
import type { Delivery } from '../model/delivery.js'
import type { ListPage, ListQuery } from '../model/viewer.js'
import type { Bus } from '../runtime/bus.js'
import type { Logger } from '../runtime/log.js'
import type { Sleep } from '../runtime/sleep.js'
import { startDeadlines } from './deadlines.js'
import { type Notices, type NoticesOptions, startNotices } from './notices.js'
import { createPlanBook, type PlanBook } from './plans/plan-book.js'
import type { PlanDefaults } from './plans/resolve.js'
import { type DispatchSettings, dispatchSettingsOf, planDefaultsOf } from './settings.js'

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
  /** By which channels to whom, in the order in which they were planned. */
  deliveries: Delivery[]
}

export interface NoticeQuery extends ListQuery {
  incidentId?: string | undefined
  status?: NoticeStatus[] | undefined
}

export interface Dispatch {
  /** What people set in the response plans, and what holds without. */
  plans: { book: PlanBook; defaults: PlanDefaults }
  /** `null` when there is none. The live view asks after `notice` on the bus. */
  notice(id: string): Promise<Notice | null>
  /** Newest first, for the desk; the caller checks that the viewer belongs there. */
  notices(query: NoticeQuery): Promise<ListPage<Notice>>
  /** Clocks that should have rung and have not, and notices that wait or failed; for `/readyz` and metrics. */
  figures(): Promise<{ overdueDeadlines: number; pendingNotices: number; failedNotices: number }>
  /** For what comes back of calls. */
  deliveries: Notices['deliveries']
  close(): Promise<void>
}

/** A clock rings within moments of its time; one that has not by then means that the loop is stuck (ms). */
const OVERDUE_GRACE_MS = 10_000

export interface DispatchOptions {
  database: Database
  bus: Bus
  planner: Planner
  /** The same that the planner got. */
  clocks?: Partial<DispatchSettings>
  log: Logger
  /** ms since 1970. */
  now: () => number
  sleep: Sleep
  /** How people are told. */
  telling: Omit<NoticesOptions, 'database' | 'bus' | 'log' | 'now' | 'sleep'>
}

export function startDispatch(options: DispatchOptions): Dispatch {
  const { database, bus, planner, clocks = {}, log, now, sleep, telling } = options
  const deadlines = startDeadlines({ database, bus, planner, log, now, sleep })
  const notices = startNotices({ database, bus, log, now, sleep, ...telling })
  const { db } = database

  async function deliveriesOf(notices: readonly NoticeTable[]): Promise<DeliveryTable[]> {
    if (notices.length === 0) return []
    return await db
      .selectFrom('delivery')
      .selectAll()
      .where(
        'notice_id',
        'in',
        notices.map(({ id }) => id),
      )
      .orderBy('recipient')
      .orderBy('track')
      .orderBy('step')
      .execute()
  }

  return {
    plans: {
      book: createPlanBook({ database, now }),
      defaults: planDefaultsOf(dispatchSettingsOf(clocks)),
    },
    async notice(id) {
      const row = await db.selectFrom('notice').selectAll().where('id', '=', id).executeTakeFirst()
      return row ? noticeOf(row, await deliveriesOf([row])) : null
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
      const found = await rows
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute()
      const deliveries = await deliveriesOf(found)
      return pageOf({
        rows: found,
        limit,
        keyOf: (row) => [row.created_at, row.id],
        toItem: (row) => noticeOf(row, deliveries),
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
        .where('status', 'in', ['pending', 'sending', 'failed'])
        .groupBy('status')
        .execute()
      const countOf = (status: NoticeStatus) => counts.find((row) => row.status === status)?.count ?? 0
      return {
        overdueDeadlines: overdue,
        pendingNotices: countOf('pending') + countOf('sending'),
        failedNotices: countOf('failed'),
      }
    },
    deliveries: notices.deliveries,
    async close() {
      await deadlines.close()
      await notices.close()
    },
  }
}

function noticeOf(row: NoticeTable, deliveries: readonly DeliveryTable[]): Notice {
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
    deliveries: deliveries.filter((one) => one.notice_id === row.id).map(deliveryOf),
  }
}

function deliveryOf(row: DeliveryTable): Delivery {
  return {
    id: row.id,
    recipient: row.recipient,
    recipientName: row.recipient_name,
    address: row.channel === 'push' ? null : row.address,
    channel: row.channel,
    round: row.round,
    status: row.status,
    attempts: row.attempts,
    reference: row.reference,
    answer: row.answer,
    lastError: row.last_error,
    createdAt: row.created_at,
    sentAt: row.sent_at,
    endedAt: row.ended_at,
  }
}
