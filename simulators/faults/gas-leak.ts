/** Gas escapes in the boiler house and gathers; somebody airs the house and tightens the train. */
import { boilerFault, numberOption } from './fault.js'

const FIRST_STEP_LEL = 20

export const gasLeak = boilerFault({
  name: 'gas-leak',
  subject: 'boiler',
  summary: 'gas gathers in the boiler house up to a share of what can explode',
  lastsMs: 3 * 60_000,
  options: [
    { name: 'rate', type: 'number', default: 15, help: '% LEL a minute' },
    { name: 'most', type: 'number', default: 60, help: '% LEL at which it stays' },
  ],
  begin({ machine: { state }, options }) {
    const most = numberOption(options, 'most')
    const leak = () => {
      state.causes.gasRate = state.gas < most ? numberOption(options, 'rate') : 1e-9
    }
    return {
      danger: { pattern: 'B-GAS', isTrue: () => state.gas >= FIRST_STEP_LEL },
      arm() {
        leak()
        return state.gas >= Math.min(most, FIRST_STEP_LEL)
      },
      hold: leak,
      release() {
        state.causes.gasRate = 0
        return state.gas === 0
      },
    }
  },
})
