/** What follows from a move: the stages, one after the other, on the file in hand. */
import type { Planner } from '../incidents/planner.js'
import { DEFAULT_DISPATCH_SETTINGS, type DispatchSettings } from './settings.js'
import { stages } from './stages.js'

/** Goes into `createIncidents` and `startDispatch`. */
export function createPlanner({
  newId,
  settings = {},
}: {
  newId: () => string
  settings?: Partial<DispatchSettings>
}): Planner {
  const all = { ...DEFAULT_DISPATCH_SETTINGS, ...settings }
  return {
    async follow(tx, file, move, moment) {
      const step = { tx, file, move, moment, settings: all, newId }
      for (const stage of stages) await stage(step)
    },
  }
}
