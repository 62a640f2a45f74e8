/** Fire recall, as in a drill: the car goes to the lowest landing, lets people out and stands open until it ends. */
import { liftFault } from './fault.js'

export const fireDrill = liftFault({
  name: 'fire-drill',
  summary: 'fire recall: the car goes to the lowest landing and stands open there',
  lastsMs: 15 * 60_000,
  begin({ machine: { state } }) {
    return {
      arm() {
        if (state.mode !== 'automatic' || state.phase !== 'parked' || state.door > 0) return false
        state.waiting = []
        state.mode = 'fire'
        return true
      },
      release() {
        if (state.phase !== 'open') return false
        state.mode = 'automatic'
        return true
      },
    }
  },
})
