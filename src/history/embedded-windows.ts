/** Windows around incidents in the embedded history. */
import type { DuckDBConnection } from '@duckdb/node-api'
import type { KeptWindow } from '../model/retention.js'
import { inTransaction, literal, rowsOf } from './duckdb-sql.js'

const WINDOWS_A_STATEMENT = 500

export async function readWindows(connection: DuckDBConnection): Promise<KeptWindow[]> {
  const windows = new Map<
    string,
    { incident: string; equipment: string; spans: { from: number; to: number }[] }
  >()
  const rows = await rowsOf(
    connection,
    `SELECT incident, equipment, "from"::DOUBLE, "to"::DOUBLE FROM kept_window ORDER BY incident, "from"`,
  )
  for (const [id, equipment, from, to] of rows) {
    const incident = String(id)
    const window = windows.get(incident) ?? { incident, equipment: String(equipment), spans: [] }
    window.spans.push({ from: Number(from), to: Number(to) })
    windows.set(incident, window)
  }
  return [...windows.values()]
}

/** Replaces what was kept of these incidents, in one transaction. */
export async function writeWindows(
  connection: DuckDBConnection,
  windows: readonly KeptWindow[],
): Promise<void> {
  await inTransaction(connection, async () => {
    for (let start = 0; start < windows.length; start += WINDOWS_A_STATEMENT) {
      const some = windows.slice(start, start + WINDOWS_A_STATEMENT)
      const ids = some.map(({ incident }) => literal(incident)).join(', ')
      await connection.run(`DELETE FROM kept_window WHERE incident IN (${ids})`)
      const rows = some.flatMap(({ incident, equipment, spans }) =>
        spans.map(({ from, to }) => `(${literal(incident)}, ${literal(equipment)}, ${from}, ${to})`),
      )
      if (rows.length > 0) await connection.run(`INSERT INTO kept_window VALUES ${rows.join(', ')}`)
    }
  })
}
