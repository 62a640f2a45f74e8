/** Rubbish lies in the door's track: it turns back each time it closes, until somebody clears it. Nobody is shut in. */
import { liftFault } from './fault.js'

export const doorBlocked = liftFault({
  name: 'door-blocked',
  summary: 'something lies in the way of the door, which opens again each time it closes',
  lastsMs: 5 * 60_000,
  begin({ machine: { state } }) {
    return {
      arm() {
        if (state.phase !== 'open') return false
        state.causes.door = 'blocked'
        return true
      },
      release() {
        state.causes.door = 'sound'
        return true
      },
    }
  },
})
