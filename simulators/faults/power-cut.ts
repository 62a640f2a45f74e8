/**
 * The mains of a whole estate fail. Lifts stop where they are, or creep to a landing where they have a rescue battery;
 * boilers trip and wait for a person. The terminals live on their own batteries and go on reporting.
 */
import type { Boiler } from '../physics/boiler.js'
import { resetBoiler } from '../physics/boiler-burner.js'
import type { Lift } from '../physics/lift.js'
import type { FaultScript, RunningFault } from './fault.js'

const BATTERY_RESCUE_AFTER_MS = 8_000
const OPERATOR_AFTER_MS = 60_000

export const powerCut: FaultScript = {
  name: 'power-cut',
  subject: 'device',
  scope: 'estate',
  summary: 'mains lost in the whole estate of the target: cars stop between floors, boilers trip',
  lastsMs: 15 * 60_000,
  options: [],
  begin: ({ machine }) => (machine.kind === 'elevator' ? cutLift(machine) : cutBoiler(machine)),
}

function cutLift({ state, design }: Lift): RunningFault {
  let since = 0
  let rescued = false
  return {
    arm(nowMs) {
      state.causes.mainsLost = true
      since = nowMs
      return true
    },
    hold(nowMs) {
      if (!design.automaticRescue || rescued || nowMs - since < BATTERY_RESCUE_AFTER_MS) return
      if (state.mode === 'automatic' && state.motion === 'rest') state.mode = 'evacuation'
      rescued = state.mode === 'evacuation' && state.phase === 'parked' && state.riders.length === 0
      if (rescued) state.mode = 'automatic'
    },
    release() {
      state.causes.mainsLost = false
      if (state.mode === 'evacuation') state.mode = 'automatic'
      return true
    },
  }
}

function cutBoiler({ state, design }: Boiler): RunningFault {
  let mendedAt = 0
  return {
    arm() {
      state.causes.mainsLost = true
      return true
    },
    release(nowMs) {
      state.causes.mainsLost = false
      mendedAt ||= nowMs
      if (nowMs - mendedAt < OPERATOR_AFTER_MS) return false
      resetBoiler(state, design)
      return true
    },
  }
}
