/** A camera in the car sees an electric bicycle: its code comes, and the door stays open until the bicycle is gone. */
import { EVENT_CODE } from '../../src/model/signals.js'
import { liftFault } from './fault.js'

export const electricBicycle = liftFault({
  name: 'electric-bicycle',
  summary: 'an electric bicycle is brought into the car, which stays open until it is gone',
  lastsMs: 60_000,
  begin({ machine: { state } }) {
    let key = ''
    const say = (active: boolean, ts: number) =>
      state.events.push({ ts, code: EVENT_CODE.electricBicycle, active, key })
    return {
      arm(nowMs) {
        if (state.phase !== 'open') return false
        key = `${EVENT_CODE.electricBicycle}-${nowMs}`
        state.causes.doorHeld = true
        say(true, nowMs)
        return true
      },
      release(nowMs) {
        state.causes.doorHeld = false
        say(false, nowMs)
        return true
      },
    }
  },
})
