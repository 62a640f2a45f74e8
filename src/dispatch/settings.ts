/** The clocks of the desk, in ms, with the defaults of domain.md §1.2. Response plans change some by kind and district. */
import type { PlanClocks } from '../model/plan.js'
import { DEFAULT_ACCEPT_MS, DEFAULT_CLOCKS } from './plans/default-plans.js'
import type { PlanDefaults } from './plans/resolve.js'

export interface DispatchSettings extends PlanClocks {
  /** From the offer to the answer, for companies and stations. */
  acceptMs: number
  /** A dispatcher's claim lasts this long; also the pause between two reminders. */
  attendMs: number
  /** A condition that persists after somebody closed is looked at again. */
  recheckMs: number
  /** A deadline later than this is put before a dispatcher instead of escalating by itself. */
  absurdlyLateMs: number
}

const MINUTE = 60_000

export const DEFAULT_DISPATCH_SETTINGS: DispatchSettings = {
  ...DEFAULT_CLOCKS,
  acceptMs: DEFAULT_ACCEPT_MS,
  attendMs: 5 * MINUTE,
  recheckMs: 10 * MINUTE,
  absurdlyLateMs: 120 * MINUTE,
}

/** With the settings of this service, and the rest by default. */
export function dispatchSettingsOf(given: Partial<DispatchSettings>): DispatchSettings {
  return { ...DEFAULT_DISPATCH_SETTINGS, ...given }
}

/** What plans begin with. */
export function planDefaultsOf(settings: DispatchSettings): PlanDefaults {
  const { acceptMs, arriveMs, releaseMs, confirmMs, departMs, hearMs } = settings
  return { acceptMs, clocks: { arriveMs, releaseMs, confirmMs, departMs, hearMs } }
}
