/** A handrail slips on its drive wheel and falls behind the steps. */
import { bringPeople, repair } from './escalator-scene.js'
import { escalatorFault, numberOption } from './fault.js'

export const handrailSlip = escalatorFault({
  name: 'handrail-slip',
  summary: 'a handrail slips and falls behind the steps, and nothing stops the escalator',
  lastsMs: 120_000,
  options: [{ name: 'by', type: 'number', default: 0.3, help: 'share of the speed that it loses, 0.3' }],
  begin({ machine: escalator, random, options }) {
    const { state } = escalator
    const mended = state.causes.slipLeft
    return {
      danger: { pattern: 'E-HDR', isTrue: () => state.causes.slipLeft > 0.15 && state.speed !== 0 },
      arm() {
        if (!bringPeople(escalator, random)) return false
        state.causes.slipLeft = numberOption(options, 'by')
        return true
      },
      hold: () => void bringPeople(escalator, random),
      release: repair(escalator, () => {
        state.causes.slipLeft = mended
      }),
    }
  },
})
