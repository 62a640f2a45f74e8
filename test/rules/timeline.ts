/**
 * Runs a timeline, as written in `test/cases`, through the real decoder and the real engine: builds journal records and
 * ticks from its steps, and can restart the engine from its snapshots between any two of them.
 */
import { createDecoder } from '../../src/codecs/decode.js'
import { createDirectory } from '../../src/codecs/directory.js'
import { type EquipmentFacts, type EquipmentKind, shardOf } from '../../src/model/equipment.js'
import type { Finding } from '../../src/model/finding.js'
import { MARKS, type Mark, type MarkKind } from '../../src/model/mark.js'
import { EVERY_SHARD, type JournalRecord, type RecordKind } from '../../src/model/record.js'
import { CATALOGUE } from '../../src/rules/catalogue.js'
import type { Transition } from '../../src/rules/condition.js'
import { createEngine, type Engine } from '../../src/rules/engine.js'

/** 2026-11-22 00:00 +08:00 */
export const START = 1_795_276_800_000

export type Signals = Record<string, number | boolean>

/** One step; times in seconds from the start. Readings repeat the latest signals every `every` seconds. */
export interface Step {
  at: number
  /** These change from now on. */
  signals?: Signals
  /** Seconds between readings from now on; 0 is silence. */
  every?: number
  event?: { code: number; active?: boolean; key?: string }
  /** Readings of the past, sent now in one burst, one for each second; `historical` says so itself. */
  backlog?: { from: number; to: number; signals?: Signals; historical?: true }
  /** Short for the mark of a mechanic, and for its end. */
  attendance?: 'in' | 'out'
  /** Somebody marks the equipment; seconds from the start, `from` now and `until` the longest length by default. */
  mark?: { kind: MarkKind; id?: string; from?: number; until?: number }
  /** A mark with this id is ended early. */
  unmark?: string
  session?: { session: string; open: boolean; reason?: string }
  status?: { online: boolean }
  /** We are away for so many seconds: no ticks, and nothing is stored. */
  away?: number
  /** The gateway started again since the last tick. */
  gatewayStart?: true
  /** The device's clock jumps by so many seconds. */
  clockJump?: number
  repeat?: Repeat
}

/** The same readings again and again, for what takes weeks. */
export interface Repeat {
  /** Seconds from one time to the next, and how many times. */
  every: number
  times: number
  /** Each `[seconds after its begin, what is said]`; nothing else is said with it. */
  readings: [after: number, signals: Signals][]
  /** What a signal changes by from day to day, and by how much it swings from time to time, up and down. */
  drift?: Record<string, number>
  swing?: Record<string, number>
  /** Every reading comes twice. */
  doubled?: true
}

export interface Timeline {
  kind?: EquipmentKind
  attributes?: EquipmentFacts['attributes']
  /** Seconds by which the device's clock is ahead, from the start. */
  clock?: number
  steps: Step[]
  until: number
  /** Seconds between two ticks; more than one for timelines of weeks, whose other times then are what is written. */
  tickEvery?: number
}

const ID = 'EQ-1'
const SHARD = shardOf(ID)
const NETWORK_MS = 40
const TICK_OFFSET_MS = 900

export function journalOf(timeline: Timeline): JournalRecord[] {
  const records: JournalRecord[] = []
  let position = 0
  const add = (kind: RecordKind, arrival: number, value: unknown) => {
    const payload = Buffer.from(value === undefined ? '' : JSON.stringify(value))
    const shard = kind === 'tick' ? EVERY_SHARD : SHARD
    const equipment = kind === 'tick' ? '' : ID
    records.push({ position: ++position, shard, kind, equipment, arrival, packetId: 0, payload })
  }
  const kind = timeline.kind ?? 'elevator'
  const facts = { id: ID, kind, profile: 'plain', attributes: timeline.attributes ?? {}, version: 1 }
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

export interface Outcome {
  findings: Finding[]
  transitions: Transition[]
  engine: Engine
}

/** Steps all records; restarts from snapshots before each position in `restarts`. */
export function run(records: readonly JournalRecord[], restarts: readonly number[] = []): Outcome {
  const findings: Finding[] = []
  const transitions: Transition[] = []
  const start = () => {
    const directory = createDirectory()
    const engine = createEngine({
      catalogue: CATALOGUE,
      shards: [...new Set([SHARD, ...records.filter((r) => r.shard !== EVERY_SHARD).map((r) => r.shard)])],
      directory,
      emit: (finding) => findings.push(structuredClone(finding)),
      trace: (transition) => transitions.push(transition),
    })
    return { directory, engine, decoder: createDecoder({ directory }) }
  }
  let house = start()
  for (const record of records) {
    if (restarts.includes(record.position)) house = restart(house, start)
    if (record.kind === 'tick')
      house.engine.tick(record.arrival, record.position, undefined, record.payload.length > 0)
    else house.engine.step(record, house.decoder.decode(record))
  }
  return { findings, transitions, engine: house.engine }
}

type House = {
  directory: ReturnType<typeof createDirectory>
  engine: Engine
  decoder: ReturnType<typeof createDecoder>
}

function restart(before: House, start: () => House): House {
  const after = start()
  for (let shard = 0; shard < 64; shard++) {
    const snapshot = before.engine.snapshotShard(shard)
    if (snapshot) after.engine.restoreShard(shard, snapshot)
  }
  for (const entry of before.directory.all()) after.engine.restore(before.engine.snapshot(entry.id))
  return after
}
