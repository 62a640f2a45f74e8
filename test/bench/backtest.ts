/**
 * `backtest`: readings a second through a whole back-test of a recorded journal, per core: read from disk, decoded,
 * stepped through every pattern with its ticks, and taken to the desk; alone, beside a second rule set, and beside
 * JSON.parse of the same bytes. All by CPU time, which depends less on what else the machine does.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRehearsal } from '../../src/incidents/rehearsal.js'
import { cursorBefore, reachOf } from '../../src/journal/reach.js'
import { openSqliteReader } from '../../src/journal/sqlite-reader.js'
import { openSqliteWriter } from '../../src/journal/sqlite-writer.js'
import type { EquipmentFacts } from '../../src/model/equipment.js'
import { SHIPPED_RULES } from '../../src/model/rule-set.js'
import { runBacktest } from '../../src/rules/backtest/run-backtest.js'
import { liftReading } from '../load/reading.js'
import { startCpuClock } from './cpu.js'

const START = 1_795_276_800_000
const EQUIPMENT = 1_000
const ROUNDS = 600
/** The figure is that of the middle one: a shared machine is now fast, now slow. */
const TURNS = 5

interface Played {
  /** Readings a second. */
  perCore: number
  timesRealTime: number
}

export async function benchBacktest(): Promise<Record<string, number>> {
  const dir = mkdtempSync(join(tmpdir(), 'teshe-bench-backtest-'))
  try {
    await record(dir)
    // Code is compiled in the first.
    await play(dir, false)
    const plays: Played[] = []
    for (let turn = 0; turn < TURNS; turn++) plays.push(await play(dir, false))
    plays.sort((a, b) => a.perCore - b.perCore)
    const [slowest, alone, fastest] = [plays[0], plays[TURNS >> 1], plays[TURNS - 1]] as [
      Played,
      Played,
      Played,
    ]
    const beside = await play(dir, true)
    const parse = jsonParsePerCore()
    const ofJsonParse = Math.round((alone.perCore / parse) * 100) / 100
    console.log(
      `  ${EQUIPMENT} lifts, a reading a second each: ${alone.perCore} readings/s per core (${slowest.perCore}–${fastest.perCore} in ${TURNS} turns), ${ofJsonParse} of JSON.parse (${parse}/s), ${alone.timesRealTime} times real time; beside the live set ${beside.perCore}/s`,
    )
    return {
      readingsPerSecond: alone.perCore,
      timesRealTime: alone.timesRealTime,
      comparedReadingsPerSecond: beside.perCore,
      jsonParsePerSecond: parse,
      backtestOfJsonParse: ofJsonParse,
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

async function play(dir: string, compare: boolean): Promise<Played> {
  const cpuSeconds = startCpuClock()
  const result = await runBacktest({
    request: {
      draft: SHIPPED_RULES,
      live: compare ? SHIPPED_RULES : null,
      from: START,
      to: START + ROUNDS * 1000,
      equipment: { all: true },
      warmUpMs: 0,
      keep: 100,
    },
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
  })
  return { perCore: Math.round(result.readings / cpuSeconds()), timesRealTime: result.timesRealTime }
}

/** The payloads of the journal, each as often as it stands there. */
function jsonParsePerCore(): number {
  const cpuSeconds = startCpuClock()
  let parsed = 0
  for (let round = 0; round < ROUNDS; round++) {
    const payload = payloadOf(round)
    for (let i = 0; i < EQUIPMENT; i++) if (JSON.parse(payload.toString()) !== null) parsed++
  }
  return Math.round(parsed / cpuSeconds())
}

function payloadOf(round: number): Buffer {
  return Buffer.from(liftReading(START + round * 1000, round))
}

/** Ten minutes of a fleet that reports every second, as the gateway would have stored them. */
async function record(dir: string): Promise<void> {
  let now = START
  const journal = openSqliteWriter({
    dir,
    budgetBytes: 1e12,
    retentionMs: 1e12,
    bufferBytes: 1e9,
    now: () => now,
    onCommit: () => undefined,
    onState: () => undefined,
  })
  const stored = (error: Error | null) => {
    if (error) throw error
  }
  const ids = Array.from({ length: EQUIPMENT }, (_, i) => `E${String(i + 1).padStart(5, '0')}`)
  for (const id of ids) {
    const facts: EquipmentFacts = {
      id,
      kind: 'elevator',
      profile: 'plain',
      attributes: { ratedSpeed: 1.75 },
      version: 1,
    }
    journal.append('equipment', id, now, 0, Buffer.from(JSON.stringify(facts)), stored)
  }
  for (let round = 0; round < ROUNDS; round++) {
    now = START + round * 1000
    const payload = payloadOf(round)
    for (const id of ids) journal.append('telemetry', id, now + 20, 0, payload, stored)
    journal.tick(now + 900)
    await new Promise<void>((resolve) => journal.inTurn(resolve))
  }
  await journal.close()
}
