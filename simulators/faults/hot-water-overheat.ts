/** Water of a hot-water boiler gets too hot, or stands over the fire, and the switch that should cut the fuel does not act. */
import { bringFire, operatorResets } from './boiler-scene.js'
import { boilerFault, numberOption } from './fault.js'

export const hotWaterOverheat = boilerFault({
  name: 'hot-water-overheat',
  subject: 'hot-water-boiler',
  summary: 'a hot-water boiler fires on over its rated temperature, or without circulation',
  lastsMs: 60_000,
  options: [
    {
      name: 'cause',
      type: 'word',
      words: ['control', 'pump'],
      default: 'control',
      help: 'the control sticks at full fire, or the circulation stops',
    },
    { name: 'limit', type: 'number', default: 90, help: '°C from which it counts as too hot' },
  ],
  begin({ machine: boiler, options }) {
    const { state } = boiler
    const limit = numberOption(options, 'limit')
    const stands = options.cause === 'pump'
    const isTrue = () => (stands ? !state.circulationPump && state.fuelValve : state.waterTemp >= limit)
    return {
      danger: { pattern: 'B-HW', isTrue },
      arm(nowMs) {
        if (!state.causes.heatSwitchBypassed && !bringFire(boiler, nowMs)) return false
        state.causes.heatSwitchBypassed = true
        state.causes.pumpSwitchBypassed = stands
        state.causes.circulationPumpBroken = stands
        state.causes.controlStuck = true
        state.causes.demandLost = true
        return isTrue()
      },
      release: operatorResets(boiler, () => {
        state.causes.heatSwitchBypassed = false
        state.causes.pumpSwitchBypassed = false
        state.causes.circulationPumpBroken = false
        state.causes.controlStuck = false
        state.causes.demandLost = false
      }),
    }
  },
})
