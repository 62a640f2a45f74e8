/** People trapped between floors: the safety chain opens during a run, the brake falls, the controller locks out. */
import { inZone } from '../physics/lift-state.js'
import { liftFault, numberOption } from './fault.js'
import { bringRiders, isShutIn, pressButton, rescue, wouldStrand } from './lift-scene.js'

const PRESS_MS = 4_000

export const trapped = liftFault({
  name: 'trapped',
  summary:
    'the safety chain opens during a run: the car stops outside the zone, door shut, people inside, until rescuers bring it to a landing',
  lastsMs: 10 * 60_000,
  options: [
    {
      name: 'button',
      type: 'duration',
      default: 0,
      help: 'so long after the stop somebody presses the alarm button; 0: nobody does',
    },
    {
      name: 'cause',
      type: 'word',
      words: ['chain', 'drive'],
      default: 'chain',
      help: 'the safety chain opens, or the drive locks itself out and the chain stays closed',
    },
  ],
  begin({ machine: lift, random, options }) {
    const { state } = lift
    const buttonMs = numberOption(options, 'button')
    let pressAt = 0
    const free = rescue(lift, () => {
      state.causes.safetyCircuitOpen = false
    })
    return {
      danger: { pattern: 'L-TRAP-1', isTrue: () => isShutIn(lift) && !inZone(state, lift.design) },
      arm(nowMs) {
        bringRiders(lift, random)
        if (!wouldStrand(lift)) return false
        if (options.cause === 'drive') state.mode = 'locked-out'
        else state.causes.safetyCircuitOpen = true
        pressAt = buttonMs > 0 ? nowMs + buttonMs : 0
        return true
      },
      hold(nowMs) {
        if (state.motion === 'rest') state.mode = 'locked-out'
        pressButton(lift, { nowMs, atMs: pressAt, forMs: PRESS_MS })
      },
      release: free,
    }
  },
})
