/** The drum runs out of water; the low-water interlock cuts the burner in time and stays latched. */
import { levelOf } from '../physics/boiler-state.js'
import { loseWater, operatorResets } from './boiler-scene.js'
import { boilerFault } from './fault.js'

const BELOW_MM = 15

export const lowWater = boilerFault({
  name: 'low-water',
  subject: 'steam-boiler',
  summary:
    'feed pump dead, blow-down open: the level falls below the lowest safe level, the interlock cuts the burner',
  lastsMs: 4 * 60_000,
  begin({ machine: boiler }) {
    const { state, design } = boiler
    const reset = operatorResets(boiler, () => {
      state.causes.feedPumpBroken = false
      state.causes.leak = 0
    })
    return {
      danger: { pattern: 'B-LLW', isTrue: () => levelOf(state, design) < design.lowWaterLimit },
      arm() {
        loseWater(boiler, BELOW_MM)
        return levelOf(state, design) < design.lowWaterLimit
      },
      hold: () => loseWater(boiler, BELOW_MM),
      release: reset,
    }
  },
})
