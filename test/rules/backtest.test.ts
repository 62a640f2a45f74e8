/** The back-test: over a recorded journal it finds what the live rules found, and a draft what it would have found. */

import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSqliteReader } from '../../src/journal/sqlite-reader.js'
import type { BacktestResult, Episode } from '../../src/model/backtest.js'
import { type Cursor, covers, createCursor } from '../../src/model/cursor.js'
import type { Finding } from '../../src/model/finding.js'
import { type RuleSet, SHIPPED_RULES } from '../../src/model/rule-set.js'
import { startBacktest } from '../../src/rules/backtest/backtest-client.js'
import type { Timeline } from '../../src/rules/backtest/case-schema.js'
import type { StoredSeries } from '../../src/rules/backtest/history-part.js'
import { storedEvents } from '../../src/rules/backtest/history-part.js'
import { startRulePool } from '../../src/rules/pool.js'
import { createWakeUpLine } from '../../src/runtime/wake-up.js'
import { tempDir } from '../helpers/temp-dir.js'
import { waitFor } from '../helpers/wait-for.js'
import { EVERY_SHARD_OF_ALL } from '../history/block-of.js'
import { backtestOf, caseOf, recordJournal, recordsOf, requestOf } from './recorded-journal.js'
import { START } from './timeline.js'

/** Lifts on several partitions of the journal. */
const LIVES: Record<string, Timeline> = {
  'EL-1': caseOf('L-TRAP-1', 'stands-between-floors.fires'),
  'EL-2': caseOf('L-TRAP-1', 'button-orders-at-once.fires'),
  'EL-3': caseOf('L-TRAP-1', 'inspection.quiet'),
  'EL-4': caseOf('L-TRAP-1', 'short-stop.quiet'),
  'EL-5': caseOf('L-TRAP-1', 'late-backlog.quiet'),
}

const patient: RuleSet = {
  version: 7,
  parameters: [
    { pattern: 'L-TRAP-1', parameter: 'showMs', scope: { level: 'kind', kind: 'elevator' }, value: 60_000 },
    {
      pattern: 'L-TRAP-1',
      parameter: 'showMs',
      scope: { level: 'equipment', equipment: 'EL-2' },
      value: 30_000,
    },
  ],
  rules: [],
}

function stagesOf(
  episodes: readonly Pick<Episode, 'id' | 'shownAt' | 'orderedAt' | 'clearedAt' | 'suppressed'>[],
) {
  return episodes
    .map(({ id, shownAt, orderedAt, clearedAt, suppressed }) => [
      id,
      shownAt,
      orderedAt,
      clearedAt,
      suppressed,
    ])
    .sort()
}

function tallyOf(result: BacktestResult, pattern: string) {
  return result.draft.patterns.find((one) => one.pattern === pattern)
}

/** Where a journal ends. */
function endOf(journalDir: string): Cursor {
  const reader = openSqliteReader({ dir: journalDir, shards: EVERY_SHARD_OF_ALL })
  let at = createCursor()
  for (let page = reader.read(at); page.more; page = reader.read(at)) at = page.to
  reader.close()
  return at
}

let dir: string
beforeAll(async () => {
  dir = await recordJournal(LIVES)
})

describe('over the journal', () => {
  const live: Finding[] = []
  let close: () => Promise<void>
  beforeAll(async () => {
    const line = createWakeUpLine()
    const { port1, port2 } = new MessageChannel()
    const pool = await startRulePool({
      journalDir: dir,
      snapshotFile: join(tempDir('snapshots'), 'rules.sqlite'),
      workers: [{ journal: line.sleeper, history: port1 }],
      onFindings: (findings) => {
        live.push(...findings)
        return Promise.resolve()
      },
      onFrame: () => undefined,
      onRejected: () => undefined,
      onDeath: (error) => {
        throw error
      },
    })
    close = async () => {
      await pool.close()
      port2.close()
      line.waker.port.close()
    }
    const end = endOf(dir)
    // Findings leave a worker before the report on how far it is.
    await waitFor('all read', () => covers(createCursor(pool.stats()[0]?.cursor), end), { timeoutMs: 60_000 })
  }, 90_000)
  afterAll(() => close())

  test('finds what the live service found, under the same ids', async () => {
    const result = await backtestOf(dir)
    const byId = new Map<
      string,
      {
        id: string
        shownAt: number | null
        orderedAt: number | null
        clearedAt: number | null
        suppressed: Finding['suppressed']
      }
    >()
    for (const { id, stage, at, suppressed } of live) {
      const one = byId.get(id) ?? { id, shownAt: null, orderedAt: null, clearedAt: null, suppressed }
      byId.set(id, { ...one, [`${stage}At`]: one[`${stage}At`] ?? at, suppressed })
    }
    expect(byId.size).toBeGreaterThan(3)
    expect(stagesOf(result.draft.listed.findings)).toEqual(stagesOf([...byId.values()]))
    expect(result).toMatchObject({
      equipment: 5,
      notJudgeable: [],
      notes: ['rehearsed-without-shelf-and-area-events'],
      sources: [{ source: 'journal' }],
    })
  })

  test('says how far it is, and ends at once when it is cancelled', async () => {
    const setup = {
      request: requestOf(),
      labelled: [],
      journalDir: dir,
      snapshotFile: join(dir, 'none'),
      history: null,
    }
    const run = startBacktest(setup)
    const result = await run.result
    expect(run.progress().share).toBe(1)
    expect(result.draft.findings).toBe((await backtestOf(dir)).draft.findings)
    const other = startBacktest(setup)
    const began = performance.now()
    await other.cancel()
    await expect(other.result).rejects.toMatchObject({ code: 'BACKTEST_CANCELLED' })
    expect(performance.now() - began).toBeLessThan(1_000)
  })
})

describe('to the dispatch level', () => {
  test('one incident for each rescue, ordered once, with what the desk keeps back', async () => {
    const { draft } = await backtestOf(dir)
    const incidents = draft.listed.incidents.filter((one) => one.group === 'life-safety')
    const times = incidents.map(({ equipment, openedAt, orderedAt }) => [equipment, openedAt, orderedAt])
    expect(times.sort()).toEqual([
      ['EL-1', START + 50_040, START + 95_040],
      ['EL-2', START + 50_040, START + 60_040],
    ])
    expect(draft.dispatches).toBe(2)
    expect(draft.listed.findings.find(({ equipment }) => equipment === 'EL-3')).toMatchObject({
      suppressed: 'inspection',
      disposition: 'inspection',
    })
    expect(draft.listed.findings.find(({ equipment }) => equipment === 'EL-5')).toMatchObject({
      suppressed: 'late',
      disposition: 'late',
    })
  })

  test('agrees with what people said: true, false, missed, avoided', async () => {
    const label = {
      group: 'life-safety',
      pattern: 'L-TRAP-1',
      openedAt: START + 50_000,
      endedAt: START + 600_000,
    } as const
    const { draft } = await backtestOf(
      dir,
      {},
      {
        labelled: [
          { ...label, id: 'a', equipment: 'EL-1', outcome: 'freed-by-level-1' },
          { ...label, id: 'b', equipment: 'EL-2', outcome: 'nobody-inside' },
          { ...label, id: 'c', equipment: 'EL-3', outcome: 'not-a-trap' },
          { ...label, id: 'd', equipment: 'EL-4', pattern: null, outcome: 'self-released' },
        ],
      },
    )
    const counts = { true: 0, false: 0, unlabelled: 0, missed: 0, avoided: 0 }
    expect(draft.agreement.filter(({ pattern }) => pattern === 'L-TRAP-1' || pattern === null)).toEqual([
      { ...counts, pattern: 'L-TRAP-1', true: 1, false: 1, avoided: 1 },
      { ...counts, pattern: null, missed: 1 },
    ])
  })
})

describe('a draft beside the live set', () => {
  test('another hold shows later, but for the lift with a value of its own', async () => {
    const { difference, draft, live } = await backtestOf(dir, { draft: patient, live: SHIPPED_RULES })
    expect(difference).toMatchObject({ counts: { later: 3, earlier: 0, 'only-draft': 0, 'only-live': 0 } })
    const shifts = difference?.listed.map(({ equipment, pattern, shiftMs }) => [equipment, pattern, shiftMs])
    expect(shifts?.sort()).toEqual([
      ['EL-1', 'L-TRAP-1', 30_000],
      ['EL-3', 'L-TRAP-1', 30_000],
      ['EL-5', 'L-TRAP-1', 30_000],
    ])
    expect([draft.version, live?.version]).toEqual([7, 0])
  })

  test('what begins before the range is known and not counted', async () => {
    const all = await backtestOf(dir)
    const later = await backtestOf(dir, { from: START + 70_000, warmUpMs: 70_000 })
    expect(tallyOf(all, 'L-TRAP-1')?.findings).toBeGreaterThan(0)
    expect(tallyOf(later, 'L-TRAP-1')?.incidents ?? 0).toBe(0)
    expect(later.readings).toBe(all.readings)
  })

  test('one equipment, or a kind', async () => {
    const one = await backtestOf(dir, { equipment: { ids: ['EL-1'] } })
    expect(one).toMatchObject({ equipment: 1, draft: { dispatches: 1 } })
    expect(await backtestOf(dir, { equipment: { kind: 'boiler' } })).toMatchObject({
      equipment: 0,
      readings: 0,
    })
  })

  test('the lists are bounded, the counts are not', async () => {
    const all = await backtestOf(dir)
    const few = await backtestOf(dir, { keep: 1 })
    expect(few.draft.listed.findings).toEqual(all.draft.listed.findings.slice(0, 1))
    expect(few.draft.findings).toBe(all.draft.findings)
  })
})

describe('over the history', () => {
  const id = 'EL-1'
  const facts = {
    id,
    kind: 'elevator',
    profile: 'plain',
    attributes: LIVES[id]?.attributes ?? {},
    version: 1,
  } as const

  /** As the store answers: every value, or the last of each minute. */
  function storedOf(timeline: Timeline, bucketMs: number): StoredSeries {
    const series: Record<string, (readonly [number, number, ...number[]])[]> = {}
    for (const { kind, payload } of recordsOf(id, timeline)) {
      if (kind !== 'telemetry') continue
      const { ts, ...signals } = JSON.parse(Buffer.from(payload).toString()) as Record<string, number>
      for (const [name, value] of Object.entries(signals)) {
        const points = series[name] ?? []
        series[name] = points
        if (bucketMs === 0) points.push([ts ?? 0, Number(value)])
        else {
          const at = Math.floor((ts ?? 0) / bucketMs) * bucketMs
          if (points.at(-1)?.[0] === at) points.pop()
          points.push([at, Number(value), Number(value), Number(value)])
        }
      }
    }
    return series
  }

  function fromHistory(timeline: Timeline, bucketMs: number) {
    return backtestOf(
      tempDir('no-journal'),
      {},
      {
        known: [facts],
        stored: {
          series: () => [storedOf(timeline, bucketMs)],
          events: () => Promise.resolve([]),
        },
      },
    )
  }

  test('finds the same at the same times, and says what it cannot know', async () => {
    const ofJournal = await backtestOf(dir, { equipment: { ids: [id] } })
    const result = await fromHistory(LIVES[id] as Timeline, 0)
    const [found] = result.draft.listed.findings.filter(({ pattern }) => pattern === 'L-TRAP-1')
    const [wanted] = ofJournal.draft.listed.findings.filter(({ pattern }) => pattern === 'L-TRAP-1')
    for (const key of ['since', 'shownAt', 'orderedAt'] as const)
      expect(Math.abs((found?.[key] ?? 0) - (wanted?.[key] ?? 0)), key).toBeLessThanOrEqual(1_100)
    expect(result.draft.dispatches).toBe(1)
    expect(result.sources).toMatchObject([{ source: 'history', detail: 'values' }])
    expect(result.notes).toContain('history-lacks-sessions-attendance-lateness')
    expect(result.notJudgeable.map(({ pattern, reason }) => [pattern, reason])).toEqual([
      ['L-OFF', 'no-sessions'],
    ])
  })

  test('on minutes only what goes by longer is judged', async () => {
    const trapped = await fromHistory(LIVES[id] as Timeline, 60_000)
    expect(tallyOf(trapped, 'L-TRAP-1')?.findings).toBe(0)
    expect(trapped.notJudgeable).toContainEqual(
      expect.objectContaining({ pattern: 'L-TRAP-1', reason: 'minutes-only', equipment: 1 }),
    )
    const doorOpen: Timeline = {
      steps: [
        { at: 0, signals: { serviceMode: 1, speed: 0, doorZone: true, door: 4, passenger: false, floor: 3 } },
      ],
      until: 1_200,
    }
    const open = await fromHistory(doorOpen, 60_000)
    expect(open.draft.listed.findings.map(({ pattern, source }) => [pattern, source])).toEqual([
      ['L-DLO', 'history'],
    ])
  })

  test('nobody to ask: said, not guessed', async () => {
    const result = await backtestOf(tempDir('no-journal'), {}, { known: [facts] })
    expect(result).toMatchObject({ readings: 0, sources: [{ source: 'none', detail: 'history-away' }] })
  })

  test('events come whole, however many lie in one moment', async () => {
    const events = Array.from({ length: 12_000 }, (_, i) => ({
      ts: Math.floor(i / 7),
      code: i,
      active: true,
      key: null,
    }))
    const newest = (from: number, to: number, limit: number) =>
      Promise.resolve(
        events
          .filter(({ ts }) => ts >= from && ts < to)
          .slice(-limit)
          .reverse(),
      )
    expect(await storedEvents({ from: 0, to: 10_000 }, newest)).toEqual(events)
  })
})
