/** How the steps move: the drive brings them to the speed that is wanted, the brake brings them to rest. */
import { clamp, TICK_S } from './device.js'
import { type EscalatorDesign, type EscalatorState, wayOf } from './escalator-state.js'

const START_ACCELERATION = 0.25 // m/s²
const RUN_AWAY_ACCELERATION = 0.04 // m/s²
/** m/s²: what the people on it give to steps that nothing holds. */
const FALL_BACK_ACCELERATION = 0.35
const FASTEST_FALL = 1.6 // × nominal
const SLOW_SPEED = 0.2 // m/s

/** Moves the steps by one tick. */
export function moveSteps(state: EscalatorState, design: EscalatorDesign, wanted: Wanted): void {
  if (wanted === 'rest') return brake(state, design)
  state.motorOn = true
  state.brakeReleased = true
  state.brakedFrom = 0
  const way = wayOf(design)
  switch (state.causes.drive) {
    case 'runs-away':
      state.speed += way * RUN_AWAY_ACCELERATION * TICK_S
      break
    case 'falls-back':
      state.speed = Math.max(
        state.speed - FALL_BACK_ACCELERATION * TICK_S,
        -FASTEST_FALL * design.nominalSpeed,
      )
      break
    case 'sound': {
      const target = way * (wanted === 'slow' ? SLOW_SPEED : design.nominalSpeed)
      const step = START_ACCELERATION * TICK_S
      state.speed += clamp(target - state.speed, -step, step)
    }
  }
}

export type Wanted = 'rest' | 'slow' | 'nominal'

/** Falls at once and stops within its way, whatever the speed; what it took is said after. */
function brake(state: EscalatorState, design: EscalatorDesign): void {
  state.motorOn = false
  state.brakeReleased = false
  if (state.speed === 0) return
  if (state.brakedFrom === 0) {
    state.brakedFrom = Math.abs(state.speed)
    state.braked = 0
  }
  const way = design.stopDistance * state.causes.brakeWear
  const deceleration = design.nominalSpeed ** 2 / (2 * way)
  const before = state.speed
  const slower = Math.abs(before) - deceleration * TICK_S
  state.speed = slower <= 0 ? 0 : Math.sign(before) * slower
  state.braked += ((Math.abs(before) + Math.abs(state.speed)) / 2) * TICK_S
  if (state.speed !== 0) return
  // Only a stop from full speed is comparable with its limit.
  if (state.brakedFrom >= 0.9 * design.nominalSpeed) {
    state.stopDistance = state.braked
    state.stopSaid = false
  }
  state.brakedFrom = 0
}
