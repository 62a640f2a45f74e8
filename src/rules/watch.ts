/**
 * The equipment of one kind under watch: takes their readings and events into the lane that they continue, makes facts
 * of them, and has them judged. Hot path: a reading that changes nothing allocates nothing.
 */
import type { TimedEvent, TimedReading } from '../codecs/decode.js'
import type { JournalRecord } from '../model/record.js'
import { type Facts, type KindRules, noteCode } from './facts.js'
import { setTime, takeValues } from './intake.js'
import { createJudging } from './judging.js'
import type { KindWatch, Watch, WatchSurroundings } from './kind-watch.js'
import { createLane, type Lane } from './lane.js'
import { noteMark } from './marks.js'
import type { Observability } from './messages.js'
import { createSight, missingNeeds, seeCode, seeSignals } from './observability.js'
import { type Heard, NOTHING_HEARD } from './own/own-rule.js'
import { awaitsTicks, createOwnEpisodes } from './own-episodes.js'
import type { PatternHead } from './pattern.js'
import { restoreWatch, saveWatch } from './state.js'
import { createWatches } from './watches.js'

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
  const watches = createWatches(rules, surroundings)
  const { judge, judgeTime, close } = createJudging(rules, surroundings)
  /** What the reading in hand brought. */
  const heard: Heard = { low: 0, high: 0 }

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
    if (seeSignals(watch.sight, heard.low, heard.high)) watches.plan(watch)
  }

  return {
    readings(entry, readings, record) {
      const watch = watches.of(entry)
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
      const watch = watches.of(entry)
      const lane = enter(watch, event, record)
      if (seeCode(watch.sight, event.code)) watches.plan(watch)
      noteCode(lane.facts, event)
      rules.event(lane.facts, event)
      judge(watch, lane, record.position, 0, NOTHING_HEARD)
    },
    attendance(entry, mark, record) {
      const watch = watches.of(entry)
      const ended = noteMark(watch.marks, mark, record.arrival)
      if (ended && mark.kind === 'mechanic') watch.main.facts.attendedAt = record.arrival
    },
    tick(entry, arrival, position, resumedAt) {
      const watch = watches.of(entry)
      const { main, side } = watch
      const closing = side !== null && arrival - side.arrival > SIDE_LANE_MS
      if (closing) close(watch, side, arrival, position)
      const active = main.active > 0
      if (!active && !awaitsTicks(main.own)) return closing
      if (main.arrival < resumedAt && arrival - resumedAt < GRACE_MS) return closing
      // Time goes on from the newest reading at the pace of our ticks.
      main.facts.now = Math.max(main.facts.readAt, main.eventAt + (arrival - main.arrival))
      const old = arrival - main.arrival > surroundings.oldAfterMs(entry)
      const looked = judgeTime(watch, position, old)
      return looked || closing || active
    },
    active(entry) {
      const watch = watches.get(entry)
      return (
        watch !== undefined && (watch.main.active > 0 || watch.side !== null || awaitsTicks(watch.main.own))
      )
    },
    refresh(entry) {
      const watch = watches.get(entry)
      if (watch) watches.refresh(watch)
    },
    changeRules(shards, { position }) {
      for (const watch of watches.all()) {
        if (!watch || !shards.has(watch.entry.shard)) continue
        if (watches.changeRules(watch, position)) surroundings.follow(watch.entry)
      }
    },
    observability(entry) {
      const watch = watches.get(entry)
      if (watch) watches.settle(watch)
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
    lastSeen: (entry) => rules.lastSeen(watches.of(entry).main.facts),
    save: (entry) => {
      const watch = watches.get(entry)
      if (!watch) return null
      watches.settle(watch)
      return saveWatch(watch, patterns)
    },
    restore(entry, saved) {
      const watch = watches.of(entry)
      restoreWatch(watch, saved, patterns, rules.createFacts)
      watches.refresh(watch)
    },
  }
}
