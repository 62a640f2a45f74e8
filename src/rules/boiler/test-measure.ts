/** What a test of the boiler's limits showed: where they acted, and how soon the fuel was off. */
import type { Evidence } from '../../model/finding.js'
import type { BoilerFacts } from './facts.js'

const MEASURED = ['acted-at', 'fuel-off-after']

/** The evidence of a test finding, measured anew; `since` (ms since 1970) is when its condition became true. */
export function measureTest(
  facts: BoilerFacts,
  pattern: string,
  since: number,
  evidence: readonly Evidence[],
): Evidence[] {
  const rest = evidence.filter(({ key }) => !MEASURED.includes(key))
  const acted = actingOf(facts, pattern, since)
  if (!acted) return rest
  const { at, signal, value } = acted
  rest.push({ key: 'acted-at', witness: 'machine', signal, value, at })
  // What was off before did not have to be shut.
  if (facts.fuelOffAt >= at)
    rest.push({
      key: 'fuel-off-after',
      witness: 'machine',
      signal: 'fuelValve',
      value: facts.fuelOffAt - at,
      at: facts.fuelOffAt,
    })
  return rest
}

function actingOf(
  facts: BoilerFacts,
  pattern: string,
  since: number,
): { at: number; signal: string; value: number } | null {
  if (pattern === 'B-LLW' && facts.lowWaterAt >= since)
    return { at: facts.lowWaterAt, signal: 'waterLevel', value: facts.lowWaterLevel }
  if (pattern === 'B-OVP' && facts.interlockAt >= since)
    return { at: facts.interlockAt, signal: 'pressure', value: facts.interlockPressure }
  return null
}
