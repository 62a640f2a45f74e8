/** People trapped at a landing: the car arrives, the door gets its command and does not move. */
import { inZone } from '../physics/lift-state.js'
import { liftFault, numberOption } from './fault.js'
import { bringRiders, isShutIn, pressButton, rescue } from './lift-scene.js'

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
      words: ['dead', 'forgotten', 'boarded'],
      default: 'dead',
      help: 'told to open on arrival and does not move; never told because the controller hangs; or it hangs after people boarded',
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
    const hangs = options.door !== 'dead'
    const boarding = options.door === 'boarded'
    const isShut = () => state.phase === 'parked' && state.riders.length > 0 && state.door === 0
    return {
      danger: { pattern: 'L-TRAP-2', isTrue: () => isShutIn(lift) && inZone(state, lift.design) },
      arm(nowMs) {
        bringRiders(lift, random)
        if (state.riders.length === 0) underway = false
        if (state.motion === 'run' && state.riders.length > 0) {
          underway = true
          if (!hangs) state.causes.door = 'stays-closed'
        }
        const dead = state.causes.door === 'stays-closed' && state.phase === 'opening' && state.door === 0
        // The tick between arrival and the command to open, or between the shut door and the run.
        const hung = hangs && underway !== boarding && state.motion === 'rest' && isShut()
        const stuck = dead || hung
        if (hung) state.mode = 'locked-out'
        pressAt = stuck && buttonMs > 0 ? nowMs + buttonMs : 0
        return stuck
      },
      hold: (nowMs) => pressButton(lift, { nowMs, atMs: pressAt, forMs: PRESS_MS }),
      release: free,
    }
  },
})
