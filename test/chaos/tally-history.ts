/** The same sets as the history has them: row by row as they lie in the embedded file, point by point in InfluxDB. */
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { DuckDBInstance } from '@duckdb/node-api'
import type { SeqReport } from '../load/messages.js'
import { createSeqRows, type Tally } from './tally.js'

/** The embedded history of a service that has ended; nothing is merged by the query. */
export async function tallyEmbedded(dir: string, report: SeqReport): Promise<Tally> {
  const instance = await DuckDBInstance.create(join(dir, 'history', 'history.duckdb'), {
    access_mode: 'READ_ONLY',
  })
  const connection = await instance.connect()
  const tables = await connection.runAndReadAll(
    "select table_name from information_schema.columns where column_name = 'number' and table_name like 'extra%'",
  )
  const rows = createSeqRows()
  for (const [table] of tables.getRows()) {
    const result = await connection.runAndReadAll(
      `select n.name, r.number, count(*) from ${String(table)} r join equipment_name n on n.id = r.equipment
       where r.name = 'seq' group by all`,
    )
    for (const [id, seq, count] of result.getRows()) rows.add(String(id), Number(seq), Number(count))
  }
  connection.closeSync()
  instance.closeSync()
  return rows.compare(report)
}

/** What one line of a chunked answer of InfluxDB 1 holds. */
interface Chunk {
  results: { series?: { tags: { equipment: string }; values: [number, number][] }[]; error?: string }[]
}

/** InfluxDB 1, asked itself. */
export async function tallyInflux(url: string, database: string, report: SeqReport): Promise<Tally> {
  const q = 'select seq from elevator group by equipment'
  const parameters = new URLSearchParams({ db: database, epoch: 'ms', chunked: 'true', q })
  const answer = await fetch(`${url}/query?${parameters}`)
  const rows = createSeqRows()
  const body = answer.body ? Readable.fromWeb(answer.body) : Readable.from([])
  for await (const line of createInterface({ input: body })) {
    for (const { series = [], error } of (JSON.parse(line) as Chunk).results) {
      if (error) throw new Error(`InfluxDB: ${error}`)
      for (const { tags, values } of series) for (const [, seq] of values) rows.add(tags.equipment, seq, 1)
    }
  }
  return rows.compare(report)
}
