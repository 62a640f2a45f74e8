/** The lift is switched off by its keeper, empty at a landing. */
import { liftFault } from './fault.js'

export const outOfService = liftFault({
  name: 'out-of-service',
  summary: 'switched off by its keeper, empty and shut at a landing: not a fault',
  lastsMs: 8 * 3_600_000,
  begin({ machine: { state } }) {
    return {
      arm() {
        if (state.phase !== 'parked' || state.riders.length > 0 || state.door > 0) return false
        state.waiting = []
        state.mode = 'locked-out'
        return true
      },
      release() {
        state.mode = 'automatic'
        return true
      },
    }
  },
})
