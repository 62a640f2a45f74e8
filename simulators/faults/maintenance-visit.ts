/** A mechanic takes the lift into inspection operation, works, and gives it back. */

import { startCreep } from '../physics/lift-motion.js'
import { liftFault } from './fault.js'
import { pressButton } from './lift-scene.js'

const PRESS_MS = 3_000
/** Mean ms between two moves of a mechanic on the car. */
const MOVE_EVERY_MS = 40_000

export const maintenanceVisit = liftFault({
  name: 'maintenance-visit',
  summary: 'inspection operation for the length of the fault: not a fault, and nothing may be made of it',
  lastsMs: 15 * 60_000,
  options: [
    {
      name: 'work',
      type: 'word',
      words: ['none', 'rides', 'rides-and-button'],
      default: 'none',
      help: 'the car stands, or is moved and stopped between floors, and its alarm button tried',
    },
  ],
  begin({ machine: { state, design }, machine: lift, random, options }) {
    let pressAt = 0
    let stopAt = 0
    /** Moves the car at inspection speed, and lets it stand wherever it then is. */
    function ride(nowMs: number): void {
      if (state.motion === 'rest' && random.chance(100 / MOVE_EVERY_MS)) {
        startCreep(state, design)
        state.target = random.whole(1, design.floors)
        stopAt = nowMs + random.between(3_000, 30_000)
      } else if (state.motion === 'creep' && nowMs >= stopAt) {
        state.motion = 'rest'
        state.speed = 0
        state.phase = 'running'
      }
    }
    return {
      arm(nowMs) {
        // One visit at a time: whoever else works on it would hand it over under the hands of the first.
        if (state.mode !== 'automatic' || state.phase !== 'parked') return false
        if (state.riders.length > 0 || state.door > 0) return false
        state.waiting = []
        state.mode = 'inspection'
        pressAt = options.work === 'rides-and-button' ? nowMs + random.between(60_000, 300_000) : 0
        return true
      },
      hold(nowMs) {
        if (options.work === 'none') return
        ride(nowMs)
        pressButton(lift, { nowMs, atMs: pressAt, forMs: PRESS_MS })
      },
      release() {
        if (state.phase === 'parked') {
          state.mode = 'automatic'
          return true
        }
        // Back to a landing before it is handed over.
        if (state.motion === 'rest') state.phase = 'stopped'
        return false
      },
    }
  },
})
