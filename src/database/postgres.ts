/** PostgreSQL through a pool; 8-byte integers come as numbers, for our times and counts stay far below 2⁵³. */
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Tables } from './tables.js'

const POOL_SIZE = 10
const CONNECT_TIMEOUT_MS = 10_000
// Longer than any statement of ours; a server that holds one this long is in trouble and the caller should know.
const STATEMENT_TIMEOUT_MS = 60_000

/** Connects on first use. */
export function openPostgres(url: string): Kysely<Tables> {
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    types: { getTypeParser },
  })
  // An idle connection that the server closed is replaced at the next query, which reports what is wrong.
  pool.on('error', () => undefined)
  // A crash of the server between two statements of a transaction: the next statement reports it to whoever waits for
  // it, and without a listener the process would end.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
}

const getTypeParser = ((oid: number, format?: 'text' | 'binary') =>
  oid === pg.types.builtins.INT8
    ? Number
    : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser
