/**
 * Plays readings, events and ticks to one own rule, as a watch does: looks at each message, and at the ticks of every
 * second while something is under way or due. Can put state and machine through JSON before any look, as a restart does.
 */
import type { EquipmentAttributes, EquipmentKind } from '../../../src/model/equipment.js'
import type { Evidence } from '../../../src/model/finding.js'
import { signalIndex } from '../../../src/model/signals.js'
import { CATALOGUE } from '../../../src/rules/catalogue.js'
import { advance, type Machine } from '../../../src/rules/condition.js'
import { type Facts, type KindRules, noteCode } from '../../../src/rules/facts.js'
import { type CheckedRule, compileRule } from '../../../src/rules/own/compile.js'
import { type Heard, NOTHING_HEARD, type OwnPattern } from '../../../src/rules/own/own-rule.js'
import { readRules } from '../../../src/rules/own/read.js'

const START = 1_795_276_800_000

export type Signals = Record<string, number | boolean>
/** Seconds from the start; signals that the reading brings, or an event. */
export interface Message {
  at: number
  signals?: Signals
  event?: { code: number; active: boolean }
}

/** Readings every `every` seconds from `from` up to but without `to`. */
export function readings(
  from: number,
  to: number,
  every: number,
  signals: Signals | ((second: number) => Signals),
): Message[] {
  const messages: Message[] = []
  for (let at = from; at < to; at += every) {
    messages.push({ at, signals: typeof signals === 'function' ? signals(at) : signals })
  }
  return messages
}

export function ruleText(fields: Record<string, string>, kind: EquipmentKind = 'elevator'): string {
  const all = {
    id: 'X-TEST',
    kind,
    name: '{zh: 试, en: test}',
    class: 'fault',
    priority: 'P3',
    ...fields,
  }
  return Object.entries(all)
    .map(([key, value]) => `${key}: ${value}`)
    .join('\n')
}

export function ruleOf(text: string): CheckedRule {
  const { rules, faults } = readRules(text)
  const [rule] = rules
  if (!rule || faults.length > 0) throw new TypeError(JSON.stringify(faults))
  return rule
}

export interface Played {
  /** Seconds at which the condition became true, and no longer was. */
  turns: [second: number, raised: boolean][]
  /** `shown@12` */
  stages: string[]
  /** When it last became true. */
  evidence: Evidence[]
  /** After each look: raised, and what it remembers. */
  trace: string[]
}

export interface PlayOptions {
  attributes?: EquipmentAttributes
  /** Ticks go on until then. */
  until?: number
  /** Numbers of looks before which everything goes through JSON. */
  restarts?: readonly number[]
}

export function play(text: string, messages: readonly Message[], options: PlayOptions = {}): Played {
  const pattern = compileRule(ruleOf(text))
  const kind = CATALOGUE[pattern.kind] as unknown as KindRules<Facts>
  return run(pattern, kind, messages, options)
}

function run(
  pattern: OwnPattern,
  kind: KindRules<Facts>,
  messages: readonly Message[],
  { attributes = {}, until, restarts = [] }: PlayOptions,
): Played {
  const facts = kind.createFacts()
  kind.equip(facts, attributes)
  const parameters = pattern.bind(pattern.defaults, attributes)
  let state = pattern.createState()
  let machine: Machine | null = null
  let looks = 0
  let raised = false
  const played: Played = { turns: [], stages: [], evidence: [], trace: [] }

  function look(second: number, heard: Heard | null): void {
    if (restarts.includes(looks++)) {
      state = pattern.restoreState(JSON.parse(JSON.stringify(state)))
      machine = JSON.parse(JSON.stringify(machine)) as Machine | null
    }
    facts.now = START + second * 1000
    if (heard) facts.readAt = facts.now
    const verdict = pattern.condition(facts, parameters, [], state, heard)
    if ((verdict !== false) !== raised) {
      raised = verdict !== false
      played.turns.push([second, raised])
      if (verdict !== false) played.evidence = verdict.evidence
    }
    const firing = machine?.state === 'firing'
    machine = advance(
      machine,
      {
        verdict,
        over: firing && pattern.over(facts, parameters, machine?.firedAt ?? 0, state),
        keepFiringMs: pattern.keepFiringMs(parameters),
        now: facts.now,
        mark: String(looks),
        gate: null,
        needsConfirmation: false,
        priority: pattern.priority,
      },
      { report: (stage) => played.stages.push(`${stage}@${second}`), moved: () => {} },
    )
    played.trace.push(`${second} ${raised} ${JSON.stringify(state)}`)
  }

  const last = until ?? (messages.at(-1)?.at ?? 0) + 1
  let next = 0
  for (let second = 0; second <= last; second++) {
    for (let message = messages[next]; message && message.at < second + 1; message = messages[++next]) {
      facts.now = START + message.at * 1000
      look(message.at, take(facts, kind, message))
    }
    facts.now = START + (second + 0.9) * 1000
    if (machine !== null || (state.dueAt > 0 && state.dueAt <= facts.now)) look(second + 0.9, null)
  }
  return played
}

function take(facts: Facts, kind: KindRules<Facts>, { signals, event }: Message): Heard {
  if (event) {
    const coded = { ...event, ts: null, key: null }
    noteCode(facts, coded)
    kind.event(facts, coded)
    return NOTHING_HEARD
  }
  const heard: Heard = { low: 0, high: 0 }
  const indexes: number[] = []
  for (const [name, value] of Object.entries(signals ?? {})) {
    const slot = kind.slots.slot(name)
    facts.raw[slot] = Number(value)
    indexes.push(signalIndex(name) ?? -1)
    if (Number.isNaN(Number(value))) continue
    if (slot < 32) heard.low |= 1 << slot
    else heard.high |= 1 << (slot - 32)
  }
  kind.derive(facts, indexes)
  return heard
}
