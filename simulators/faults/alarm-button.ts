/** Somebody presses the alarm button in the car; the lift is healthy and goes on. */
import { liftFault } from './fault.js'

export const alarmButton = liftFault({
  name: 'alarm-button',
  summary: 'the alarm button is pressed for the length of the fault; nothing else is wrong',
  lastsMs: 4_000,
  begin({ machine: { state } }) {
    const press = (nowMs: number) => {
      state.alarmUntil = nowMs + 200
    }
    return {
      arm: (nowMs) => {
        press(nowMs)
        return true
      },
      hold: press,
      release: () => true,
    }
  },
})
