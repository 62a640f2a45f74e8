/** A step is gone: the sensor at the landing sees the gap and the escalator stops with people on it. */

import { bringPeople, repair } from './escalator-scene.js'
import { escalatorFault } from './fault.js'

export const missingStep = escalatorFault({
  name: 'missing-step',
  summary: 'a step is gone; the escalator sees the gap and stops with people on it',
  lastsMs: 120_000,
  begin({ machine: escalator, random }) {
    const { causes } = escalator.state
    return {
      danger: { pattern: 'E-STM', isTrue: () => causes.stepMissing },
      arm() {
        if (!bringPeople(escalator, random)) return false
        causes.stepMissing = true
        return true
      },
      release: repair(escalator, () => {
        causes.stepMissing = false
      }),
    }
  },
})
