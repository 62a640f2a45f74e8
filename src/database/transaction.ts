/** Transactions that run again when the database says that another one was faster. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { messageOf, TesheError } from '../errors.js'
import type { Dialect, Tx } from './database.js'
import type { Tables } from './tables.js'

const MAX_TRIES = 10
const FIRST_PAUSE_MS = 5

/** SQLSTATE of serialization failure, deadlock and unique violation, and what SQLite calls the same. */
const RACE_CODES = new Set(['40001', '40P01', '23505'])

/** Two at once both saw no row and both inserted one: the second try sees the first one's. */
function lostRace(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false
  return (
    RACE_CODES.has(error.code) ||
    error.code.startsWith('SQLITE_BUSY') ||
    error.code === 'SQLITE_CONSTRAINT_UNIQUE' ||
    error.code === 'SQLITE_CONSTRAINT_PRIMARYKEY'
  )
}

/** Throws DATABASE_BUSY after ten lost races, and whatever `work` throws. */
export async function runTransaction<T>({
  db,
  dialect,
  work,
}: {
  db: Kysely<Tables>
  dialect: Dialect
  work: (tx: Tx) => Promise<T>
}): Promise<T> {
  for (let tries = 1; ; tries++) {
    const committed: (() => void)[] = []
    try {
      const result = await db
        .transaction()
        .execute((trx) => work({ db: trx, dialect, afterCommit: (action) => void committed.push(action) }))
      for (const action of committed) action()
      return result
    } catch (error) {
      if (!lostRace(error)) throw error
      if (tries === MAX_TRIES)
        throw new TesheError('DATABASE_BUSY', [tries, messageOf(error)], { cause: error })
      await wait(FIRST_PAUSE_MS * 2 ** Math.min(tries, 6) * (0.5 + tries / (2 * MAX_TRIES)))
    }
  }
}
