/** The burner's control sticks at full fire while nobody takes steam: pressure climbs through the steps that still work. */
import { PRESSURE_STEPS } from '../physics/boiler-burner.js'
import { bringFire, operatorResets } from './boiler-scene.js'
import { boilerFault } from './fault.js'

export const overPressure = boilerFault({
  name: 'over-pressure',
  subject: 'steam-boiler',
  summary:
    'control stuck at full fire, steam demand gone: pressure climbs to the burner stop (100.8 %), the cut (101.6 %) or the safety valve',
  lastsMs: 3 * 60_000,
  options: [
    {
      name: 'until',
      type: 'word',
      words: ['stop', 'cut', 'valve'],
      default: 'stop',
      help: 'the first protection that still works',
    },
  ],
  begin({ machine: boiler, options }) {
    const { state, design } = boiler
    const until = options.until
    const reset = operatorResets(boiler, () => {
      state.causes.controlStuck = false
      state.causes.demandLost = false
      state.causes.firstPressureSwitchBypassed = false
      state.causes.secondPressureSwitchBypassed = false
    })
    const stop = design.workingPressure * PRESSURE_STEPS.interlock
    return {
      danger: { pattern: 'B-OVP', isTrue: () => state.pressure >= stop },
      arm(nowMs) {
        if (!state.causes.controlStuck && bringFire(boiler, nowMs)) {
          state.causes.controlStuck = true
          state.causes.demandLost = true
          state.causes.firstPressureSwitchBypassed = until !== 'stop'
          state.causes.secondPressureSwitchBypassed = until === 'valve'
        }
        return state.causes.controlStuck && state.pressure >= design.workingPressure
      },
      release: reset,
    }
  },
})
