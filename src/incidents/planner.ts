/** The seam between incidents and dispatch: after each move, inside its transaction, the planner writes what follows. */
import type { Tx } from '../database/database.js'

/** Supplied by dispatch (`createPlanner`). */
export interface Planner {
  follow(tx: Tx): Promise<void>
}
