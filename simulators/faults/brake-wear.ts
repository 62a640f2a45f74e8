/** The brake of an escalator is worn: a stop from full speed takes longer than it may. */
import { bringPeople, repair } from './escalator-scene.js'
import { escalatorFault, numberOption } from './fault.js'

export const brakeWear = escalatorFault({
  name: 'brake-wear',
  summary: 'an escalator whose brake is worn is stopped and takes too far to come to rest',
  lastsMs: 60_000,
  options: [{ name: 'times', type: 'number', default: 2.4, help: 'times its usual way, 2.4' }],
  begin({ machine: escalator, random, options }) {
    const { causes } = escalator.state
    const mended = causes.brakeWear
    return {
      arm() {
        if (!bringPeople(escalator, random)) return false
        causes.brakeWear = numberOption(options, 'times')
        causes.safetyCircuitOpen = true
        return true
      },
      release: repair(escalator, () => {
        causes.brakeWear = mended
        causes.safetyCircuitOpen = false
      }),
    }
  },
})
