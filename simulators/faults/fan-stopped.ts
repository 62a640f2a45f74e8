/** A fan stops while the burner fires, and the switch that should cut the fuel does not act. */
import { bringFire, operatorResets } from './boiler-scene.js'
import { boilerFault } from './fault.js'

export const fanStopped = boilerFault({
  name: 'fan-stopped',
  subject: 'boiler',
  summary: 'the forced or the induced fan stops and the fuel stays on, or is cut with switch=acts',
  lastsMs: 30_000,
  options: [
    { name: 'fan', type: 'word', words: ['forced', 'induced'], default: 'forced', help: 'which' },
    {
      name: 'switch',
      type: 'word',
      words: ['bypassed', 'acts'],
      default: 'bypassed',
      help: 'whether the loss of air reaches the burner',
    },
  ],
  begin({ machine: boiler, options }) {
    const { state, design } = boiler
    const induced = options.fan === 'induced' && design.draught === 'balanced'
    const noAir = () => !state.fan && state.fuelValve
    const noDraught = () => design.draught === 'balanced' && !state.inducedFan && state.fan
    const danger = { pattern: 'B-FAN', isTrue: () => noAir() || noDraught() }
    return {
      ...(options.switch === 'acts' ? {} : { danger }),
      arm(nowMs) {
        if (!bringFire(boiler, nowMs)) return false
        state.causes.airSwitchBypassed = options.switch !== 'acts'
        if (induced) state.causes.inducedFanBroken = true
        else state.causes.forcedFanBroken = true
        return true
      },
      release: operatorResets(boiler, () => {
        state.causes.forcedFanBroken = false
        state.causes.inducedFanBroken = false
        state.causes.airSwitchBypassed = false
      }),
    }
  },
})
