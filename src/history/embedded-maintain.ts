/**
 * Work for quiet moments: closed hours go into the archive, sorted, so that a range query reads a few blocks instead of
 * all, and their minutes and hours are made; what is older than its retention goes, save the windows around incidents.
 * Every step is one transaction, while new rows are appended beside it on another connection.
 */
import type { DuckDBConnection } from '@duckdb/node-api'
import { RETENTION_CLASSES, type RetentionSettings, retentionOf, type Span } from '../model/retention.js'
import { lookAtClock } from './clock-guard.js'
import { inTransaction, rowsOf } from './duckdb-sql.js'
import { closedSlices, moveSlice } from './embedded-archive.js'
import { DROP_EDGES, type DropEdge, type Edges, edgeOf, sourceOf } from './embedded-edges.js'
import { rollUp } from './embedded-rollup.js'
import { ROLLUPS, type RollupTables } from './embedded-rollup-tables.js'
import { TABLE_PAIRS, type TablePair } from './embedded-schema.js'
import { HOUR_MS } from './resolution.js'

const DAY_MS = 24 * HOUR_MS
/** An hour counts as closed when it is over for this long; rows that come later wait for the next move. */
export const CLOSING_MS = 10 * 60_000
/** Set-aside values that are kept to look at; their count goes on. */
const SET_ASIDE_ROWS = 100_000
const COUNT_ROWS = 1000

export interface EmbeddedUpkeep {
  connection: DuckDBConnection
  edges: Edges
  /** ms since 1970. */
  now: number
  retention: RetentionSettings
  /** Whether old values may go; not before the windows to keep are known. */
  drop: boolean
  signal?: AbortSignal | undefined
}

export async function maintainEmbedded(upkeep: EmbeddedUpkeep): Promise<void> {
  const { connection, now, drop, signal } = upkeep
  const closed = Math.floor((now - CLOSING_MS) / HOUR_MS) * HOUR_MS
  const sound = await isSound(upkeep)
  for (const pair of TABLE_PAIRS) {
    await rollUpOlder(upkeep, pair)
    await closeHours(upkeep, pair, sound ? closed : Math.min(closed, await newestHour(connection, pair)))
    if (signal?.aborted) return
  }
  if (drop && sound) await dropExpired(upkeep)
  await connection.run(
    `DELETE FROM set_aside WHERE rowid < (SELECT max(rowid) - ${SET_ASIDE_ROWS} FROM set_aside)`,
  )
  await foldCounts(connection)
}

/** Judges the clock. Edges beyond one that is sound were moved by one that was not: what came since is all there. */
async function isSound({ connection, edges, now }: EmbeddedUpkeep): Promise<boolean> {
  async function put(news: readonly (readonly [Parameters<Edges['tell']>[0], number])[]): Promise<void> {
    await inTransaction(connection, async () => {
      for (const [name, ms] of news) await edges.write(connection, name, ms)
    })
    for (const [name, ms] of news) edges.tell(name, ms)
  }
  const sound = await lookAtClock(now, { at: edges.at, put })
  const hour = Math.floor(now / HOUR_MS) * HOUR_MS
  const ahead = DROP_EDGES.filter((name) => (edges.at(name) ?? Number.NEGATIVE_INFINITY) > now)
  if (sound && ahead.length > 0) await put(ahead.map((name) => [name, hour] as const))
  return sound
}

/** The hour of the newest row that waits to be moved. */
async function newestHour(connection: DuckDBConnection, { recent }: TablePair): Promise<number> {
  const [[ts] = []] = await rowsOf(connection, `SELECT max(ts)::DOUBLE FROM ${recent}`)
  return Math.floor(Number(ts ?? 0) / HOUR_MS) * HOUR_MS
}

async function closeHours(upkeep: EmbeddedUpkeep, pair: TablePair, closed: number): Promise<void> {
  const { connection, edges } = upkeep
  const edge = edgeOf(pair)
  const start = edges.at(edge) ?? Number.NEGATIVE_INFINITY
  for (const slice of await closedSlices(connection, pair.recent, closed, start)) {
    if (upkeep.signal?.aborted) return
    const rolledTo = edges.at(edge) ?? Number.NEGATIVE_INFINITY
    const again = slice.from < rolledTo
    const next = Math.max(rolledTo, slice.to)
    await inTransaction(connection, async () => {
      if (again) {
        await connection.run(
          `CREATE OR REPLACE TEMP TABLE touched AS
           SELECT DISTINCT equipment FROM ${pair.recent} WHERE ts >= ${slice.from} AND ts < ${slice.to}`,
        )
      }
      await moveSlice(connection, pair, slice)
      await rollUp(connection, { pair, source: sourceOf(pair), range: slice, again, ...gone(upkeep, slice) })
      await edges.write(connection, edge, next)
    })
    edges.tell(edge, next)
  }
  if ((edges.at(edge) ?? Number.NEGATIVE_INFINITY) >= closed) return
  await inTransaction(connection, () => edges.write(connection, edge, closed))
  edges.tell(edge, closed)
}

/** An archive from before minutes and hours were made: they are made of all of it, an hour at a time. */
async function rollUpOlder(upkeep: EmbeddedUpkeep, pair: TablePair): Promise<void> {
  const { connection, edges } = upkeep
  if (edges.at(edgeOf(pair)) !== null) return
  const hours = await rowsOf(
    connection,
    `SELECT DISTINCT (ts // ${HOUR_MS})::DOUBLE AS hour FROM ${pair.archive} ORDER BY hour`,
  )
  for (const [hour] of hours) {
    if (upkeep.signal?.aborted) return
    const range = { from: Number(hour) * HOUR_MS, to: (Number(hour) + 1) * HOUR_MS }
    await inTransaction(connection, async () => {
      await connection.run(
        `CREATE OR REPLACE TEMP TABLE touched AS
         SELECT DISTINCT equipment FROM ${pair.archive} WHERE ts >= ${range.from} AND ts < ${range.to}`,
      )
      await rollUp(connection, { pair, source: sourceOf(pair), range, again: true, ...gone(upkeep, range) })
    })
  }
  const last = hours.at(-1)?.[0]
  if (last === undefined) return
  const rolledTo = (Number(last) + 1) * HOUR_MS
  await inTransaction(connection, () => edges.write(connection, edgeOf(pair), rolledTo))
  edges.tell(edgeOf(pair), rolledTo)
}

/** What of a range was dropped before. */
function gone({ edges }: EmbeddedUpkeep, { from }: Span) {
  return {
    valuesGone: from < (edges.at('raw') ?? Number.NEGATIVE_INFINITY),
    minutesGone: ({ retention }: RollupTables) =>
      from < (edges.at(`minute ${retention}`) ?? Number.NEGATIVE_INFINITY),
  }
}

async function dropExpired({ connection, edges, now, retention, signal }: EmbeddedUpkeep): Promise<void> {
  const expired = (days: number) => Math.floor((now - days * DAY_MS) / HOUR_MS) * HOUR_MS

  /** Once an hour at most; an edge never goes back, whatever the settings say later. */
  async function advance(name: DropEdge, days: number, work: (edge: number) => Promise<void>): Promise<void> {
    const edge = expired(days)
    if (signal?.aborted || edge <= (edges.at(name) ?? Number.NEGATIVE_INFINITY)) return
    // Told first: whoever asks now reads what stays.
    edges.tell(name, edge)
    await inTransaction(connection, async () => {
      await work(edge)
      await edges.write(connection, name, edge)
    })
  }

  await advance('raw', retention.rawDays, async (edge) => {
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE kept AS SELECT n.id AS equipment, w."from", w."to"
       FROM kept_window w JOIN equipment_name n ON n.name = w.equipment WHERE w."from" < ${edge}`,
    )
    for (const { archive } of TABLE_PAIRS) {
      await connection.run(
        `DELETE FROM ${archive} a WHERE a.ts < ${edge} AND NOT EXISTS (
           FROM kept k WHERE k.equipment = a.equipment AND a.ts >= k."from" AND a.ts < k."to")`,
      )
    }
  })
  for (const name of RETENTION_CLASSES) {
    const { minuteDays, hourDays } = retentionOf(name, retention)
    const tables = ROLLUPS.filter((rollup) => rollup.retention === name)
    const dropBefore = (resolution: 'minute' | 'hour') => async (edge: number) => {
      for (const rollup of tables)
        await connection.run(`DELETE FROM ${rollup[resolution]} WHERE ts < ${edge}`)
    }
    await advance(`minute ${name}`, minuteDays, dropBefore('minute'))
    await advance(`hour ${name}`, hourDays, dropBefore('hour'))
  }
  await connection.run(`DELETE FROM event WHERE ts < ${expired(retentionOf('state', retention).hourDays)}`)
}

/** Counts are appended, one row a write, and folded once there are many. */
async function foldCounts(connection: DuckDBConnection): Promise<void> {
  const [[rows] = []] = await rowsOf(connection, 'SELECT count(*)::DOUBLE FROM set_aside_count')
  if (Number(rows) < COUNT_ROWS) return
  await inTransaction(connection, async () => {
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE total AS
       SELECT reason, sum(count)::BIGINT AS count FROM set_aside_count GROUP BY reason`,
    )
    await connection.run('DELETE FROM set_aside_count')
    await connection.run('INSERT INTO set_aside_count FROM total')
  })
}
