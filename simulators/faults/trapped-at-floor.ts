/** People trapped at a landing: the car arrives, the door gets its command and does not move. */
import { liftFault, numberOption } from './fault.js'
import { bringRiders, pressButton, rescue } from './lift-scene.js'

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
  ],
  begin({ machine: lift, random, options }) {
    const { state } = lift
    const buttonMs = numberOption(options, 'button')
    let pressAt = 0
    const free = rescue(lift, () => {
      state.causes.door = 'sound'
    })
    return {
      arm(nowMs) {
        bringRiders(lift, random)
        if (state.motion === 'run' && state.riders.length > 0) state.causes.door = 'stays-closed'
        const stuck = state.causes.door === 'stays-closed' && state.phase === 'opening' && state.door === 0
        pressAt = stuck && buttonMs > 0 ? nowMs + buttonMs : 0
        return stuck
      },
      hold: (nowMs) => pressButton(lift, { nowMs, atMs: pressAt, forMs: PRESS_MS }),
      release: free,
    }
  },
})
