/**
 * InfluxDB 1.x through the `influx` package, save for the lines themselves, which go out as they were built: the package
 * would make an object of every point first (docs/decisions/002-influx-lines.md). Its retries are off; ours are elsewhere.
 */
import { InfluxDB, type IResponse } from 'influx'
import { messageOf, TesheError } from '../errors.js'
import { seriesOf } from './influx-answer.js'
import type { InfluxConnection, InfluxSeries } from './influx-connection.js'
import { durationMs } from './influx-duration.js'
import { eraseByQuery } from './influx-erase.js'
import { createLinePoster } from './influx-http.js'

const QUERY_TIMEOUT_MS = 30_000

export interface Influx1Options {
  url: string
  version: string
  database: string
  username?: string | undefined
  password?: string | undefined
}

/** Makes sure that the database exists; throws `HISTORY_UNAVAILABLE` when the server cannot be asked. */
export async function openInflux1(options: Influx1Options): Promise<InfluxConnection> {
  const { url: address, version, database, username, password = '' } = options
  const url = new URL(address)
  const name = `InfluxDB ${version}`
  const never = { getDelay: () => 0, next: () => never, reset: () => never }
  const client = new InfluxDB({
    hosts: [
      {
        host: url.hostname.replace(/^\[|\]$/g, ''),
        port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
        protocol: url.protocol === 'https:' ? 'https' : 'http',
        path: url.pathname.replace(/\/$/, ''),
      },
    ],
    database,
    ...(username === undefined ? {} : { username, password }),
    pool: { maxRetries: 0, requestTimeout: QUERY_TIMEOUT_MS, backoff: never },
  })
  const basic = Buffer.from(`${username ?? ''}:${password}`).toString('base64')
  const poster = createLinePoster({
    name,
    url,
    path: `/write?${new URLSearchParams({ db: database })}`,
    headers: username === undefined ? {} : { authorization: `Basic ${basic}` },
  })

  async function query(influxQl: string): Promise<InfluxSeries[]> {
    let answer: IResponse
    try {
      answer = await client.queryRaw(influxQl, { precision: 'ms', method: 'POST' })
    } catch (error) {
      const code = isRefusal(error) ? 'HISTORY_QUERY_FAILED' : 'HISTORY_UNAVAILABLE'
      const values = isRefusal(error) ? [messageOf(error)] : [name, messageOf(error)]
      throw new TesheError(code, values, { cause: error })
    }
    return seriesOf(answer)
  }

  try {
    await ensureDatabase(client, database)
  } catch (error) {
    await poster.close()
    throw new TesheError('HISTORY_UNAVAILABLE', [name, messageOf(error)], { cause: error })
  }

  return {
    name,
    database,
    post: poster.post,
    query,
    erase: (piece) => eraseByQuery(query, piece),
    async retentionMs() {
      for (const policy of await client.showRetentionPolicies(database)) {
        if (policy.default) return durationMs(policy.duration)
      }
      return null
    },
    close: poster.close,
  }
}

/** The package's own class for answers from 300 to 499; its module is not open to imports. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'res' in error
}

async function ensureDatabase(client: InfluxDB, database: string): Promise<void> {
  try {
    await client.createDatabase(database)
  } catch (error) {
    // Who may write need not be who may create; then it has to be there already.
    const names = await client.getDatabaseNames().catch((): string[] => [])
    if (!names.includes(database)) throw error
  }
}
