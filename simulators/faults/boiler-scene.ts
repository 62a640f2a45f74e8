/** What several boiler faults need: a burner at work, water that runs out, and the operator who puts things right. */
import type { Boiler } from '../physics/boiler.js'
import { resetBoiler } from '../physics/boiler-burner.js'
import { kgPerMm, levelOf } from '../physics/boiler-state.js'

const LEAK_MM_S = 2
const OPERATOR_AFTER_MS = 90_000

/** Consumers ask for all they can until the burner is firing; true then. */
export function bringFire({ state }: Boiler, nowMs: number): boolean {
  if (state.burner === 'firing' && state.flame) return true
  state.demandTarget = 0.95
  state.nextDemandAt = nowMs + 5 * 60_000
  return false
}

/** Puts the burner out until it is cold enough to start again; true when it has just opened its fuel. */
export function bringIgnition({ state }: Boiler, nowMs: number): boolean {
  state.demandTarget = state.burner === 'off' ? 0.95 : state.demandTarget
  if (state.burner === 'off') state.nextDemandAt = nowMs + 5 * 60_000
  else if (state.burner === 'firing') {
    state.demandTarget = 0
    state.nextDemandAt = nowMs + 5 * 60_000
  }
  return state.burner === 'ignition'
}

/** Feed pump dead and a blow-down valve open, down to `belowMm` under the lowest safe level. */
export function loseWater({ state, design }: Boiler, belowMm: number): void {
  state.causes.feedPumpBroken = true
  const empty = levelOf(state, design) <= design.lowWaterLimit - belowMm
  state.causes.leak = empty ? 0 : LEAK_MM_S * kgPerMm(design)
}

/** The operator comes after a while, clears the cause, waits for the level and resets. Called each tick, true at the end. */
export function operatorResets({ state, design }: Boiler, mend: () => void): (nowMs: number) => boolean {
  let mendedAt = 0
  return (nowMs) => {
    if (mendedAt === 0) mend()
    mendedAt ||= nowMs
    const levelSafe = design.medium === 'hot-water' || levelOf(state, design) > -45
    if (nowMs - mendedAt < OPERATOR_AFTER_MS || !levelSafe) return false
    resetBoiler(state, design)
    return state.trip === 'none'
  }
}
