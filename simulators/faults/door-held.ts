/** Furniture, goods or a long farewell: the door is held open at a landing. */
import { liftFault } from './fault.js'

export const doorHeld = liftFault({
  name: 'door-held',
  summary: 'the door is held open, as for loading',
  lastsMs: 4 * 60_000,
  begin({ machine: { state } }) {
    return {
      arm() {
        if (state.phase !== 'open') return false
        state.causes.doorHeld = true
        return true
      },
      release() {
        state.causes.doorHeld = false
        return true
      },
    }
  },
})
