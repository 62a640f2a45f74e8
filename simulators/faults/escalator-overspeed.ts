/** The drive no longer holds the steps: they run faster and faster until the protection locks it out. */

import { bringPeople, repair } from './escalator-scene.js'
import { escalatorFault } from './fault.js'

export const escalatorOverspeed = escalatorFault({
  name: 'escalator-overspeed',
  summary: 'an escalator runs faster and faster, until its protection stops it',
  lastsMs: 60_000,
  begin({ machine: escalator, random }) {
    const { causes } = escalator.state
    return {
      danger: {
        pattern: 'E-OVS',
        isTrue: () => Math.abs(escalator.state.speed) > 1.15 * escalator.design.nominalSpeed,
      },
      arm() {
        if (!bringPeople(escalator, random)) return false
        causes.drive = 'runs-away'
        return true
      },
      release: repair(escalator, () => {
        causes.drive = 'sound'
      }),
    }
  },
})
