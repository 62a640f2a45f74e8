/** Somebody presses the alarm button in the car; the lift is healthy and goes on. */
import { liftFault } from './fault.js'
import { bringRiders } from './lift-scene.js'

export const alarmButton = liftFault({
  name: 'alarm-button',
  summary: 'the alarm button is pressed for the length of the fault; nothing else is wrong',
  lastsMs: 4_000,
  options: [
    {
      name: 'when',
      type: 'word',
      words: ['at-once', 'shut'],
      default: 'at-once',
      help: 'at-once, whoever is there, or when people are inside and the door is shut',
    },
  ],
  begin({ machine: lift, random, options }) {
    const { state } = lift
    const press = (nowMs: number) => {
      state.alarmUntil = nowMs + 200
    }
    const shutIn = options.when === 'shut'
    const pressed = () => state.alarmUntil > state.nowMs && state.riders.length > 0
    return {
      ...(shutIn ? { danger: { pattern: 'L-TRAP-3', isTrue: pressed } } : {}),
      arm(nowMs) {
        if (shutIn) {
          bringRiders(lift, random)
          if (state.riders.length === 0 || state.door > 0) return false
        }
        press(nowMs)
        return true
      },
      hold: press,
      release: () => true,
    }
  },
})
