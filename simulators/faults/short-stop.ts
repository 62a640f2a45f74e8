/** Children jump, or a contact bounces: the safety chain opens for some seconds in a run, and the lift recovers by itself. */
import { liftFault } from './fault.js'

export const shortStop = liftFault({
  name: 'short-stop',
  summary: 'the safety chain opens for some seconds during a run; the car levels and goes on by itself',
  lastsMs: 8_000,
  begin({ machine: { state } }) {
    return {
      arm() {
        if (state.motion !== 'run' || state.mode !== 'automatic' || state.riders.length === 0) return false
        state.causes.safetyCircuitOpen = true
        return true
      },
      release() {
        state.causes.safetyCircuitOpen = false
        return true
      },
    }
  },
})
