/** The drum runs out of water and the interlock does not act: the burner fires on below the lowest safe level. */
import { levelOf } from '../physics/boiler-state.js'
import { bringFire, loseWater, operatorResets } from './boiler-scene.js'
import { boilerFault } from './fault.js'

const BELOW_MM = 15

export const interlockFailed = boilerFault({
  name: 'interlock-failed',
  subject: 'steam-boiler',
  summary: 'as low-water, but the switch is bypassed: fuel and flame stay on below the lowest safe level',
  lastsMs: 60_000,
  begin({ machine: boiler }) {
    const { state, design } = boiler
    const reset = operatorResets(boiler, () => {
      state.causes.lowWaterBypassed = false
      state.causes.feedPumpBroken = false
      state.causes.leak = 0
    })
    const drain = () => {
      state.causes.lowWaterBypassed = true
      // The burner must not pause for pressure while the water is low.
      state.demandTarget = 0.95
      loseWater(boiler, BELOW_MM)
    }
    return {
      danger: { pattern: 'B-LLW', isTrue: () => levelOf(state, design) < design.lowWaterLimit },
      arm(nowMs) {
        const draining = state.causes.lowWaterBypassed
        if (bringFire(boiler, nowMs) || draining) drain()
        return levelOf(state, design) < design.lowWaterLimit && state.fuelValve
      },
      hold: drain,
      release: reset,
    }
  },
})
