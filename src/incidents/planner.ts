/** The seam between incidents and dispatch: after each move, inside its transaction, the planner writes what follows. */
import type { Tx } from '../database/database.js'
import type { AssignmentTable, DeadlineTable } from '../database/tables.js'
import type { Action, RescueLevel } from '../model/incident.js'
import type { CaseFile } from './case-file.js'
import type { Moment } from './moment.js'

/** What just happened to an incident. */
export type Move =
  /** A new one. `orders`: the order follows at once, so nobody need confirm. */
  | { kind: 'opened'; orders: boolean }
  | { kind: 'joined' }
  /** The rules are sure: send without asking. */
  | { kind: 'ordered' }
  /** No finding of it holds any longer. */
  | { kind: 'cleared' }
  /** A call or finding after the release. */
  | { kind: 'reopen-offered' }
  | { kind: 'action'; action: Action; assignment: AssignmentTable | null; wish: DispatchWish }
  /** A deadline of it passed. */
  | { kind: 'passed'; deadline: DeadlineTable }

/** Whom a dispatcher wants to send. */
export interface DispatchWish {
  /** Organisation id or `119`. */
  party?: string | undefined
  level?: RescueLevel | undefined
  person?: string | undefined
  /** Every step up to this level at once. */
  together?: boolean | undefined
}

/** Supplied by dispatch (`createPlanner`). */
export interface Planner {
  /** Adds assignments, deadlines, notices and timeline entries to the file; whoever called saves it. */
  follow(tx: Tx, file: CaseFile, move: Move, moment: Moment): Promise<void>
}
