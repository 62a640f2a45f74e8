/** An escalator going up loses its drive with people on it, comes to rest and runs backwards under their weight. */

import { bringPeople, repair } from './escalator-scene.js'
import { escalatorFault } from './fault.js'

export const escalatorReversal = escalatorFault({
  name: 'escalator-reversal',
  summary:
    'an escalator going up loses its drive and runs down under those on it, until its protection stops it',
  lastsMs: 60_000,
  begin({ machine: escalator, random }) {
    const { state, design } = escalator
    const up = design.direction === 'up'
    return {
      ...(up ? { danger: { pattern: 'E-REV', isTrue: () => state.speed < -0.1 } } : {}),
      arm() {
        // Downwards, those on it push the way it goes: that is an overspeed.
        if (!bringPeople(escalator, random)) return false
        state.causes.drive = up ? 'falls-back' : 'runs-away'
        return true
      },
      release: repair(escalator, () => {
        state.causes.drive = 'sound'
      }),
    }
  },
})
