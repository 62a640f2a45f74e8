/** Somebody presses the emergency stop of an escalator with people on it; after a while the duty room releases it. */

import { bringPeople } from './escalator-scene.js'
import { escalatorFault } from './fault.js'

export const emergencyStop = escalatorFault({
  name: 'emergency-stop',
  summary: 'somebody presses the emergency stop of an escalator while people are on it',
  lastsMs: 90_000,
  begin({ machine: escalator, random }) {
    const { state } = escalator
    return {
      arm() {
        if (!bringPeople(escalator, random)) return false
        state.causes.emergencyStop = true
        return true
      },
      release() {
        state.causes.emergencyStop = false
        return true
      },
    }
  },
})
