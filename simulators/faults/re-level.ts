/** The ropes stretch under a load: the car sinks some millimetres at an open door and levels itself again, which is legal. */
import { TICK_S } from '../physics/device.js'
import { liftFault } from './fault.js'

const SINKS_M = 0.02
const LEVELLING_SPEED = 0.05

export const reLevel = liftFault({
  name: 're-level',
  summary: 'the car sinks under a load and levels itself with its door open, inside the zone',
  lastsMs: 4_000,
  begin({ machine: { state } }) {
    let left = 0
    return {
      arm() {
        if (state.phase !== 'open' || state.door < 1) return false
        state.causes.doorHeld = true
        state.position -= SINKS_M
        left = SINKS_M
        return true
      },
      hold() {
        const step = Math.min(left, LEVELLING_SPEED * TICK_S)
        left -= step
        state.position += step
        state.speed = left > 0 ? LEVELLING_SPEED : 0
      },
      release() {
        state.position += left
        left = 0
        state.speed = 0
        state.causes.doorHeld = false
        return true
      },
    }
  },
})
