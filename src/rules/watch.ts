/**
 * The equipment of one kind under watch: takes their readings and events into facts, looks at every pattern, and moves
 * its machine. Hot path: a reading that changes nothing allocates nothing.
 */
import type { TimedEvent, TimedReading } from '../codecs/decode.js'
import type { EquipmentEntry } from '../codecs/directory.js'
import type { FindingStage } from '../model/finding.js'
import type { Mark } from '../model/mark.js'
import type { JournalRecord } from '../model/record.js'
import { advance, expire, type Listener, type Look, type Machine } from './condition.js'
import { type Facts, type KindRules, noteCode } from './facts.js'
import { gateOf, needsEyes } from './gates.js'
import { createLane, type Lane, pastOf, setMachine } from './lane.js'
import { noteMark } from './marks.js'
import type { Observability } from './messages.js'
import { createSight, isObservable, missingNeeds, type Sight, seeCode, seeSignals } from './observability.js'
import { type ParameterLookup, type Pattern, type PatternHead, parametersOf } from './pattern.js'
import { restoreWatch, type SavedWatch, saveWatch } from './state.js'

/** A side lane that nothing was added to for so long has told its story. */
const SIDE_LANE_MS = 600_000
/** Readings this little older than the newest still continue it. */
const ORDER_SLACK_MS = 1_000
/** After an absence of ours, devices get so long to speak before holds go on without them. */
const GRACE_MS = 30_000

export interface Watch<F extends Facts> {
  readonly entry: EquipmentEntry
  main: Lane<F>
  side: Lane<F> | null
  plan: Plan
  /** How often it was judged by this plan; `evaluated`, by pattern, counts those before. */
  looks: number
  evaluated: number[]
  sight: Sight
  /** What people say is going on there. */
  marks: Mark[]
}

/** What an equipment is judged by. Equipment that shows the same and has no parameters of its own shares one. */
interface Plan {
  /** Indexes of the observable patterns. */
  readonly due: readonly number[]
  /** By pattern. */
  readonly parameters: readonly Readonly<Record<string, number>>[]
}
const NO_PLAN: Plan = { due: [], parameters: [] }

export interface WatchCounts {
  readings: number
  evaluations: number
  disbelieved: number
}

/** Adds to a machine what only those who hear of it need to know. */
export type Completion = (machine: Machine, stage: FindingStage) => void

/** What the watch asks of the engine around it. */
export interface WatchSurroundings {
  counts: WatchCounts
  lookup: ParameterLookup
  /** ms by which a reading may be late before it is late data. */
  lateLimitMs: number
  /** ms of silence after which readings are too old for equipment rules. */
  oldAfterMs(entry: EquipmentEntry): number
  /** `before` completes a machine that is about to be reported. */
  listenerOf(entry: EquipmentEntry, pattern: PatternHead, position: number, before?: Completion): Listener
}

/** The watch over one kind, whatever its facts are. */
export interface KindWatch {
  readings(entry: EquipmentEntry, readings: readonly TimedReading[], record: JournalRecord): void
  event(entry: EquipmentEntry, event: TimedEvent, record: JournalRecord): void
  attendance(entry: EquipmentEntry, mark: Mark, record: JournalRecord): void
  /** `resumedAt`: when the ticks came back after an absence, 0 if they never were away. */
  tick(entry: EquipmentEntry, arrival: number, position: number, resumedAt: number): void
  /** Something is pending or firing, so ticks matter. */
  active(entry: EquipmentEntry): boolean
  /** Attributes or parameters changed. */
  refresh(entry: EquipmentEntry): void
  refreshAll(): void
  observability(entry: EquipmentEntry): Observability[]
  save(entry: EquipmentEntry): SavedWatch | null
  restore(entry: EquipmentEntry, saved: SavedWatch): void
}

export function createKindWatch<F extends Facts>(
  rules: KindRules<F>,
  surroundings: WatchSurroundings,
): KindWatch {
  const { patterns, slots } = rules
  const { counts, lateLimitMs } = surroundings
  const watchByIndex: (Watch<F> | undefined)[] = []
  const sharedPlans = new Map<string, Plan>()

  function watchOf(entry: EquipmentEntry): Watch<F> {
    return watchByIndex[entry.index] ?? begin(entry)
  }

  function begin(entry: EquipmentEntry): Watch<F> {
    const watch: Watch<F> = {
      entry,
      main: createLane(rules.createFacts(), patterns.length),
      side: null,
      plan: NO_PLAN,
      looks: 0,
      evaluated: patterns.map(() => 0),
      sight: createSight(),
      marks: [],
    }
    // Holes would make the array slow, and other kinds have indexes of their own.
    while (watchByIndex.length < entry.index) watchByIndex.push(undefined)
    watchByIndex[entry.index] = watch
    refresh(watch)
    return watch
  }

  function refresh(watch: Watch<F>): void {
    const { attributes } = watch.entry.facts
    rules.equip(watch.main.facts, attributes)
    if (watch.side) rules.equip(watch.side.facts, attributes)
    plan(watch)
  }

  function plan(watch: Watch<F>): void {
    settle(watch)
    const { facts } = watch.entry
    const due = [...patterns.keys()].filter((i) => {
      const pattern = patterns[i]
      return pattern !== undefined && isObservable(pattern, watch.sight, slots, facts.attributes)
    })
    const parameters = patterns.map((pattern) => parametersOf(pattern, facts, surroundings.lookup))
    const plan = { due, parameters }
    const isOwn = parameters.some((values, i) => values !== patterns[i]?.defaults)
    watch.plan = isOwn ? plan : shared(plan)
  }

  function shared(plan: Plan): Plan {
    const key = plan.due.join()
    const known = sharedPlans.get(key)
    if (known) return known
    sharedPlans.set(key, plan)
    return plan
  }

  /** Brings `evaluated` up to date. */
  function settle(watch: Watch<F>): void {
    for (const i of watch.plan.due) watch.evaluated[i] = (watch.evaluated[i] ?? 0) + watch.looks
    watch.looks = 0
  }

  /** The lane that a reading taken at `at` continues. `live` readings are the present, whatever is known. */
  function laneFor(watch: Watch<F>, at: number, live: boolean, record: JournalRecord): Lane<F> {
    const { main, side } = watch
    if (live || at >= main.eventAt - ORDER_SLACK_MS) return main
    if (side && at >= side.eventAt - ORDER_SLACK_MS) return side
    if (side) close(watch, side, record.arrival, record.position)
    watch.side = createLane(rules.createFacts(), patterns.length)
    rules.equip(watch.side.facts, watch.entry.facts.attributes)
    return watch.side
  }

  /** Sets the lane's time, from what the clock of the device says about a message. */
  function enter(watch: Watch<F>, timed: TimedReading | TimedEvent, record: JournalRecord): Lane<F> {
    const late = timed.historical || timed.lag > lateLimitMs
    // A backlog comes faster than it was recorded; what comes at its own pace is live under a clock that jumped.
    const jumped = late && timed.paced
    const at = jumped ? record.arrival : record.arrival - timed.lag
    const lane = laneFor(watch, at, jumped, record)
    lane.lateness = jumped || !timed.known ? 'doubtful' : late ? 'late' : 'live'
    lane.facts.now = Math.max(lane.facts.readAt, at)
    // The lane's clock goes by the newest message.
    lane.overtaken = at < lane.eventAt
    if (lane.overtaken) return lane
    if (at > lane.eventAt) {
      lane.newestLow = 0
      lane.newestHigh = 0
    }
    lane.eventAt = at
    lane.arrival = record.arrival
    return lane
  }

  function take(watch: Watch<F>, lane: Lane<F>, reading: TimedReading): void {
    const { raw } = lane.facts
    const { signals, values } = reading
    let low = 0
    let high = 0
    for (let i = 0; i < signals.length; i++) {
      const signal = signals[i] ?? 0
      const slot = slots.ofSignal[signal] ?? -1
      if (slot < 0) continue
      const value = values[i] ?? Number.NaN
      if (lane.overtaken && isNewer(lane, slot)) continue
      if (value >= (slots.min[signal] ?? 0) && value <= (slots.max[signal] ?? 0)) {
        raw[slot] = value
        if (slot < 32) low |= 1 << slot
        else high |= 1 << (slot - 32)
      } else {
        raw[slot] = Number.NaN
        counts.disbelieved++
      }
    }
    if (!lane.overtaken) {
      lane.newestLow |= low
      lane.newestHigh |= high
    }
    if (seeSignals(watch.sight, low, high)) plan(watch)
  }

  function judge(watch: Watch<F>, lane: Lane<F>, position: number, part: number): void {
    const { due } = watch.plan
    watch.looks++
    counts.evaluations += due.length
    // With nothing pending or firing, which is nearly always, the machines are left alone.
    const busy = lane.active > 0
    for (let n = 0; n < due.length; n++) judgeOne(watch, lane, due[n] ?? 0, busy, position, part)
    if (busy) judgeUnobservable(watch, lane, position, part)
  }

  function judgeOne(
    watch: Watch<F>,
    lane: Lane<F>,
    index: number,
    busy: boolean,
    position: number,
    part: number,
  ): void {
    const { facts } = lane
    const pattern = patterns[index]
    const parameters = watch.plan.parameters[index]
    if (!pattern || !parameters) return
    if (pattern.prepare !== null) pattern.prepare(facts, parameters)
    const verdict = pattern.condition(facts, parameters, pastOf(lane, index, facts.now))
    const machine = busy ? (lane.machines[index] ?? null) : null
    if (verdict === false && machine === null) return
    const mark = part === 0 ? String(position) : `${position}.${part}`
    move(
      watch,
      lane,
      index,
      machine,
      lookAt(watch, lane, pattern, parameters, machine, verdict, mark),
      position,
    )
  }

  /** What is under way is seen through to its end, also when an attribute that it needs is taken away meanwhile. */
  function judgeUnobservable(watch: Watch<F>, lane: Lane<F>, position: number, part: number): void {
    for (let i = 0; i < patterns.length; i++) {
      if (lane.machines[i] && !watch.plan.due.includes(i)) judgeOne(watch, lane, i, true, position, part)
    }
  }

  function lookAt(
    watch: Watch<F>,
    lane: Lane<F>,
    pattern: Pattern<F>,
    parameters: Readonly<Record<string, number>>,
    machine: Machine | null,
    verdict: Look['verdict'],
    mark: string,
  ): Look {
    const { facts, lateness } = lane
    const priority = verdict === false ? pattern.priority : (verdict.priority ?? pattern.priority)
    const interlockFailed = verdict !== false && verdict.interlockFailed === true
    const covered = { since: machine?.since ?? facts.now, now: facts.now, interlockFailed }
    const mode = rules.mode(facts)
    const gate = gateOf(pattern, { mode, marks: watch.marks, covered, lateness, priority })
    const firing = machine?.state === 'firing'
    return {
      verdict,
      over: firing && (pattern.over ? pattern.over(facts, parameters, machine.firedAt) : verdict === false),
      keepFiringMs: pattern.keepFiringMs(parameters),
      now: facts.now,
      mark,
      ...gate,
      needsConfirmation: needsEyes(pattern, lateness, priority),
      priority: pattern.priority,
    }
  }

  function move(
    watch: Watch<F>,
    lane: Lane<F>,
    index: number,
    machine: Machine | null,
    seen: Look,
    position: number,
  ): void {
    const pattern = patterns[index]
    if (!pattern) return
    const complete: Completion = (reported, stage) =>
      rules.complete(lane.facts, pattern, reported, stage, watch)
    const listener = surroundings.listenerOf(watch.entry, pattern, position, complete)
    setMachine(lane, index, advance(machine, seen, listener))
  }

  function close(watch: Watch<F>, lane: Lane<F>, now: number, position: number): void {
    for (const [i, machine] of lane.machines.entries()) {
      const pattern = patterns[i]
      if (machine?.state === 'firing' && pattern) {
        surroundings.listenerOf(watch.entry, pattern, position).report('cleared', machine, now)
      }
      setMachine(lane, i, null)
    }
    if (watch.side === lane) watch.side = null
  }

  return {
    readings(entry, readings, record) {
      const watch = watchOf(entry)
      for (let part = 0; part < readings.length; part++) {
        const reading = readings[part]
        if (!reading) continue
        counts.readings++
        const lane = enter(watch, reading, record)
        take(watch, lane, reading)
        rules.derive(lane.facts, reading.signals)
        lane.facts.readAt = lane.facts.now
        judge(watch, lane, record.position, part)
      }
    },
    event(entry, event, record) {
      const watch = watchOf(entry)
      const lane = enter(watch, event, record)
      if (seeCode(watch.sight, event.code)) plan(watch)
      noteCode(lane.facts, event)
      rules.event(lane.facts, event)
      judge(watch, lane, record.position, 0)
    },
    attendance(entry, mark, record) {
      const watch = watchOf(entry)
      const ended = noteMark(watch.marks, mark, record.arrival)
      if (ended && mark.kind === 'mechanic') watch.main.facts.attendedAt = record.arrival
    },
    tick(entry, arrival, position, resumedAt) {
      const watch = watchOf(entry)
      const { main, side } = watch
      if (side && arrival - side.arrival > SIDE_LANE_MS) close(watch, side, arrival, position)
      if (main.active === 0) return
      if (main.arrival < resumedAt && arrival - resumedAt < GRACE_MS) return
      // Time goes on from the newest reading at the pace of our ticks.
      const { facts } = main
      facts.now = Math.max(facts.readAt, main.eventAt + (arrival - main.arrival))
      const old = arrival - main.arrival > surroundings.oldAfterMs(entry)
      for (let i = 0; i < patterns.length; i++) {
        const machine = main.machines[i]
        const pattern = patterns[i]
        const parameters = watch.plan.parameters[i]
        if (!machine || !pattern || !parameters) continue
        if (old && pattern.gates === 'equipment') {
          setMachine(main, i, expire(machine, facts.now, surroundings.listenerOf(entry, pattern, position)))
          continue
        }
        const verdict = pattern.condition(facts, parameters, pastOf(main, i, facts.now))
        const seen = lookAt(watch, main, pattern, parameters, machine, verdict, String(position))
        move(watch, main, i, machine, seen, position)
      }
    },
    active(entry) {
      const watch = watchByIndex[entry.index]
      return watch !== undefined && (watch.main.active > 0 || watch.side !== null)
    },
    refresh(entry) {
      const watch = watchByIndex[entry.index]
      if (watch) refresh(watch)
    },
    refreshAll() {
      for (const watch of watchByIndex) if (watch) refresh(watch)
    },
    observability(entry) {
      const watch = watchByIndex[entry.index]
      if (watch) settle(watch)
      return patterns.map((pattern, i) => ({
        pattern: pattern.id,
        evaluated: watch?.evaluated[i] ?? 0,
        missing: missingNeeds(pattern, watch?.sight ?? createSight(), slots, entry.facts.attributes),
      }))
    },
    save: (entry) => {
      const watch = watchByIndex[entry.index]
      if (!watch) return null
      settle(watch)
      return saveWatch(watch, patterns)
    },
    restore(entry, saved) {
      const watch = watchOf(entry)
      restoreWatch(watch, saved, patterns, rules.createFacts)
      refresh(watch)
    },
  }
}

/** Whether the lane's newest reading had the signal of this slot. */
function isNewer<F extends Facts>(lane: Lane<F>, slot: number): boolean {
  return ((slot < 32 ? lane.newestLow >>> slot : lane.newestHigh >>> (slot - 32)) & 1) === 1
}
