/** Every suite that stores something runs on both databases: a SQLite file and a real PostgreSQL. */
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import {
  type Database,
  type DatabaseAddress,
  type Dialect,
  openDatabase,
} from '../../src/database/database.js'
import { leftOut } from './installed.js'
import { type PostgresServer, startPostgres } from './postgres.js'
import { tempDir } from './temp-dir.js'

export interface Databases {
  dialect: Dialect
  /** Where a new empty database is; open it as often as you like. */
  address(): Promise<DatabaseAddress>
  /** Opens a new empty database, closed after the test. */
  open(): Promise<Database>
  /** Opens one more connection to an address, closed after the test. */
  openAt(address: DatabaseAddress): Promise<Database>
}

/** Runs `suite` once for each dialect that is installed. */
export function onEachDatabase(name: string, suite: (databases: Databases) => void): void {
  for (const dialect of ['sqlite', 'postgres'] as const) {
    const skip = dialect === 'postgres' && leftOut(`${name} on PostgreSQL`, 'postgres')
    describe.skipIf(skip)(`${name} on ${dialect}`, () => {
      let server: PostgresServer | null = null
      const open: Database[] = []
      if (dialect === 'postgres') {
        beforeAll(async () => {
          server = await startPostgres()
        })
        afterAll(() => server?.close())
      }
      afterEach(async () => {
        for (let database = open.pop(); database; database = open.pop()) await database.close()
      })
      const address = async (): Promise<DatabaseAddress> =>
        server ? { url: await server.newDatabase() } : { file: join(tempDir('database'), 'teshe.sqlite') }
      const openAt = async (at: DatabaseAddress): Promise<Database> => {
        const database = await openDatabase(at)
        open.push(database)
        return database
      }
      suite({ dialect, address, openAt, open: async () => openAt(await address()) })
    })
  }
}
