/** What a boiler itself says against sending people for what is not urgent: bypassed interlocks, sensors that fail. */
import type { Suppression } from '../../model/finding.js'
import type { PatternHead } from '../pattern.js'
import { failedSensorOf } from '../sensor-faults.js'
import { type BoilerFacts, boilerSlots } from './facts.js'

/** Begin as a warning and grow: kept back, they would have to begin anew, and come late. */
const GROWS = ['B-OVP']

export function keepsBackBoiler(facts: BoilerFacts, pattern: PatternHead): Suppression | null {
  if (GROWS.includes(pattern.id)) return null
  return facts.bypass ? 'bypass' : failedSensorOf(facts, pattern, boilerSlots)
}
