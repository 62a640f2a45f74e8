/**
 * A back-test from beginning to end: partition by partition, first what only the history knows, then the journal, each
 * through the engine that judges live data. Sources, clock and desk are given; nothing here starts or opens anything.
 */
import { createDirectory, type EquipmentEntry } from '../../codecs/directory.js'
import type { JournalReader } from '../../journal/journal.js'
import type { JournalReach } from '../../journal/reach.js'
import type {
  BacktestNote,
  BacktestProgress,
  BacktestRequest,
  BacktestResult,
  LabelledIncident,
} from '../../model/backtest.js'
import type { Cursor } from '../../model/cursor.js'
import { type EquipmentFacts, shardOf } from '../../model/equipment.js'
import { PARTITIONS, partitionOf, shardsOfPartition } from '../../model/record.js'
import { createDifference } from './difference.js'
import { playHistory, type StoredRange } from './history-part.js'
import { playJournal } from './journal-part.js'
import { createLosses } from './losses.js'
import { createSide, type PlayClock, type RehearsalDesk, type Side } from './side.js'

export interface JournalSource {
  /** `null` while there is none. */
  reach(): JournalReach | null
  /** Behind it lies every record that arrived at that time (ms since 1970) or later. */
  cursorBefore(since: number): Cursor
  /** A reader of its own; closed after use. */
  open(shards: readonly number[]): JournalReader
}

export interface BacktestOptions {
  request: BacktestRequest
  /** Who is known today: where the journal does not say how an equipment was then, it is taken to have been so. */
  known: readonly EquipmentFacts[]
  journal: JournalSource
  /** `null` where nobody can ask it. */
  stored: StoredRange | null
  labelled: readonly LabelledIncident[]
  createDesk: () => RehearsalDesk
  /** ms of a clock that nobody turns. */
  elapsed: () => number
  onProgress: (progress: BacktestProgress) => void
}

export async function runBacktest(options: BacktestOptions): Promise<BacktestResult> {
  const { request, journal, stored, createDesk, elapsed, onProgress } = options
  const { from, to, keep } = request
  const began = elapsed()
  const warmFrom = from - request.warmUpMs
  const reach = journal.reach()
  const journalFrom = Math.min(to, Math.max(warmFrom, reach?.since ?? to))
  const historyPlayed = from < journalFrom && stored !== null
  const clock: PlayClock = { now: warmFrom }
  const side = (rules: BacktestRequest['draft']) => createSide({ rules, from, keep, clock, createDesk })
  const draft = side(request.draft)
  const live = request.live && side(request.live)
  const sides = live ? [draft, live] : [draft]
  const difference = createDifference(keep)
  const losses = createLosses(request)
  const notes = new Set<BacktestNote>(['rehearsed-without-shelf-and-area-events'])
  const counts = { equipment: 0, records: 0, readings: 0 }
  const selects = selectorOf(request)
  const known = options.known.filter(selects)
  const partitions = partitionsOf(request)

  function tell(share: number): void {
    const ms = Math.max(1, elapsed() - began)
    onProgress({ share, readings: counts.readings, ...speedOf(counts.readings, share * (to - warmFrom), ms) })
  }

  async function playFromHistory(
    equipment: readonly EquipmentFacts[],
    share: (ofPart: number) => number,
  ): Promise<void> {
    if (!stored) return
    for (const [i, facts] of equipment.entries()) {
      const judge = losses.of(facts)
      const { engines, readings } = await playHistory({
        facts,
        stored,
        clock,
        from: warmFrom,
        to: journalFrom,
        onResolution: judge.at,
        open: (directory, shard) =>
          sides.map((one) =>
            one.open({ directory, shards: [shard], source: 'history', judges: judge.judges }),
          ),
      })
      judge.end()
      counts.readings += readings
      if (journalFrom === to) observe(sides, engines, [facts.id])
      tell(share((i + 1) / equipment.length))
    }
    if (journalFrom === to) counts.equipment += equipment.length
    clock.now = journalFrom
    for (const one of sides) one.cut()
  }

  async function playFromJournal(partition: number, share: (ofPart: number) => number): Promise<void> {
    const shards = shardsOfPartition(partition)
    const directory = createDirectory()
    for (const facts of ofPartition(known, partition)) directory.apply({ ...facts, version: -1 })
    const engines = sides.map((one) => one.open({ directory, shards, source: 'journal' }))
    const start = journal.cursorBefore(journalFrom)
    const reader = journal.open(shards)
    let seen = 0
    try {
      const played = await playJournal({
        reader,
        start,
        from: journalFrom,
        to,
        directory,
        engines,
        clock,
        selects: ({ facts }: EquipmentEntry) => selects(facts),
        onPage(arrival) {
          const readings = engines[0]?.counts.readings ?? 0
          counts.readings += readings - seen
          seen = readings
          tell(share((arrival - journalFrom) / Math.max(1, to - journalFrom)))
        },
      })
      counts.records += played.records
      if (played.rulesChanged) notes.add('rules-changed-in-range')
    } finally {
      reader.close()
    }
    if ((journal.reach()?.first ?? 1) - 1 > (start[partition] ?? 0)) notes.add('journal-dropped')
    const ids = [...directory.all()].filter(({ facts }) => selects(facts)).map(({ id }) => id)
    counts.equipment += ids.length
    observe(sides, engines, ids)
  }

  for (const [i, partition] of partitions.entries()) {
    const ofHistory = historyPlayed ? (journalFrom - warmFrom) / (to - warmFrom) : 0
    for (const one of sides) one.begin()
    const done = (ofPart: number) => (i + ofPart) / partitions.length
    if (historyPlayed) await playFromHistory(ofPartition(known, partition), (part) => done(part * ofHistory))
    if (journalFrom < to) await playFromJournal(partition, (part) => done(ofHistory + part * (1 - ofHistory)))
    const labelled = options.labelled.filter(({ equipment }) => partitionOf(shardOf(equipment)) === partition)
    const [ofDraft = [], ofLive = []] = sides.map((one) => one.end(labelled))
    if (live) difference.add(ofDraft, ofLive)
    tell(done(1))
  }

  if (historyPlayed) notes.add('history-lacks-sessions-attendance-lateness')
  if (historyPlayed && journalFrom < to) notes.add('episodes-cut-at-border')
  if (reach && reach.since < warmFrom) notes.add('begins-at-warm-up')
  const elapsedMs = Math.max(1, elapsed() - began)
  return {
    sources: losses.sources({ journalFrom, historyAway: stored === null }),
    notes: [...notes],
    ...counts,
    elapsedMs,
    ...speedOf(counts.readings, to - warmFrom, elapsedMs),
    draft: draft.result(),
    live: live?.result() ?? null,
    difference: live ? difference.result() : null,
    notJudgeable: losses.notJudgeable(),
  }
}

function speedOf(readings: number, playedMs: number, ms: number) {
  return { readingsPerSecond: Math.round(readings / (ms / 1000)), timesRealTime: Math.round(playedMs / ms) }
}

function observe(
  sides: readonly Side[],
  engines: readonly Parameters<Side['observe']>[0][],
  ids: readonly string[],
): void {
  for (const [i, engine] of engines.entries()) sides[i]?.observe(engine, ids)
}

function selectorOf({ equipment }: BacktestRequest): (facts: EquipmentFacts) => boolean {
  if ('all' in equipment) return () => true
  if ('kind' in equipment) return ({ kind }) => kind === equipment.kind
  const ids = new Set(equipment.ids)
  return ({ id }) => ids.has(id)
}

function partitionsOf({ equipment }: BacktestRequest): number[] {
  if ('ids' in equipment) return [...new Set(equipment.ids.map((id) => partitionOf(shardOf(id))))]
  return Array.from({ length: PARTITIONS }, (_, partition) => partition)
}

function ofPartition(known: readonly EquipmentFacts[], partition: number): EquipmentFacts[] {
  return known.filter(({ id }) => partitionOf(shardOf(id)) === partition)
}
