/**
 * A lane before its patterns: looks at those that a sign wakes or that have something under way, moves their machines,
 * and ends what has told its story. Hot path: with nothing pending or firing, which is nearly always, a look at the signs
 * is all.
 */
import { advance, expire, type Listener, type Look, type Machine, waits } from './condition.js'
import type { Facts, KindRules } from './facts.js'
import type { Completion, Watch, WatchSurroundings } from './kind-watch.js'
import { type Lane, pastOf, setMachine } from './lane.js'
import { lookOf, markOf, type Seen, seenBy } from './look.js'
import type { Heard } from './own/own-rule.js'
import { judgeOwn } from './own-watch.js'
import { EVERY_SIGN, type PatternHead } from './pattern.js'

/** What is being looked at: a record of the journal, and which of its readings. */
interface Place {
  position: number
  part: number
}

export interface Judging<F extends Facts> {
  /** After a reading or an event, which brought what was `heard`. */
  judge(watch: Watch<F>, lane: Lane<F>, position: number, part: number, heard: Heard): void
  /**
   * After a tick: time alone goes on. `old` readings say nothing of the equipment any more. Returns whether rules of
   * one's own were looked at.
   */
  judgeTime(watch: Watch<F>, position: number, old: boolean): boolean
  /** Ends what is under way in a lane that nothing will be added to. */
  close(watch: Watch<F>, lane: Lane<F>, now: number, position: number): void
}

export function createJudging<F extends Facts>(
  rules: KindRules<F>,
  surroundings: WatchSurroundings,
): Judging<F> {
  const { patterns } = rules
  const { counts } = surroundings

  function judge(watch: Watch<F>, lane: Lane<F>, position: number, part: number, heard: Heard): void {
    const { due, signs } = watch.plan
    watch.looks++
    counts.evaluations += due.length
    const busy = lane.active > 0
    const standing = rules.signsOf(lane.facts)
    for (let n = 0; n < due.length; n++) {
      const index = due[n] ?? 0
      const awake = ((signs[n] ?? EVERY_SIGN) & standing) !== 0 || (busy && lane.machines[index] !== null)
      if (awake) judgeOne(watch, lane, index, busy, position, part)
    }
    if (busy) judgeUnobservable(watch, lane, position, part)
    if (watch.own.rules.length > 0) judgeOwnRules(watch, lane, { position, part }, heard, false)
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
    const look = lookAt(watch, lane, pattern, machine, seen, markOf(position, part))
    setMachine(lane, index, advance(machine, look, listenerOf(watch, lane, pattern, position)))
  }

  /** What is under way is seen through to its end, also when an attribute that it needs is taken away meanwhile. */
  function judgeUnobservable(watch: Watch<F>, lane: Lane<F>, position: number, part: number): void {
    for (let i = 0; i < patterns.length; i++) {
      if (lane.machines[i] && !watch.plan.due.includes(i)) judgeOne(watch, lane, i, true, position, part)
    }
  }

  function judgeTime(watch: Watch<F>, position: number, old: boolean): boolean {
    const { entry, main } = watch
    const { facts } = main
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
      const look = lookAt(watch, main, pattern, machine, seen, markOf(position, 0))
      setMachine(main, i, advance(machine, look, listenerOf(watch, main, pattern, position)))
    }
    return watch.own.rules.length > 0 && judgeOwnRules(watch, main, { position, part: 0 }, null, old)
  }

  function judgeOwnRules(
    watch: Watch<F>,
    lane: Lane<F>,
    { position, part }: Place,
    heard: Heard | null,
    old: boolean,
  ): boolean {
    const looked = judgeOwn(watch.own, {
      lane,
      heard,
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
    return lookOf(pattern, seen, {
      mode: rules.mode(facts),
      keepsBack: rules.keepsBack(facts, pattern),
      marks: watch.marks,
      lateness,
      since: machine?.since ?? now,
      now,
      mark,
    })
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

  return { judge, judgeTime, close }
}
