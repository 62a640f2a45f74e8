/**
 * How far the upkeep of the embedded history has come: up to where each table is rolled up, and before which times values,
 * minutes and hours were dropped. Kept in the file with the work itself, and in memory for the queries.
 */
import type { DuckDBConnection } from '@duckdb/node-api'
import { RETENTION_CLASSES, type RetentionClass } from '../model/retention.js'
import type { ClockEdge } from './clock-guard.js'
import { literal, rowsOf } from './duckdb-sql.js'
import type { TablePair } from './embedded-schema.js'
import type { Resolution } from './resolution.js'

export type DropEdge = 'raw' | `${Exclude<Resolution, 'raw' | 'kept'>} ${RetentionClass}`
export type EdgeName = `rolled ${string}` | DropEdge | ClockEdge

/** Every edge before which something was dropped. */
export const DROP_EDGES: readonly DropEdge[] = [
  'raw',
  ...RETENTION_CLASSES.flatMap((name): DropEdge[] => [`minute ${name}`, `hour ${name}`]),
]

export interface Edges {
  /** ms since 1970; `null` while nothing was done yet. */
  at(name: EdgeName): number | null
  /** Writes an edge inside the caller's transaction. */
  write(connection: DuckDBConnection, name: EdgeName, at: number): Promise<void>
  /** Tells the queries. */
  tell(name: EdgeName, at: number): void
}

export async function readEdges(connection: DuckDBConnection): Promise<Edges> {
  const known = new Map<string, number>()
  for (const [name, at] of await rowsOf(connection, 'SELECT name, ms::DOUBLE FROM edge')) {
    known.set(String(name), Number(at))
  }
  return {
    at: (name) => known.get(name) ?? null,
    async write(connection, name, at) {
      await connection.run(`DELETE FROM edge WHERE name = ${literal(name)}`)
      await connection.run(`INSERT INTO edge VALUES (${literal(name)}, ${at})`)
    },
    tell: (name, at) => void known.set(name, at),
  }
}

/** The name of a pair of tables in edges and rollups. */
export function sourceOf({ recent }: TablePair): string {
  return recent.replace(/_recent$/, '')
}

export function edgeOf(pair: TablePair): EdgeName {
  return `rolled ${sourceOf(pair)}`
}
