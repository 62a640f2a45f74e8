/** The lock circuit is bypassed and the door does not close fully: the car runs between floors with its door ajar. */

import { inZone } from '../physics/lift-state.js'
import { liftFault } from './fault.js'
import { bringRiders } from './lift-scene.js'

export const doorOpenRun = liftFault({
  name: 'door-open-run',
  summary: 'the door lock is bypassed: the car runs between floors while its door stands ajar',
  lastsMs: 60_000,
  begin({ machine: lift, random }) {
    const { state, design } = lift
    return {
      danger: {
        pattern: 'L-DOR',
        isTrue: () => state.door > 0 && Math.abs(state.speed) >= 0.3 && !inZone(state, design),
      },
      arm() {
        bringRiders(lift, random)
        if (state.phase === 'closing' || state.phase === 'open') {
          state.causes.door = 'stays-ajar'
          state.causes.lockBypassed = true
        }
        return state.door > 0 && Math.abs(state.speed) >= 0.3 && !inZone(state, design)
      },
      hold: () => bringRiders(lift, random),
      release() {
        if (state.motion !== 'rest') return false
        state.causes.door = 'sound'
        state.causes.lockBypassed = false
        return true
      },
    }
  },
})
