/**
 * A table of text turned into Parquet by a DuckDB of its own in memory: no file of the history is opened here, so it may
 * run in any thread. Rows stream through it; what it holds at once is bounded.
 */
import { DuckDBInstance } from '@duckdb/node-api'
import { messageOf, TesheError } from '../errors.js'
import { literal, quote } from './duckdb-sql.js'

export interface ParquetColumn {
  name: string
  type: 'DOUBLE' | 'BOOLEAN' | 'VARCHAR'
}

/**
 * `csvFile` has a header, first a column of ms since 1970, then `columns`; an empty field without quotes is missing.
 * Throws `HISTORY_QUERY_FAILED`.
 */
export async function writeParquet({
  csvFile,
  parquetFile,
  columns,
}: {
  csvFile: string
  parquetFile: string
  columns: readonly ParquetColumn[]
}): Promise<void> {
  const types = [['ms', 'BIGINT'], ...columns.map(({ type }, i) => [`c${i}`, type])]
  const names = columns.map(({ name }, i) => `c${i} AS ${quote(name)}`)
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: '256MB',
    threads: '1',
    // Nothing is fetched or loaded at run time.
    autoinstall_known_extensions: 'false',
  })
  try {
    const connection = await instance.connect()
    try {
      await connection.run('SET preserve_insertion_order = true')
      await connection.run(
        `COPY (
           SELECT ${['make_timestamptz(ms * 1000) AS "time"', ...names].join(', ')}
           FROM read_csv(${literal(csvFile)}, auto_detect = false, header = true, delim = ',', quote = '"',
             escape = '"', new_line = '\\n', nullstr = '', allow_quoted_nulls = false, parallel = false,
             columns = {${types.map(([name, type]) => `'${name}': '${type}'`).join(', ')}})
         ) TO ${literal(parquetFile)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 50000)`,
      )
    } finally {
      connection.closeSync()
    }
  } catch (error) {
    throw new TesheError('HISTORY_QUERY_FAILED', [messageOf(error)], { cause: error })
  } finally {
    instance.closeSync()
  }
}
