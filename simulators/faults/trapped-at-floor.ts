/** People trapped at a landing: the door does not open on arrival, or the car hangs with its door shut before it leaves. */
import { orderDoor } from '../physics/lift-motion.js'
import { inZone } from '../physics/lift-state.js'
import { liftFault, numberOption } from './fault.js'
import { bringRiders, isShutIn, PASSABLE, pressButton, rescue } from './lift-scene.js'

const PRESS_MS = 4_000

export const trappedAtFloor = liftFault({
  name: 'trapped-at-floor',
  summary: 'the door machine fails on arrival: level at a landing, door shut, people inside',
  lastsMs: 10 * 60_000,
  options: [
    {
      name: 'button',
      type: 'duration',
      default: 0,
      help: 'so long after the arrival somebody presses the alarm button; 0: nobody does',
    },
    {
      name: 'door',
      type: 'word',
      words: ['dead', 'forgotten', 'boarded', 'onward'],
      default: 'dead',
      help: 'told to open on arrival and does not move; never told because the controller hangs; or it hangs after people boarded, or after some got out and others go on',
    },
  ],
  begin({ machine: lift, random, options }) {
    const { state } = lift
    const buttonMs = numberOption(options, 'button')
    let pressAt = 0
    let underway = false
    const free = rescue(lift, () => {
      state.causes.door = 'sound'
    })
    const { door } = options
    /** Some got out where it stands. */
    let opened = false
    function isStuck(): boolean {
      const shut = state.motion === 'rest' && state.riders.length > 0 && state.door === 0
      const arrived = underway && state.phase === 'opening'
      // Between the shut door and the run.
      const leaves = state.phase === 'parked'
      switch (door) {
        case 'dead':
          return shut && arrived && state.causes.door === 'stays-closed'
        case 'forgotten':
          return shut && arrived
        case 'boarded':
          return shut && leaves && !underway
        default:
          return shut && leaves && opened
      }
    }
    return {
      danger: { pattern: 'L-TRAP-2', isTrue: () => isShutIn(lift) && inZone(state, lift.design) },
      arm(nowMs) {
        bringRiders(lift, random, door === 'onward')
        if (state.riders.length === 0) underway = false
        if (state.motion === 'run') {
          opened = false
          underway ||= state.riders.length > 0
        } else if (underway && state.door >= PASSABLE) opened = true
        if (door === 'dead' && state.motion === 'run' && underway) state.causes.door = 'stays-closed'
        const stuck = isStuck()
        if (stuck && door !== 'dead') {
          state.mode = 'locked-out'
          state.phase = 'parked'
          orderDoor(state, 'closed')
        }
        pressAt = stuck && buttonMs > 0 ? nowMs + buttonMs : 0
        return stuck
      },
      hold: (nowMs) => pressButton(lift, { nowMs, atMs: pressAt, forMs: PRESS_MS }),
      release: free,
    }
  },
})
