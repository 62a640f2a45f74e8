/** What speaks for a cause of a boiler's trouble: feed, fuel, draught, gauges, power, and what people did just before. */
import type { CauseKey } from '../../model/causes.js'
import type { Mark } from '../../model/mark.js'
import { EVENT_CODE } from '../../model/signals.js'
import { type BoilerFacts, boilerSlots } from '../boiler/facts.js'
import type { Clue } from './rank.js'

const FEED_PUMP = boilerSlots.slot('feedPump')
const LOW_FUEL = 0.7 // of what the train is set to, as in B-GPR
const STILL_MS = 600_000
const BEFORE_MS = 30 * 60_000

/** What the class of the finding says, without being a clue to be shown. Factors are our judgement. */
const BY_PATTERN: Readonly<Record<string, Partial<Record<CauseKey, number>>>> = {
  'B-LLW': { 'feed-pump': 3, 'feed-water': 3, gauge: 1.5 },
  'B-LWL': { 'feed-pump': 3, 'feed-water': 3, gauge: 1.5 },
  'B-HWL': { 'boiler-control': 6, gauge: 2 },
  'B-LVX': { gauge: 20 },
  'B-OVP': { 'boiler-control': 8, 'boiler-operation': 2 },
  'B-PRT': { 'boiler-control': 8 },
  'B-FFL': { burner: 3, 'fuel-supply': 2, draught: 2 },
  'B-IGN': { burner: 4, 'fuel-supply': 2 },
  'B-CYC': { 'boiler-control': 5, burner: 2 },
  'B-GPR': { 'fuel-supply': 10 },
  'B-FAN': { draught: 10 },
  'B-FUR': { draught: 8 },
  'B-O2L': { draught: 4, burner: 2 },
  'B-O2H': { draught: 3, burner: 2 },
}
const OF_WATER = ['B-LLW', 'B-LWL']

export function boilerClues(facts: BoilerFacts, pattern: string, marks: readonly Mark[]): Clue[] {
  const { now, raw } = facts
  const clues: Clue[] = []
  const add = (key: string | null, factors: Clue['factors']) => void clues.push({ key, factors })

  if (facts.codes.some(({ code }) => code === EVENT_CODE.mainsLost))
    add('mains-lost', { 'boiler-power-cut': 40 })
  const pump = raw[FEED_PUMP] ?? Number.NaN
  if (OF_WATER.includes(pattern)) {
    if (pump === 0) add('feed-pump-off', { 'feed-pump': 8 })
    if (pump === 1) add('fed-and-still-low', { 'feed-water': 8, gauge: 2 })
  }
  if (facts.steadyFeeds >= 2 && facts.readAt - facts.steadySince >= STILL_MS && !facts.electrode)
    add('level-stands-still', { gauge: 12 })
  if (facts.fuelPressure < LOW_FUEL * facts.fuelPressureSet) add('fuel-pressure-low', { 'fuel-supply': 12 })
  const fuel = !Number.isNaN(facts.fuelSince)
  if (fuel && (facts.forcedDraft === 0 || facts.inducedDraft === 0)) add('fan-off', { draught: 15 })
  if (facts.failedIgnitions.some((at) => now - at <= BEFORE_MS)) add('ignition-failed', { burner: 4 })
  if (marks.some(({ from, until }) => from <= now && now - until <= BEFORE_MS))
    add('worked-on-before', { 'boiler-operation': 15 })

  const plain = BY_PATTERN[pattern]
  if (plain) add(null, plain)
  return clues
}
