/** A journal on disk as a gateway would have left it: several lifts, each living through a timeline of its own. */
import { join } from 'node:path'
import { createRehearsal } from '../../src/incidents/rehearsal.js'
import { cursorBefore, reachOf } from '../../src/journal/reach.js'
import { openSqliteReader } from '../../src/journal/sqlite-reader.js'
import { openSqliteWriter } from '../../src/journal/sqlite-writer.js'
import type { BacktestRequest, LabelledIncident } from '../../src/model/backtest.js'
import type { JournalRecord } from '../../src/model/record.js'
import { SHIPPED_RULES } from '../../src/model/rule-set.js'
import { readCases } from '../../src/rules/backtest/case-files.js'
import type { Timeline } from '../../src/rules/backtest/case-schema.js'
import { type BacktestOptions, runBacktest } from '../../src/rules/backtest/run-backtest.js'
import { CASE_EQUIPMENT, journalOf, START } from '../../src/rules/backtest/timeline.js'
import { tempDir } from '../helpers/temp-dir.js'

/** A case of `test/cases` by its pattern and name. */
export function caseOf(pattern: string, name: string): Timeline {
  const found = readCases(join(import.meta.dirname, '../cases', pattern)).find(
    (one) => one.name === `${name}.json`,
  )
  if (!found) throw new Error(`no case ${pattern}/${name}`)
  return found
}

/** The records of one equipment that lives through a timeline; without ticks. */
export function recordsOf(equipment: string, timeline: Timeline): JournalRecord[] {
  return journalOf(timeline)
    .filter(({ kind }) => kind !== 'tick')
    .map((record) =>
      record.kind === 'equipment'
        ? {
            ...record,
            equipment,
            payload: Buffer.from(Buffer.from(record.payload).toString().replace(CASE_EQUIPMENT, equipment)),
          }
        : { ...record, equipment },
    )
}

/** Writes them in the order of their arrival, with a tick each second; a segment begins every ten minutes. */
export async function recordJournal(
  timelineById: Record<string, Timeline>,
  dir = tempDir('journal'),
): Promise<string> {
  let now = START
  const journal = openSqliteWriter({
    dir,
    budgetBytes: 1e9,
    retentionMs: 1e9,
    bufferBytes: 64e6,
    segmentMs: 600_000,
    now: () => now,
    onCommit: () => undefined,
    onState: () => undefined,
  })
  const records = Object.entries(timelineById)
    .flatMap(([id, timeline]) => recordsOf(id, timeline))
    .sort((a, b) => a.arrival - b.arrival)
  const last = Math.max(...Object.values(timelineById).map(({ until }) => until))
  let next = 0
  for (let second = 0; second <= last; second++) {
    const tickAt = START + second * 1000 + 900
    for (let record = records[next]; record && record.arrival <= tickAt; record = records[++next]) {
      const { kind, equipment, arrival, payload } = record
      journal.append(kind, equipment, arrival, 0, payload, (error) => {
        if (error) throw error
      })
    }
    journal.tick(tickAt)
    now = tickAt
    if (second % 60 === 0) await new Promise<void>((resolve) => journal.inTurn(resolve))
  }
  await journal.close()
  return dir
}

export function requestOf(change: Partial<BacktestRequest> = {}): BacktestRequest {
  return {
    draft: SHIPPED_RULES,
    live: null,
    from: START,
    to: START + 4 * 3_600_000,
    equipment: { all: true },
    warmUpMs: 0,
    keep: 100,
    ...change,
  }
}

/** A back-test over a journal, in this thread. */
export function backtestOf(
  dir: string,
  request: Partial<BacktestRequest> = {},
  options: Partial<BacktestOptions> & { labelled?: LabelledIncident[] } = {},
) {
  return runBacktest({
    request: requestOf(request),
    known: [],
    journal: {
      reach: () => reachOf(dir),
      cursorBefore: (since) => cursorBefore(dir, since),
      open: (shards) => openSqliteReader({ dir, shards }),
    },
    stored: null,
    labelled: [],
    createDesk: createRehearsal,
    elapsed: () => performance.now(),
    onProgress: () => undefined,
    ...options,
  })
}
