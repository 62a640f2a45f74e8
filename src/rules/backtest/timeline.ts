/**
 * A timeline as operators and tests write it, made into the journal that a device living through it would have left:
 * records and ticks of one equipment, second by second.
 */
import { type EquipmentFacts, shardOf } from '../../model/equipment.js'
import { MARKS, type Mark } from '../../model/mark.js'
import { EVERY_SHARD, type JournalRecord, partitionOf, type RecordKind } from '../../model/record.js'
import type { RuleSet } from '../../model/rule-set.js'
import type { Signals, Step, Timeline } from './case-schema.js'

/** 2026-11-22 00:00 +08:00 */
export const START = 1_795_276_800_000

/** The equipment that every timeline is about. */
export const CASE_EQUIPMENT = 'EQ-1'
const SHARD = shardOf(CASE_EQUIPMENT)
const NETWORK_MS = 40
const TICK_OFFSET_MS = 900

/** `rules`: what is in force from the start, for a timeline that changes it. */
export function journalOf(timeline: Timeline, rules?: RuleSet): JournalRecord[] {
  const records: JournalRecord[] = []
  let position = 0
  const add = (kind: RecordKind, arrival: number, value: unknown) => {
    const payload = Buffer.from(value === undefined ? '' : JSON.stringify(value))
    const everybody = kind === 'tick' || kind === 'rules'
    const shard = kind === 'tick' ? EVERY_SHARD : everybody ? EVERY_SHARD + partitionOf(SHARD) : SHARD
    const equipment = everybody ? '' : CASE_EQUIPMENT
    records.push({ position: ++position, shard, kind, equipment, arrival, packetId: 0, payload })
  }
  const kind = timeline.kind ?? 'elevator'
  const facts: EquipmentFacts = {
    id: CASE_EQUIPMENT,
    kind,
    profile: 'plain',
    attributes: timeline.attributes ?? {},
    version: 1,
  }
  add('equipment', START, facts)

  const markById = new Map<string, Mark>()
  let visits = 0
  const mark = ({ kind, id = kind, from, until }: NonNullable<Step['mark']>, second: number) => {
    const begin = from ?? second
    const end = until === undefined ? START + begin * 1000 + MARKS[kind].maxMs : START + until * 1000
    const made = { id, kind, from: START + begin * 1000, until: end, person: 'p' }
    markById.set(id, made)
    add('attendance', START + second * 1000, made)
  }
  const unmark = (id: string, second: number) => {
    const made = markById.get(id)
    if (made) add('attendance', START + second * 1000, { ...made, until: START + second * 1000 })
  }

  let signals: Signals = {}
  let every = 1
  let nextReading = 0
  let awayUntil = 0
  let clock = (timeline.clock ?? 0) * 1000
  let started = false
  let rulesVersion = 0
  const changeRules = (content: Partial<RuleSet>, arrival: number) =>
    add('rules', arrival, { parameters: [], rules: [], ...content, version: ++rulesVersion })
  if (rules) changeRules(rules, START)
  const repeated = repeatedReadings(timeline.steps)
  const tickEvery = timeline.tickEvery ?? 1
  for (const second of secondsOf(timeline, repeated)) {
    const now = START + second * 1000
    for (const step of timeline.steps) {
      if (step.at !== second) continue
      if (step.away !== undefined) awayUntil = second + step.away
      if (step.gatewayStart) started = true
      if (step.clockJump !== undefined) clock += step.clockJump * 1000
      if (step.every !== undefined) {
        every = step.every
        nextReading = second
      }
      if (step.signals) {
        signals = { ...signals, ...step.signals }
        nextReading = second
      }
      if (second < awayUntil) continue
      if (step.rules) changeRules(step.rules, now)
      if (step.session)
        add('session', now, { reason: step.session.open ? 'connected' : 'left', ...step.session })
      if (step.status) add('status', now, step.status)
      if (step.attendance === 'in') mark({ kind: 'mechanic', id: `visit-${++visits}` }, second)
      if (step.attendance === 'out') unmark(`visit-${visits}`, second)
      if (step.mark) mark(step.mark, second)
      if (step.unmark) unmark(step.unmark, second)
      if (step.event) add('event', now + NETWORK_MS, { ts: now + clock, active: true, ...step.event })
      if (step.backlog) {
        const { from, to, historical } = step.backlog
        const past = { ...signals, ...step.backlog.signals }
        for (let s = from; s <= to; s++)
          add('telemetry', now + (s - from) * 5, {
            ts: START + s * 1000 + clock,
            ...(historical ? { values: past, historical } : past),
          })
      }
    }
    if (second < awayUntil) continue
    for (const said of repeated.get(second) ?? [])
      add('telemetry', now + NETWORK_MS, { ts: now + clock, ...said })
    if (every > 0 && second >= nextReading && Object.keys(signals).length > 0) {
      add('telemetry', now + NETWORK_MS, { ts: now + clock, ...signals })
      nextReading = second + every
    }
    if (second % tickEvery > 0) continue
    add('tick', now + TICK_OFFSET_MS, started ? 1 : undefined)
    started = false
  }
  return records
}

/** Every second, or those in which something is written and those of the ticks. */
function secondsOf({ steps, until, tickEvery = 1 }: Timeline, repeated: Map<number, Signals[]>): number[] {
  const seconds = new Set(steps.map(({ at }) => at))
  for (const second of repeated.keys()) seconds.add(second)
  for (let second = 0; second <= until; second += tickEvery) seconds.add(second)
  return [...seconds].filter((second) => second <= until).sort((a, b) => a - b)
}

function repeatedReadings(steps: readonly Step[]): Map<number, Signals[]> {
  const bySecond = new Map<number, Signals[]>()
  for (const { at, repeat } of steps) {
    if (!repeat) continue
    const { every, times, readings, drift = {}, swing = {}, doubled } = repeat
    for (let time = 0; time < times; time++) {
      for (const [after, signals] of readings) {
        const second = at + time * every + after
        const said = { ...signals }
        for (const [name, value] of Object.entries(signals)) {
          if (typeof value !== 'number') continue
          const moved = ((time * every) / 86_400) * (drift[name] ?? 0)
          // Up and down without a pattern that a day could fall in with.
          const swung = (((time * 7) % 11) / 5 - 1) * (swing[name] ?? 0)
          said[name] = value + moved + swung
        }
        bySecond.set(second, [...(bySecond.get(second) ?? []), said, ...(doubled ? [said] : [])])
      }
    }
  }
  return bySecond
}
