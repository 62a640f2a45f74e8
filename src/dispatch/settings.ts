/** The clocks of the desk, in ms, with the defaults of domain.md §1.2. */
export interface DispatchSettings {
  /** From the offer to the answer. */
  acceptMs: number
  /** From the offer to the arrival. */
  arriveMs: number
  /** From the arrival until everybody is out. */
  releaseMs: number
  /** A suspicion waits this long for a dispatcher's word. */
  confirmMs: number
  /** A dispatcher's claim lasts this long; also the pause between two reminders. */
  attendMs: number
  /** A condition that persists after somebody closed is looked at again. */
  recheckMs: number
  /** A deadline later than this is put before a dispatcher instead of escalating by itself. */
  absurdlyLateMs: number
}

const MINUTE = 60_000

export const DEFAULT_DISPATCH_SETTINGS: DispatchSettings = {
  acceptMs: 3 * MINUTE,
  arriveMs: 30 * MINUTE,
  releaseMs: 30 * MINUTE,
  confirmMs: 3 * MINUTE,
  attendMs: 5 * MINUTE,
  recheckMs: 10 * MINUTE,
  absurdlyLateMs: 120 * MINUTE,
}
