/**
 * On how much of the fleet a rule would fire if everything stayed as it is now: a draft that fires on more than a stated
 * share of those whom it can judge is no alarm. Each equipment is looked at again and again with the same values, until
 * the longest window and hold have passed.
 */
import type { EquipmentAttributes } from '../../model/equipment.js'
import { signalIndex } from '../../model/signals.js'
import type { Facts, KindRules } from '../facts.js'
import { createSight, isObservable, seeCode } from '../observability.js'
import { neverSilent } from './bound.js'
import { type CheckedRule, compileRule } from './compile.js'
import type { Heard, OwnPattern } from './own-rule.js'

/** One equipment of the rule's kind as it is now. */
export interface SampleReading {
  /** Latest value by signal. */
  values: Readonly<Record<string, number>>
  attributes: EquipmentAttributes
  /** Event codes that are active. */
  codes?: readonly number[]
}

export interface FiringShare {
  /** Equipment that the rule can judge at all, and that it would fire on. */
  judged: number
  fires: number
}

const START = 1_000_000_000_000
/** Looks grow closer, so that in the end a window of any length has some of its own: ms between them, so many each. */
const STEPS_MS = [7 * 86_400_000, 86_400_000, 3 * 3_600_000, 1_800_000, 300_000, 60_000, 10_000, 1_000].map(
  (window) => window / 8,
)
const LOOKS_EACH = 16

/** The share of `sampleReadings` is `fires / judged`; `kind` are the rules of the rule's kind. */
export function firesOnEverything<F extends Facts>(
  rule: CheckedRule,
  sampleReadings: Iterable<SampleReading>,
  kind: KindRules<F>,
): FiringShare {
  const pattern = compileRule(rule)
  const share: FiringShare = { judged: 0, fires: 0 }
  for (const sample of sampleReadings) {
    const fires = wouldFire(pattern, sample, kind)
    if (fires === null) continue
    share.judged++
    if (fires) share.fires++
  }
  return share
}

/** `null` where it lacks a signal. */
function wouldFire<F extends Facts>(
  pattern: OwnPattern,
  { values, attributes, codes = [] }: SampleReading,
  kind: KindRules<F>,
): boolean | null {
  const facts = kind.createFacts()
  kind.equip(facts, attributes)
  const sight = createSight()
  const signals: number[] = []
  for (const [name, value] of Object.entries(values)) {
    const slot = kind.slots.slot(name)
    const signal = signalIndex(name)
    if (slot < 0 || signal === undefined) continue
    facts.raw[slot] = value
    signals.push(signal)
    if (slot < 32) sight.low |= 1 << slot
    else sight.high |= 1 << (slot - 32)
  }
  for (const code of codes) {
    facts.codes = [...facts.codes, { code, key: null, since: START }]
    seeCode(sight, code)
  }
  if (!isObservable(pattern, sight, kind.slots, attributes)) return null
  const heard: Heard = { low: sight.low, high: sight.high }
  const bound = neverSilent(pattern.bind(pattern.defaults, attributes))
  const state = pattern.createState()
  let fires = false
  facts.now = START
  for (const step of STEPS_MS) {
    for (let look = 0; look < LOOKS_EACH; look++) {
      facts.now += step
      kind.derive(facts, signals)
      facts.readAt = facts.now
      fires = pattern.condition(facts, bound, [], state, heard) !== false
    }
  }
  return fires
}
