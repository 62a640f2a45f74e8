/** A mechanic takes the lift into inspection operation, works, and gives it back. */
import { liftFault } from './fault.js'

export const maintenanceVisit = liftFault({
  name: 'maintenance-visit',
  summary: 'inspection operation for the length of the fault: not a fault, and nothing may be made of it',
  lastsMs: 15 * 60_000,
  begin({ machine: { state } }) {
    return {
      arm() {
        if (state.phase !== 'parked' || state.riders.length > 0 || state.door > 0) return false
        state.mode = 'inspection'
        return true
      },
      release() {
        state.mode = 'automatic'
        return true
      },
    }
  },
})
