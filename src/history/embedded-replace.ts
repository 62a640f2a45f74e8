/**
 * Erases from the embedded history what a block of a rebuild is about to give again, inside the block's transaction, so
 * that no query ever sees the gap. Rows know their place in the journal, so only rows that the block can give back go.
 */
import type { DuckDBConnection } from '@duckdb/node-api'
import type { HistoryBlock } from '../model/block.js'
import { quote } from './duckdb-sql.js'
import { TABLE_PAIRS, type TablePair } from './embedded-schema.js'
import type { RebuildPlan } from './rebuild.js'

/** Taken down after the block's rows are in; see `eraseForBlock`. */
export interface Erased {
  /** Rows from before the journal's beginning that were put behind the block's. */
  kept: number
}

/**
 * Erases the rows of the block's positions in the plan's range. A row of the archive may hold values of several records
 * of one moment, under the place of the last; where one of them may have left the journal, the row stays, put before
 * everything the journal gives, so that it only fills in what the journal does not say.
 */
export async function eraseForBlock(
  connection: DuckDBConnection,
  block: HistoryBlock,
  plan: RebuildPlan,
): Promise<Erased> {
  const places = placesOf(block)
  const erased: Erased = { kept: 0 }
  for (const { recent, archive } of TABLE_PAIRS) {
    for (const table of [recent, archive]) {
      const { from, to, eraseFrom } = plan
      await connection.run(`DELETE FROM ${table} WHERE ${places} AND ${between(eraseFrom, to)}`)
      if (from >= eraseFrom) continue
      const kept = await connection.run(
        `UPDATE ${table} SET position = ${plan.reach.first - 1}, part = 0
         WHERE ${places} AND ${between(from, Math.min(to, eraseFrom))}`,
      )
      erased.kept += kept.rowsChanged
    }
  }
  await connection.run(`DELETE FROM event WHERE ${places} AND ${between(plan.from, plan.to)}`)
  return erased
}

/** Drops the rows that were put behind the block's and of which every value is in a row of the block. */
export async function dropCovered(
  connection: DuckDBConnection,
  block: HistoryBlock,
  plan: RebuildPlan,
): Promise<void> {
  for (const pair of TABLE_PAIRS) {
    for (const table of [pair.recent, pair.archive]) {
      await connection.run(
        `DELETE FROM ${table} d WHERE d.position = ${plan.reach.first - 1} AND d.ts < ${whole(plan.eraseFrom)}
           AND EXISTS (FROM ${pair.recent} n WHERE ${placesOf(block, 'n.')} AND ${covering(pair)})`,
      )
    }
  }
}

function covering({ identity, values }: TablePair): string {
  return [
    ...identity.map((name) => `n.${name} = d.${name}`),
    ...values.map((name) => `(d.${quote(name)} IS NULL OR n.${quote(name)} IS NOT NULL)`),
  ].join(' AND ')
}

/** The outer bounds let DuckDB skip what lies elsewhere; the lists are by shard. */
function placesOf({ shards, from, to }: HistoryBlock, of = ''): string {
  const [position, shard] = [`${of}position`, `${of}shard`]
  const within = shards.map((one) => [from[one] ?? 0, to[one] ?? 0] as const)
  const lowest = Math.min(...within.map(([first]) => first))
  const highest = Math.max(...within.map(([, last]) => last))
  return `${position} > ${lowest} AND ${position} <= ${highest}
    AND ${position} > [${[...from].join(',')}][${shard} + 1] AND ${position} <= [${[...to].join(',')}][${shard} + 1]`
}

/** Times may be infinite: a whole number that no stored time reaches stands for that. */
function between(from: number, to: number): string {
  return `ts >= ${whole(from)} AND ts < ${whole(to)}`
}

function whole(ms: number): string {
  const furthest = Number.MAX_SAFE_INTEGER
  return BigInt(Math.ceil(Math.min(furthest, Math.max(-furthest, ms)))).toString()
}
