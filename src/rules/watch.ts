/**
 * The equipment of one kind under watch: takes their readings and events into facts, looks at every pattern, and moves
 * its machine. Hot path: a reading that changes nothing allocates nothing.
 */
import type { TimedEvent, TimedReading } from '../codecs/decode.js'
import type { EquipmentEntry } from '../codecs/directory.js'
import type { JournalRecord } from '../model/record.js'
import { advance, expire, type Listener, type Look, type Machine, waits } from './condition.js'
import { type Facts, type KindRules, noteCode } from './facts.js'
import { setTime, takeValues } from './intake.js'
import {
  type Completion,
  type KindWatch,
  NO_PLAN,
  type Plan,
  type Watch,
  type WatchSurroundings,
} from './kind-watch.js'
import { createLane, type Lane, pastOf, setMachine } from './lane.js'
import { lookOf, markOf, type Seen, seenBy } from './look.js'
import { noteMark } from './marks.js'
import type { Observability } from './messages.js'
import { createObservable, createSight, missingNeeds, seeCode, seeSignals } from './observability.js'
import { type Heard, NOTHING_HEARD, type OwnPattern } from './own/own-rule.js'
import { awaitsTicks, changeOwn, createOwnEpisodes } from './own-episodes.js'
import { isSameList, judgeOwn, lookOwn, NO_OWN_RULES, ownRulesFor } from './own-watch.js'
import { EVERY_SIGN, type PatternHead } from './pattern.js'
import type { ParameterTable } from './rules-in-force.js'
import { restoreWatch, saveWatch } from './state.js'

/** A side lane that nothing was added to for so long has told its story. */
const SIDE_LANE_MS = 600_000
/** Readings this little older than the newest still continue it. */
const ORDER_SLACK_MS = 1_000
/** After an absence of ours, devices get so long to speak before holds go on without them. */
const GRACE_MS = 30_000

export function createKindWatch<F extends Facts>(
  rules: KindRules<F>,
  surroundings: WatchSurroundings,
): KindWatch {
  const { patterns, slots } = rules
  const { counts, lateLimitMs } = surroundings
  const observable = createObservable(patterns, slots)
  const watchByIndex: (Watch<F> | undefined)[] = []
  /** What the reading in hand brought. */
  const heard: Heard = { low: 0, high: 0 }
  /** For each list of parameters, by what is observable. */
  const sharedPlans = new WeakMap<readonly ParameterTable[], Map<string, Plan>>()

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
      own: NO_OWN_RULES,
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
    useOwnRules(watch, 0)
    plan(watch)
  }

  /** What it is or what it shows has changed. */
  function plan(watch: Watch<F>): void {
    const { facts } = watch.entry
    judgeBy(watch, observable(watch.sight, facts.attributes))
    if (watch.own.rules.length > 0) lookOwn(watch.own, facts, watch.sight, slots)
  }

  /** Takes the parameters of the rules in force. */
  function judgeBy(watch: Watch<F>, due: readonly number[]): void {
    settle(watch)
    const { entry } = watch
    const parameters = surroundings.rulesOf(entry).tables(patterns, entry.facts)
    const plans = sharedPlans.get(parameters) ?? new Map<string, Plan>()
    sharedPlans.set(parameters, plans)
    const key = due.join()
    watch.plan = plans.get(key) ?? {
      due,
      signs: due.map((i) => patterns[i]?.signs ?? EVERY_SIGN),
      parameters,
    }
    plans.set(key, watch.plan)
  }

  /** Takes the rules of one's own that are in force; what goes or changes ends at `position`. Returns whether any did. */
  function useOwnRules(watch: Watch<F>, position: number): boolean {
    const { entry, sight, main, side } = watch
    const from = watch.own.rules
    watch.own = ownRulesFor(watch.own, surroundings.rulesOf(entry), entry.facts, sight, slots)
    const to = watch.own.rules
    if (isSameList(from, to)) return false
    const listenerOf = (rule: OwnPattern) => surroundings.listenerOf(entry, rule, position)
    main.own = changeOwn(main.own, { from, to, now: main.facts.now, listenerOf })
    if (side) side.own = changeOwn(side.own, { from, to, now: side.facts.now, listenerOf })
    return true
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
    watch.side.own = createOwnEpisodes(watch.own.rules)
    return watch.side
  }

  /** Sets the lane's time, from what the clock of the device says about a message. */
  function enter(watch: Watch<F>, timed: TimedReading | TimedEvent, record: JournalRecord): Lane<F> {
    const late = timed.historical || timed.lag > lateLimitMs
    // A backlog comes faster than it was recorded; what comes at its own pace is live under a clock that jumped.
    const jumped = late && timed.paced
    const at = jumped ? record.arrival : record.arrival - timed.lag
    const lateness = jumped || !timed.known ? 'doubtful' : late ? 'late' : 'live'
    return setTime(laneFor(watch, at, jumped, record), at, record.arrival, lateness)
  }

  function take(watch: Watch<F>, lane: Lane<F>, reading: TimedReading): void {
    takeValues(lane, reading, rules, counts, heard)
    if (seeSignals(watch.sight, heard.low, heard.high)) plan(watch)
  }

  function judge(watch: Watch<F>, lane: Lane<F>, position: number, part: number, brought: Heard): void {
    const { due, signs } = watch.plan
    watch.looks++
    counts.evaluations += due.length
    // With nothing pending or firing, which is nearly always, the machines are left alone.
    const busy = lane.active > 0
    const standing = rules.signsOf(lane.facts)
    for (let n = 0; n < due.length; n++) {
      const index = due[n] ?? 0
      const awake = ((signs[n] ?? EVERY_SIGN) & standing) !== 0 || (busy && lane.machines[index] !== null)
      if (awake) judgeOne(watch, lane, index, busy, position, part)
    }
    if (busy) judgeUnobservable(watch, lane, position, part)
    if (watch.own.rules.length > 0) judgeOwnRules(watch, lane, position, part, brought, false)
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
    if (machine === null ? verdict === false : waits(machine, verdict, facts.now)) return
    const seen = seenBy(facts, pattern, parameters, machine, verdict)
    move(
      watch,
      lane,
      index,
      machine,
      lookAt(watch, lane, pattern, machine, seen, markOf(position, part)),
      position,
    )
  }

  /** What is under way is seen through to its end, also when an attribute that it needs is taken away meanwhile. */
  function judgeUnobservable(watch: Watch<F>, lane: Lane<F>, position: number, part: number): void {
    for (let i = 0; i < patterns.length; i++) {
      if (lane.machines[i] && !watch.plan.due.includes(i)) judgeOne(watch, lane, i, true, position, part)
    }
  }

  function judgeOwnRules(
    watch: Watch<F>,
    lane: Lane<F>,
    position: number,
    part: number,
    brought: Heard | null,
    old: boolean,
  ): boolean {
    const looked = judgeOwn(watch.own, {
      lane,
      heard: brought,
      old,
      lookAt: (rule, machine, seen) => lookAt(watch, lane, rule, machine, seen, markOf(position, part)),
      listenerOf: (rule) => listenerOf(watch, lane, rule, position),
    })
    counts.evaluations += looked
    return looked > 0
  }

  function lookAt(
    watch: Watch<F>,
    lane: Lane<F>,
    pattern: PatternHead,
    machine: Machine | null,
    seen: Seen,
    mark: string,
  ): Look {
    const { facts, lateness } = lane
    const { now } = facts
    const since = machine?.since ?? now
    const keepsBack = rules.keepsBack(facts, pattern)
    return lookOf(pattern, seen, {
      mode: rules.mode(facts),
      keepsBack,
      marks: watch.marks,
      lateness,
      since,
      now,
      mark,
    })
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
    setMachine(lane, index, advance(machine, seen, listenerOf(watch, lane, pattern, position)))
  }

  function listenerOf(watch: Watch<F>, lane: Lane<F>, pattern: PatternHead, position: number): Listener {
    const complete: Completion = (reported, stage) =>
      rules.complete(lane.facts, pattern, reported, stage, watch)
    return surroundings.listenerOf(watch.entry, pattern, position, complete)
  }

  function close(watch: Watch<F>, lane: Lane<F>, now: number, position: number): void {
    for (const [episodes, heads] of [[lane, patterns] as const, [lane.own, watch.own.rules] as const]) {
      for (const [i, machine] of episodes.machines.entries()) {
        const pattern = heads[i]
        if (machine?.state === 'firing' && pattern) {
          surroundings.listenerOf(watch.entry, pattern, position).report('cleared', machine, now)
        }
        setMachine(episodes, i, null)
      }
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
        judge(watch, lane, record.position, part, heard)
      }
    },
    event(entry, event, record) {
      const watch = watchOf(entry)
      const lane = enter(watch, event, record)
      if (seeCode(watch.sight, event.code)) plan(watch)
      noteCode(lane.facts, event)
      rules.event(lane.facts, event)
      judge(watch, lane, record.position, 0, NOTHING_HEARD)
    },
    attendance(entry, mark, record) {
      const watch = watchOf(entry)
      const ended = noteMark(watch.marks, mark, record.arrival)
      if (ended && mark.kind === 'mechanic') watch.main.facts.attendedAt = record.arrival
    },
    tick(entry, arrival, position, resumedAt) {
      const watch = watchOf(entry)
      const { main, side } = watch
      const closing = side !== null && arrival - side.arrival > SIDE_LANE_MS
      if (closing) close(watch, side, arrival, position)
      const active = main.active > 0
      if (!active && !awaitsTicks(main.own)) return closing
      if (main.arrival < resumedAt && arrival - resumedAt < GRACE_MS) return closing
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
        if (waits(machine, verdict, facts.now)) continue
        const seen = seenBy(facts, pattern, parameters, machine, verdict)
        move(watch, main, i, machine, lookAt(watch, main, pattern, machine, seen, String(position)), position)
      }
      const looked = watch.own.rules.length > 0 && judgeOwnRules(watch, main, position, 0, null, old)
      return looked || closing || active
    },
    active(entry) {
      const watch = watchByIndex[entry.index]
      return (
        watch !== undefined && (watch.main.active > 0 || watch.side !== null || awaitsTicks(watch.main.own))
      )
    },
    refresh(entry) {
      const watch = watchByIndex[entry.index]
      if (watch) refresh(watch)
    },
    changeRules(shards, { position }) {
      for (const watch of watchByIndex) {
        if (!watch || !shards.has(watch.entry.shard)) continue
        judgeBy(watch, watch.plan.due)
        if (useOwnRules(watch, position)) surroundings.follow(watch.entry)
      }
    },
    observability(entry) {
      const watch = watchByIndex[entry.index]
      if (watch) settle(watch)
      const sight = watch?.sight ?? createSight()
      const row = (pattern: PatternHead, evaluated: number | undefined): Observability => ({
        pattern: pattern.id,
        evaluated: evaluated ?? 0,
        missing: missingNeeds(pattern, sight, slots, entry.facts.attributes),
      })
      const own = surroundings.rulesOf(entry).own(entry.facts.kind)
      return [
        ...patterns.map((pattern, i) => row(pattern, watch?.evaluated[i])),
        ...own.map((rule, i) => row(rule, watch?.own.evaluated[i])),
      ]
    },
    lastSeen: (entry) => rules.lastSeen(watchOf(entry).main.facts),
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
