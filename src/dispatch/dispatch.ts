/**
 * Step 5: incidents reach people. `createPlanner` decides what follows from each move; `startDispatch` runs the clocks
 * and sends the notices until it is closed. Nothing about it lives in memory: a restart goes on from the rows.
 */
import type { Database } from '../database/database.js'
import type { Planner } from '../incidents/planner.js'
import type { Bus } from '../runtime/bus.js'
import type { Logger } from '../runtime/log.js'
import type { Sleep } from '../runtime/sleep.js'
import type { DispatchSettings } from './settings.js'
import type { WebhookOptions } from './webhook.js'

/** Goes into `createIncidents`. */
export declare function createPlanner(options: {
  newId: () => string
  settings?: Partial<DispatchSettings>
}): Planner

export interface Dispatch {
  /** What people were told or are to be told, newest first, for the desk. */
  notice(id: string): Promise<Notice | null>
  /** Clocks that should have rung and have not, and notices that failed; for `/readyz` and metrics. */
  figures(): Promise<{ overdueDeadlines: number; pendingNotices: number; failedNotices: number }>
  close(): Promise<void>
}

/** `sent`: the receiver said 2xx. `failed`: given up. `skipped`: no channel is configured. */
export type NoticeStatus = 'pending' | 'sent' | 'failed' | 'skipped'

export const NOTICE_KINDS = [
  'incident-opened',
  'assignment-offered',
  'assignment-expired',
  'assignment-recalled',
  'escalated',
  'attend',
] as const
export type NoticeKind = (typeof NOTICE_KINDS)[number]

export interface Notice {
  id: string
  incidentId: string
  assignmentId: string | null
  kind: NoticeKind
  /** Organisation it goes to; `null` is the dispatch desk. */
  party: string | null
  status: NoticeStatus
  attempts: number
  lastError: string | null
  /** ms since 1970. */
  createdAt: number
  sentAt: number | null
  payload: Record<string, unknown>
}

export declare function startDispatch(options: {
  database: Database
  bus: Bus
  planner: Planner
  log: Logger
  now: () => number
  sleep: Sleep
  newId: () => string
  settings?: Partial<DispatchSettings>
  /** Left out: notices are kept and shown, and marked `skipped`. */
  webhook?: WebhookOptions | undefined
}): Dispatch
