/** Fuel without flame: the flame goes out, or ignition does not light one. The flame guard obeys, or the valve sticks open. */
import { bringFire, bringIgnition, operatorResets } from './boiler-scene.js'
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
    {
      name: 'at',
      type: 'word',
      words: ['fire', 'ignition'],
      default: 'fire',
      help: 'an established flame is lost, or the next ignition lights none',
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
    const sticks = options.valve !== 'closes'
    const ready = (nowMs: number) =>
      options.at === 'ignition'
        ? bringIgnition(boiler, nowMs)
        : bringFire(boiler, nowMs) && nowMs - state.burnerSince >= ESTABLISHED_MS
    return {
      // A guard that acts leaves nothing to find.
      ...(sticks ? { danger: { pattern: 'B-FFL', isTrue: () => state.fuelValve && !state.flame } } : {}),
      arm(nowMs) {
        if (!ready(nowMs)) return false
        state.causes.fuelValveStuck = sticks
        state.causes.flameBlownOut = true
        return true
      },
      release: reset,
    }
  },
})
