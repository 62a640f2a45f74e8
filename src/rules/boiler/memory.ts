/** What a reading adds to the long memory of a boiler: one sample a minute at most, and only of a fire that burns. */
import { dayOf, openDiary, write } from '../diary.js'
import { efficiencyOf } from './efficiency.js'
import { type BoilerFacts, boilerSlots } from './facts.js'
import { isBurning } from './fire.js'
import type { Emission, Exhaust } from './memory-facts.js'

const POLLUTANTS = [boilerSlots.slot('pm'), boilerSlots.slot('so2'), boilerSlots.slot('nox')] as const
const SAMPLE_MS = 60_000
/** A sample stands for no more than this: what was between two distant readings is not known. */
const MOST_MINUTES = 15
const HOUR_MS = 3_600_000
const STEPS = 5
/** Share of the capacity from which the efficiency says something about the boiler. */
const EARNEST_LOAD = 0.5
/** Below this load, and above this much oxygen, a concentration says nothing of the fire. */
const VALID_LOAD = 0.3
const VALID_O2 = 17 // %
const AIR_O2 = 21 // %
const REFERENCE_O2 = { gas: 3.5, oil: 3.5, coal: 9 } as const // %

export function deriveMemory(facts: BoilerFacts): void {
  const elapsed = facts.now - facts.sampledAt
  if (elapsed < SAMPLE_MS) return
  const minutes = Math.min(elapsed / SAMPLE_MS, MOST_MINUTES)
  facts.sampledAt = facts.now
  endHour(facts)
  if (!isBurning(facts)) return
  const load = facts.steamFlow / facts.capacity
  deriveExhaust(facts, load, minutes)
  deriveEmission(facts, load, minutes)
  if (load > EARNEST_LOAD && !Number.isNaN(facts.designEfficiency)) noteEfficiency(facts)
}

function noteEfficiency(facts: BoilerFacts): void {
  const efficiency = efficiencyOf(facts)
  if (Number.isNaN(efficiency)) return
  facts.efficiency ??= openDiary(facts.now, { days: 14, values: 0 })
  write(facts.efficiency, efficiency, facts.now, facts.attendedAt)
}

function createExhaust(now: number): Exhaust {
  const none = () => new Array<number>(STEPS).fill(0)
  return {
    day: dayOf(now),
    sums: none(),
    minutes: none(),
    lastMeans: none(),
    lastMinutes: none(),
    judged: true,
    usual: none(),
    days: none(),
    above: 0,
    strange: 0,
    foundAt: 0,
  }
}

function deriveExhaust(facts: BoilerFacts, load: number, minutes: number): void {
  if (Number.isNaN(facts.exhaustTemp)) return
  // After a visit that answered a finding, what is usual is learnt anew.
  const answered =
    facts.exhaust !== null && facts.exhaust.foundAt > 0 && facts.attendedAt > facts.exhaust.foundAt
  if (facts.exhaust === null || answered) facts.exhaust = createExhaust(facts.now)
  const { exhaust } = facts
  if (dayOf(facts.now) !== exhaust.day) {
    exhaust.lastMeans = means(exhaust)
    exhaust.lastMinutes = exhaust.minutes
    exhaust.sums = exhaust.sums.map(() => 0)
    exhaust.minutes = exhaust.minutes.map(() => 0)
    exhaust.day = dayOf(facts.now)
    exhaust.judged = false
  }
  const step = Number.isNaN(load) ? 0 : Math.max(0, Math.min(STEPS - 1, Math.floor(load * STEPS)))
  exhaust.sums[step] = (exhaust.sums[step] ?? 0) + facts.exhaustTemp * minutes
  exhaust.minutes[step] = (exhaust.minutes[step] ?? 0) + minutes
}

function means({ sums, minutes }: { sums: readonly number[]; minutes: readonly number[] }): number[] {
  return sums.map((sum, i) => ((minutes[i] ?? 0) > 0 ? sum / (minutes[i] ?? 1) : 0))
}

function createEmission(hour: number): Emission {
  const none = () => POLLUTANTS.map(() => 0)
  return {
    hour,
    sums: none(),
    minutes: none(),
    lastMeans: none(),
    lastMinutes: none(),
    judged: true,
    worst: 0,
    ratio: 0,
    hoursOver: 0,
  }
}

/** Also without a fire: an hour ends by the clock. */
function endHour({ emission, now }: BoilerFacts): void {
  const hour = Math.floor(now / HOUR_MS)
  if (emission === null || emission.hour === hour) return
  emission.lastMeans = means(emission)
  emission.lastMinutes = emission.minutes
  emission.sums = emission.sums.map(() => 0)
  emission.minutes = emission.minutes.map(() => 0)
  emission.hour = hour
  emission.judged = false
}

function deriveEmission(facts: BoilerFacts, load: number, minutes: number): void {
  const { raw, fuelKind, o2 } = facts
  if (fuelKind === 'unknown' || !(o2 <= VALID_O2) || load < VALID_LOAD) return
  for (const [i, slot] of POLLUTANTS.entries()) {
    const measured = raw[slot] ?? Number.NaN
    if (Number.isNaN(measured)) continue
    facts.emission ??= createEmission(Math.floor(facts.now / HOUR_MS))
    const { sums, minutes: valid } = facts.emission
    const corrected = (measured * (AIR_O2 - REFERENCE_O2[fuelKind])) / (AIR_O2 - o2)
    sums[i] = (sums[i] ?? 0) + corrected * minutes
    valid[i] = (valid[i] ?? 0) + minutes
  }
}
