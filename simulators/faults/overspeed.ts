/** The drive runs away: the car gains speed over its nameplate until the governor trips and the safety gear catches it. */
import { liftFault, numberOption } from './fault.js'
import { bringRiders, rescue } from './lift-scene.js'

const TRIP_RATIO = 1.15
/** Share of the rated speed from which the drive may run away. */
const AT_SPEED = 0.9
const ROOM_S = 3

export const overspeed = liftFault({
  name: 'overspeed',
  summary:
    'the drive runs away over the rated speed until the governor catches the car, which then locks out',
  lastsMs: 5 * 60_000,
  options: [
    { name: 'ratio', type: 'number', default: 1.25, help: 'what it makes of the rated speed' },
    {
      name: 'run',
      type: 'duration',
      default: 4_000,
      help: 'how long it runs above 115 % until it is caught',
    },
  ],
  begin({ machine: lift, random, options }) {
    const { state, design } = lift
    const ratio = numberOption(options, 'ratio')
    const runMs = numberOption(options, 'run')
    let overAt = 0
    const isOver = () => Math.abs(state.speed) > design.ratedSpeed * TRIP_RATIO
    const free = rescue(lift, () => {
      state.causes.safetyCircuitOpen = false
    })
    /** m that the car still has before the last floor on its way. */
    const room = () =>
      state.heading > 0 ? (design.floors - 1) * design.floorHeight - state.position : state.position
    return {
      danger: { pattern: 'L-OVS', isTrue: isOver },
      arm(nowMs) {
        bringRiders(lift, random)
        const needed = design.ratedSpeed * ratio * (runMs / 1000 + ROOM_S)
        const fast = state.motion === 'run' && Math.abs(state.speed) >= design.ratedSpeed * AT_SPEED
        if (state.causes.overspeed === 1 && fast && room() > needed) state.causes.overspeed = ratio
        if (isOver()) overAt ||= nowMs
        return overAt > 0
      },
      hold(nowMs) {
        if (state.causes.overspeed !== 1 && nowMs - overAt >= runMs) {
          state.causes.overspeed = 1
          state.causes.safetyCircuitOpen = true
        }
        if (state.motion === 'rest') state.mode = 'locked-out'
      },
      release: free,
    }
  },
})
