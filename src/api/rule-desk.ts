/**
 * The way of every change of the rules: made from the newest version, free of faults, not firing on half the city, then
 * stored. Whatever is refused on the way leaves the set in force as it is.
 */
import { TesheError } from '../errors.js'
import type { Latest } from '../live/latest.js'
import type { EquipmentFacts } from '../model/equipment.js'
import { differencesOf } from '../model/rule-differences.js'
import type { RuleDifference, RuleSet } from '../model/rule-set.js'
import type { Viewer } from '../model/viewer.js'
import type { RuleBook } from '../registry/rule-book.js'
import { type Catalogue, patternsOf } from '../rules/catalogue.js'
import { type DraftFault, faultsOf, type RuleContent } from '../rules/draft.js'
import { firesOn, type Sample } from '../rules/fires-on.js'
import { compileRules, headsOf } from '../rules/rules-in-force.js'

/** A rule that would fire on more than this share of its kind at once says little about any of them. */
const MOST_OF_FLEET = 0.2
/** One machine is a finding, whatever its share. */
const FEW = 1

export interface RuleFires {
  rule: string
  looked: number
  /** On how many its condition is true now, and is under the rules in force. */
  fires: number
  before: number
  /** The first of them. */
  equipment: string[]
}

/** A draft looked at from all sides. */
export interface Verdict {
  base: RuleSet
  changes: RuleDifference[]
  faults: DraftFault[]
  fires: RuleFires[]
  /** What a change with `force` is not refused for, and what it is refused for all the same. */
  floods: { rule: string; urgent: boolean; text: string }[]
}

export interface RuleDesk {
  /** `faults`: those that reading the texts found. */
  check(content: RuleContent, faults: readonly DraftFault[]): Promise<Verdict>
  /** Throws RULES_CHANGED, RULES_REFUSED, RULE_FLOODS. */
  put(
    draft: {
      content: (base: RuleSet) => RuleContent | Promise<RuleContent>
      faults?: readonly DraftFault[]
      basedOn: number
      reason: string
      force: boolean
    },
    by: Viewer,
  ): Promise<Verdict & { version: number }>
}

export interface RuleDeskOptions {
  book: RuleBook
  catalogue: Catalogue
  facts: () => Promise<EquipmentFacts[]>
  latest: Pick<Latest, 'state'>
  /** ms since 1970. */
  now: () => number
}

export function createRuleDesk({ book, catalogue, facts, latest, now }: RuleDeskOptions): RuleDesk {
  const shipped = patternsOf(catalogue)

  async function look(
    base: RuleSet,
    content: RuleContent,
    textFaults: readonly DraftFault[],
  ): Promise<Verdict> {
    const changes = differencesOf(base, content)
    const equipment = await facts()
    const draft: RuleSet = { version: base.version + 1, ...content }
    const patterns = [...shipped, ...headsOf(compileRules(draft))]
    const faults = [...textFaults, ...faultsOf(changes, { patterns, equipment })]
    const verdict: Verdict = { base, changes, faults, fires: [], floods: [] }
    if (faults.length > 0) return verdict
    const samples = samplesOf(equipment, latest)
    for (const { id, kind, priority } of patterns) {
      if (!isConcerned(id, changes)) continue
      const judged = { catalogue, pattern: id, kind, samples, at: now() }
      const { looked, fires, equipment: some } = await firesOn({ ...judged, set: draft })
      const before = await firesOn({ ...judged, set: base })
      verdict.fires.push({ rule: id, looked, fires, before: before.fires, equipment: some })
      if (fires <= FEW || fires <= MOST_OF_FLEET * looked || fires <= before.fires) continue
      const urgent = priority === 'P0' || priority === 'P1'
      const text = `it would fire now on ${fires} of ${looked} that show what it needs`
      verdict.floods.push({ rule: id, urgent, text })
    }
    return verdict
  }

  return {
    async check(content, faults) {
      return await look(await book.current(), content, faults)
    },
    async put({ content, faults = [], basedOn, reason, force }, by) {
      const base = await book.current()
      if (base.version !== basedOn) throw new TesheError('RULES_CHANGED', [base.version, basedOn])
      const wanted = await content(base)
      const verdict = await look(base, wanted, faults)
      refuse(verdict, force)
      const { version } = await book.change({ ...wanted, basedOn, reason, forced: force }, by)
      return { ...verdict, version }
    },
  }
}

function refuse({ faults, floods }: Verdict, force: boolean): void {
  if (faults.length > 0) {
    const fields = faults.map((fault) => ({ field: fieldOf(fault), message: fault.message }))
    const sentence = fields.map(({ field, message }) => `${field} ${message}`).join('; ')
    throw new TesheError('RULES_REFUSED', [sentence], { fields })
  }
  const flood = floods.find(({ urgent }) => urgent || !force)
  if (!flood) return
  const remedy = flood.urgent
    ? 'what sends people may not; narrow its condition'
    : 'narrow its condition, or send `force` and say why'
  throw new TesheError('RULE_FLOODS', [flood.rule, flood.text, remedy])
}

/** Where a fault is: the rule, the place in its text, the field. */
export function fieldOf({ rule, field, line, column }: DraftFault): string {
  const place = line === undefined ? '' : `line ${line}${column === undefined ? '' : `, column ${column}`}`
  return [rule, place, field].filter((part) => part !== '').join(': ')
}

/** Its parameters or its text change. */
function isConcerned(id: string, changes: readonly RuleDifference[]): boolean {
  return changes.some((change) => (change.what === 'rule' ? change.rule : change.pattern) === id)
}

function samplesOf(equipment: readonly EquipmentFacts[], latest: Pick<Latest, 'state'>): Sample[] {
  return equipment.flatMap((facts) => {
    const signals = latest.state(facts.id)?.signals
    if (!signals) return []
    const values = Object.entries(signals).map(([name, { value }]): [string, number] => [name, Number(value)])
    return [{ facts, values: Object.fromEntries(values) }]
  })
}
