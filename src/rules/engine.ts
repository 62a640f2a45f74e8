/**
 * Readings to findings: steps every record of some shards through the patterns of its equipment's kind. Time comes only
 * from records and ticks, so the same journal gives the same findings, whole or resumed from any snapshot.
 */
import type { Decoded } from '../codecs/decode.js'
import type { EquipmentDirectory, EquipmentEntry } from '../codecs/directory.js'
import type { Finding } from '../model/finding.js'
import { type JournalRecord, shardsOfRecord } from '../model/record.js'
import type { RuleSet } from '../model/rule-set.js'
import type { Catalogue } from './catalogue.js'
import type { Listener, Transition } from './condition.js'
import type { Completion, KindWatch, WatchCounts } from './kind-watch.js'
import { DEFAULT_SILENCE_MS, isOnline, silenceLimitMs } from './link.js'
import type { Observability } from './messages.js'
import type { PatternHead } from './pattern.js'
import { compileRules, createRuleShelf, type RulesInForce, SHIPPED } from './rules-in-force.js'
import { createShardState, type ShardState } from './shard.js'
import type { LinkWatch } from './silence.js'
import { readSnapshot, restoreEntry, writeSnapshot } from './snapshot.js'
import { createKindWatch } from './watch.js'

/** Contract: late is what lags by more than this, unless the rules in force say otherwise. */
const LATE_LIMIT_MS = 120_000

export interface EngineOptions {
  catalogue: Catalogue
  /** The shards it owns; records of others are ignored. */
  shards: readonly number[]
  /** The same that the decoder uses: kinds, attributes and clocks live there. */
  directory: EquipmentDirectory
  /** A change of a finding. The same id comes again when its stage, priority or `interlockFailed` changes. */
  emit: (finding: Finding) => void
  /** Silence made us look whether an equipment is still online; the screens may want to know. */
  onLink?: (entry: EquipmentEntry) => void
  /** Every move of every condition, for logs and tests. */
  trace?: (transition: Transition) => void
  /** A draft: judges everything by this set, whatever the journal's `rules` records say. Default: what they say. */
  rules?: RuleSet
  /** ms by which a reading may be late before it is late data. */
  lateLimitMs?: number
}

export interface EngineCounts extends WatchCounts {
  findings: number
}

export interface Engine {
  /** One record and what the decoder made of it. What a shard has already seen is ignored, and so are ticks. */
  step(record: JournalRecord, decoded: Decoded): void
  /**
   * One second passed for `shards`, those of the tick's partition; by default for all that it owns. The `first` tick of
   * a start of the gateway tells that every connection of before has ended.
   */
  tick(arrival: number, position: number, shards?: readonly number[], first?: boolean): void
  /** Ids whose snapshot has changed; whoever writes the snapshots clears it. */
  readonly changed: Set<string>
  /** Everything known about an equipment, its directory entry included. Begins with a format version. */
  snapshot(equipmentId: string): string
  /** Takes a snapshot back and registers the equipment in the directory. Throws `SNAPSHOT_FORMAT_NEWER`. */
  restore(snapshot: string): void
  /** What a shard knows beyond its equipment: its position and its ticks. Belongs into the same transaction. */
  snapshotShard(shard: number): string
  /** The sets by which its shards judge: snapshots of shards only name their versions. */
  ruleSets(): RuleSet[]
  /** Before `restoreShard`: a set that its snapshot may name. */
  learnRules(set: RuleSet): void
  restoreShard(shard: number, snapshot: string): void
  /** Per pattern of the equipment's kind: how often it was evaluated, and what it lacks. */
  observability(equipmentId: string): Observability[]
  /** Contract §3: the newest session is open, or a message came within three report periods. */
  online(equipmentId: string): boolean
  readonly counts: EngineCounts
}

export function createEngine(options: EngineOptions): Engine {
  const { catalogue, directory, emit, trace, lateLimitMs = LATE_LIMIT_MS } = options
  const draft = options.rules ? compileRules(options.rules) : null
  const shelf = createRuleShelf()
  const changed = new Set<string>()
  const counts: EngineCounts = { readings: 0, evaluations: 0, disbelieved: 0, findings: 0 }
  const silencePatterns = new Map(catalogue.silence.map((pattern) => [pattern.kind as string, pattern]))
  const shardByNumber = new Map<number, ShardState>()
  const watchByIndex: (LinkWatch | undefined)[] = []
  /** By index of the equipment: the round of snapshots in which it last changed. A set is too slow to ask each time. */
  const roundByIndex: number[] = []
  let round = 1
  for (const number of options.shards) {
    shardByNumber.set(
      number,
      createShardState({
        number,
        patterns: silencePatterns,
        rulesOf: (version) => draft ?? shelf.get(version),
        listenerOf,
        touched,
        judged: options.onLink ?? (() => {}),
        lastSeen: (entry) => kinds[entry.facts.kind].lastSeen(entry),
        watchByIndex,
      }),
    )
  }
  if (draft) for (const shard of shardByNumber.values()) shard.rules = draft
  const surroundings = { counts, rulesOf, lateLimitMs, oldAfterMs, listenerOf, follow: followOf }
  const kinds: Record<EquipmentEntry['facts']['kind'], KindWatch> = {
    elevator: createKindWatch(catalogue.elevator, surroundings),
    boiler: createKindWatch(catalogue.boiler, surroundings),
    escalator: createKindWatch(catalogue.escalator, surroundings),
  }

  function rulesOf(entry: EquipmentEntry): RulesInForce {
    return shardByNumber.get(entry.shard)?.rules ?? draft ?? SHIPPED
  }

  /**
   * A learnt period is that of most messages: one that reports each second under way and once a minute at rest is not
   * silent after three seconds of rest. Only a period that somebody states is held against it.
   */
  function oldAfterMs(entry: EquipmentEntry): number {
    const { reportPeriod } = entry.facts.attributes
    const link = shardByNumber.get(entry.shard)?.silence.get(entry)?.link
    const limitMs = link ? silenceLimitMs(link, reportPeriod) : DEFAULT_SILENCE_MS
    return reportPeriod === undefined ? Math.max(limitMs, DEFAULT_SILENCE_MS) : limitMs
  }

  function listenerOf(
    entry: EquipmentEntry,
    pattern: PatternHead,
    position: number,
    before?: Completion,
  ): Listener {
    return {
      report(stage, machine, now, by) {
        counts.findings++
        before?.(machine, stage)
        emit({
          id: `${entry.id}/${pattern.id}/${machine.mark}`,
          equipment: entry.id,
          pattern: pattern.id,
          class: pattern.class,
          priority: machine.priority,
          stage,
          position,
          shard: entry.shard,
          since: machine.since,
          at: now,
          confidence: machine.confidence,
          evidence: machine.evidence,
          suppressed: machine.suppressed,
          needsConfirmation: machine.needsConfirmation,
          rulesVersion: rulesOf(entry).set.version,
          ...(machine.interlockFailed ? { interlockFailed: true } : {}),
          ...(machine.gatedBy ? { mark: machine.gatedBy } : {}),
          ...(machine.causes ? { causes: machine.causes } : {}),
          ...(by ? { clearedBy: by } : {}),
        })
      },
      moved(from, to, reason, at) {
        trace?.({ equipment: entry.id, pattern: pattern.id, from, to, reason, at })
      },
    }
  }

  function touched(entry: EquipmentEntry): void {
    if (changed.size === 0) round++
    if (roundByIndex[entry.index] === round) return
    while (roundByIndex.length < entry.index) roundByIndex.push(0)
    roundByIndex[entry.index] = round
    changed.add(entry.id)
  }

  function followOf(entry: EquipmentEntry): void {
    const shard = shardByNumber.get(entry.shard)
    if (shard) follow(shard, entry)
  }

  /** Ticks go only to equipment with something pending or firing. */
  function follow(shard: ShardState, entry: EquipmentEntry, kind = kinds[entry.facts.kind]): void {
    if (kind.active(entry)) shard.active.add(entry)
    touched(entry)
  }

  function apply(shard: ShardState, record: JournalRecord, decoded: Decoded): void {
    const { arrival } = record
    switch (decoded.type) {
      case 'readings': {
        const { entry, readings } = decoded
        const kind = kinds[entry.facts.kind]
        kind.readings(entry, readings, record)
        const newest = readings[readings.length - 1]
        const live = newest !== undefined && !newest.historical && newest.lag <= lateLimitMs
        shard.silence.heard(entry, arrival - shard.absentMs, arrival, live)
        return follow(shard, entry, kind)
      }
      case 'event':
        kinds[decoded.entry.facts.kind].event(decoded.entry, decoded.event, record)
        shard.silence.heard(decoded.entry, arrival - shard.absentMs, arrival, false)
        return follow(shard, decoded.entry)
      case 'status':
        shard.silence.status(decoded.entry, decoded.online, arrival - shard.absentMs, arrival)
        return follow(shard, decoded.entry)
      case 'session':
        shard.session(decoded.entry, decoded.change, arrival)
        return follow(shard, decoded.entry)
      case 'attendance':
        kinds[decoded.entry.facts.kind].attendance(decoded.entry, decoded.mark, record)
        return follow(shard, decoded.entry)
      case 'equipment':
        kinds[decoded.entry.facts.kind].refresh(decoded.entry)
        return follow(shard, decoded.entry)
      case 'rules':
      case 'tick':
      case 'rejected':
        return
    }
  }

  /** The set is in force for these shards from here on. It may come again; an older one never replaces a newer one. */
  function changeRules(set: RuleSet, record: JournalRecord): void {
    const changing: ShardState[] = []
    for (const number of shardsOfRecord(record)) {
      const shard = shardByNumber.get(number)
      if (shard && !draft && set.version > shard.rules.set.version) changing.push(shard)
    }
    if (changing.length === 0) return
    shelf.put(set)
    for (const shard of changing) shard.rules = shelf.get(set.version)
    const numbers = new Set(changing.map(({ number }) => number))
    for (const kind of Object.values(kinds)) kind.changeRules(numbers, record)
    for (const shard of changing) shard.silence.refresh(record.arrival - shard.absentMs)
    shelf.keep(new Set(ruleSets().map(({ version }) => version)))
  }

  function ruleSets(): RuleSet[] {
    return [...new Set([...shardByNumber.values()].map(({ rules }) => rules.set))]
  }

  function tickShard(shard: ShardState, arrival: number, position: number, first: boolean): void {
    if (position <= shard.tickPosition) return
    shard.tickPosition = position
    shard.advance(arrival, first)
    for (const entry of shard.active) {
      const kind = kinds[entry.facts.kind]
      if (kind.tick(entry, arrival, position, shard.resumedAt)) touched(entry)
      if (!kind.active(entry)) shard.active.delete(entry)
    }
    shard.silence.tick(arrival - shard.absentMs, arrival, position)
  }

  return {
    changed,
    counts,
    step(record, decoded) {
      if (decoded.type === 'rules') return changeRules(decoded.rules, record)
      const shard = shardByNumber.get(record.shard)
      if (!shard || record.position <= shard.position) return
      shard.position = record.position
      apply(shard, record, decoded)
    },
    tick(arrival, position, shards = options.shards, first = false) {
      for (const number of shards) {
        const shard = shardByNumber.get(number)
        if (shard) tickShard(shard, arrival, position, first)
      }
    },
    snapshot(equipmentId) {
      const entry = directory.get(equipmentId)
      const watch = entry && shardByNumber.get(entry.shard)?.silence.get(entry)
      return writeSnapshot(equipmentId, entry, watch, entry ? kinds[entry.facts.kind].save(entry) : null)
    },
    restore(snapshot) {
      const saved = readSnapshot(snapshot)
      const entry = restoreEntry(saved, directory)
      const shard = shardByNumber.get(entry.shard)
      if (!shard) return
      if (saved.watch) kinds[entry.facts.kind].restore(entry, saved.watch)
      if (saved.link) shard.silence.restore(entry, saved.link, saved.linkMachine)
      if (kinds[entry.facts.kind].active(entry)) shard.active.add(entry)
    },
    snapshotShard: (number) => shardByNumber.get(number)?.save() ?? '',
    ruleSets,
    learnRules: shelf.put,
    restoreShard(number, snapshot) {
      shardByNumber.get(number)?.restore(snapshot)
    },
    observability(equipmentId) {
      const entry = directory.get(equipmentId)
      return entry ? kinds[entry.facts.kind].observability(entry) : []
    },
    online(equipmentId) {
      const entry = directory.get(equipmentId)
      const shard = entry && shardByNumber.get(entry.shard)
      const link = entry && shard?.silence.get(entry)?.link
      if (!link || !shard) return false
      return isOnline(link, shard.tickedAt - shard.absentMs, entry.facts.attributes.reportPeriod)
    },
  }
}
