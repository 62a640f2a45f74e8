/** The car does not stop at the last floor: it passes the limit switch, which drops the brake, and locks out. */

import { callFrom } from '../physics/lift-control.js'
import { overTravel as pastLimit } from '../physics/lift-state.js'
import { liftFault } from './fault.js'
import { rescue } from './lift-scene.js'

export const overTravel = liftFault({
  name: 'over-travel',
  summary: 'the car misses its stop at the last floor and runs past the limit switch',
  lastsMs: 5 * 60_000,
  options: [
    { name: 'end', type: 'word', words: ['top', 'bottom'], default: 'top', help: 'which last floor' },
  ],
  begin({ machine: lift, random, options }) {
    const { state, design } = lift
    const side = options.end === 'bottom' ? -1 : 1
    const last = side === 1 ? design.floors : 1
    const start = side === 1 ? 1 : design.floors
    const free = rescue(lift, () => {
      state.causes.safetyCircuitOpen = false
    })
    return {
      danger: { pattern: side === 1 ? 'L-TOP' : 'L-BOT', isTrue: () => pastLimit(state, design) === side },
      arm() {
        if (state.phase === 'parked' && state.riders.length === 0 && state.waiting.length === 0)
          callFrom(state, { from: start, to: last, mass: Math.round(random.between(45, 95)) })
        state.causes.stopMissed = state.motion === 'run' && state.target === last && state.riders.length > 0
        // The final limit switch opens the safety chain, and only people close it again.
        state.causes.safetyCircuitOpen = pastLimit(state, design) === side
        return state.causes.safetyCircuitOpen
      },
      hold() {
        state.causes.stopMissed = false
        if (state.motion === 'rest') state.mode = 'locked-out'
      },
      release: free,
    }
  },
})
