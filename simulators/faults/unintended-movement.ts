/** The brake slips while the car stands open at a landing: it leaves the landing with its door open. */

import { orderDoor, startSlip } from '../physics/lift-motion.js'
import { inZone } from '../physics/lift-state.js'
import { liftFault } from './fault.js'
import { rescue } from './lift-scene.js'

export const unintendedMovement = liftFault({
  name: 'unintended-movement',
  summary:
    'the brake slips at a landing: the car leaves the zone with its door open, is caught, and locks out',
  lastsMs: 8 * 60_000,
  begin({ machine: lift }) {
    const { state, design } = lift
    const free = rescue(lift, () => undefined)
    return {
      danger: { pattern: 'L-UCM', isTrue: () => state.door > 0 && !inZone(state, design) },
      arm() {
        if (state.phase === 'parked' && state.motion === 'rest' && state.riders.length === 0) {
          orderDoor(state, 'open')
          state.phase = 'opening'
        }
        const open = state.phase === 'open' && state.door === 1
        // Whoever is inside has just stepped out.
        if (!open || state.riders.length > 0) return false
        state.mode = 'locked-out'
        startSlip(state, design)
        return true
      },
      release: free,
    }
  },
})
