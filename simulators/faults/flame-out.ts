/** The flame goes out. The flame guard trips within a second; the fuel valve obeys it, or sticks open. */
import { bringFire, operatorResets } from './boiler-scene.js'
import { boilerFault } from './fault.js'

export const flameOut = boilerFault({
  name: 'flame-out',
  subject: 'boiler',
  summary: 'the flame is lost; unless valve=closes the fuel valve sticks open until the fault ends',
  lastsMs: 20_000,
  options: [
    {
      name: 'valve',
      type: 'word',
      words: ['sticks', 'closes'],
      default: 'sticks',
      help: 'whether the fuel valve obeys the flame guard',
    },
  ],
  begin({ machine: boiler, options }) {
    const { state } = boiler
    // An established flame, as the trade counts it, has burned a while.
    const ESTABLISHED_MS = 15_000
    const reset = operatorResets(boiler, () => {
      state.causes.flameBlownOut = false
      state.causes.fuelValveStuck = false
    })
    return {
      arm(nowMs) {
        if (!bringFire(boiler, nowMs) || nowMs - state.burnerSince < ESTABLISHED_MS) return false
        state.causes.fuelValveStuck = options.valve !== 'closes'
        state.causes.flameBlownOut = true
        return true
      },
      release: reset,
    }
  },
})
