/** One alarm, one finding, one incident, one order: counted in the database, SQLite or PostgreSQL. */
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import pg from 'pg'

export interface RescueTally {
  alarms: number
  findings: number
  incidents: number
  assignments: number
  notices: number
  /** More than one for a lift, or none. */
  doubled: number
  missing: number
}

type Rows = unknown[][]

const ORDERS =
  'select i.equipment_id, count(*) from assignment a join incident i on i.id = a.incident_id where a.level = 1 group by 1'
const COUNTS = [
  "select equipment_id, count(*) from finding where pattern = 'L-TRAP-3' group by 1",
  // So many at once are an area event too, which is of no lift.
  'select equipment_id, count(*) from incident where equipment_id is not null group by 1',
  ORDERS,
]

/**
 * `database` is a URL, or the data directory of a service on SQLite. `ordered` false: some alarms wait for a dispatcher to
 * send somebody, so an order may be missing, and only that.
 */
export async function tallyRescues(
  database: string,
  alarms: readonly string[],
  { ordered = true }: { ordered?: boolean } = {},
): Promise<RescueTally> {
  const { query, close } = database.startsWith('postgres')
    ? await openPostgres(database)
    : openFile(join(database, 'teshe.sqlite'))
  const totals: number[] = []
  let doubled = 0
  let missing = 0
  for (const sql of COUNTS) {
    const countById = new Map((await query(sql)).map(([id, count]) => [String(id), Number(count)]))
    let total = 0
    for (const count of countById.values()) {
      total += count
      doubled += count - 1
    }
    totals.push(total)
    if (ordered || sql !== ORDERS) missing += alarms.filter((id) => !countById.has(id)).length
  }
  const [[notices] = []] = await query('select count(*) from notice')
  await close()
  const [findings = 0, incidents = 0, assignments = 0] = totals
  return {
    alarms: alarms.length,
    findings,
    incidents,
    assignments,
    notices: Number(notices),
    doubled,
    missing,
  }
}

interface Asked {
  query(sql: string): Rows | Promise<Rows>
  close(): void | Promise<void>
}

function openFile(file: string): Asked {
  const db = new Sqlite(file, { readonly: true })
  return { query: (sql) => db.prepare(sql).raw().all() as Rows, close: () => void db.close() }
}

async function openPostgres(connectionString: string): Promise<Asked> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  return {
    query: async (text) => (await client.query({ text, rowMode: 'array' })).rows as Rows,
    close: () => client.end(),
  }
}
