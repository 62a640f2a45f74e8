/** What follows from a move: the stages, one after the other, on the file in hand, by the plan it was opened under. */
import type { Tx } from '../database/database.js'
import type { CaseFile } from '../incidents/case-file.js'
import type { Move, Planner } from '../incidents/planner.js'
import type { PlanChange } from '../model/plan.js'
import { newestVersion, plansOf } from './plans/plan-book.js'
import { resolvePlan } from './plans/resolve.js'
import { type DispatchSettings, dispatchSettingsOf, planDefaultsOf } from './settings.js'
import { stages } from './stages.js'
import { roadTravel, type Travel } from './travel.js'

/** Goes into `createIncidents` and `startDispatch`. */
export function createPlanner({
  newId,
  settings = {},
  travel = roadTravel,
}: {
  newId: () => string
  settings?: Partial<DispatchSettings>
  /** How long the way takes; by the crow's flight and a city's pace if left out. */
  travel?: Travel
}): Planner {
  const all = dispatchSettingsOf(settings)
  const defaults = planDefaultsOf(all)
  // A version never changes once it is written.
  const known = new Map<number, PlanChange[]>()

  async function changesOf(tx: Tx, version: number): Promise<PlanChange[]> {
    const changes = known.get(version) ?? (await plansOf(tx.db, version))
    known.set(version, changes)
    return changes
  }

  async function planOf(tx: Tx, { incident, equipment }: CaseFile, move: Move) {
    if (move.kind === 'opened') incident.plan_version = await newestVersion(tx.db)
    return resolvePlan(
      await changesOf(tx, incident.plan_version),
      { kind: equipment?.kind ?? null, district: incident.district },
      defaults,
    )
  }

  return {
    async follow(tx, file, move, moment) {
      const plan = await planOf(tx, file, move)
      const step = { tx, file, move, moment, settings: all, plan, travel, newId, failed: [] }
      for (const stage of stages) await stage(step)
    },
  }
}
