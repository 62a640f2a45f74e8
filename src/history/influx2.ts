/**
 * InfluxDB 2.x and 3 through `@influxdata/influxdb-client`: lines by its write API with the retries off, a whole batch as
 * one record; reading by the InfluxQL end point that both have. 3 has to be given its database in place of the bucket.
 */
import { InfluxDB, setLogger } from '@influxdata/influxdb-client'
import { messageOf, TesheError } from '../errors.js'
import { seriesOf } from './influx-answer.js'
import type { InfluxConnection, InfluxSeries, PostOutcome, Precision } from './influx-connection.js'
import { type ErasePiece, erasePredicates } from './influx-erase.js'

const TIMEOUT_MS = 30_000
const REFUSALS = new Set([400, 413, 422])

export interface Influx2Options {
  url: string
  version: string
  bucket: string
  org: string
  token?: string | undefined
}

/** Opens nothing: the bucket must exist, and the first write finds out. */
export function openInflux2({ url, version, bucket, org, token }: Influx2Options): InfluxConnection {
  const name = `InfluxDB ${version}`
  // The client prints what it also rejects with.
  setLogger({ error: () => undefined, warn: () => undefined })
  const client = new InfluxDB({
    url,
    timeout: TIMEOUT_MS,
    ...(token === undefined ? {} : { token }),
  })

  async function post(lines: Uint8Array, precision: Precision = 'ms'): Promise<PostOutcome> {
    let failed: unknown = null
    const writer = client.getWriteApi(org, bucket, precision, {
      batchSize: 2,
      maxBatchBytes: lines.length * 2 + 1024,
      flushInterval: 0,
      maxRetries: 0,
      maxBufferLines: 0,
      gzipThreshold: Number.MAX_SAFE_INTEGER,
      writeFailed(error) {
        failed = error
        return Promise.resolve()
      },
    })
    const body = Buffer.from(lines.buffer, lines.byteOffset, Math.max(0, lines.byteLength - 1))
    writer.writeRecord(body.toString('utf8'))
    await writer.close()
    if (failed === null) return 'written'
    if (REFUSALS.has(statusOf(failed))) return { refused: messageOf(failed) }
    throw new TesheError('HISTORY_UNAVAILABLE', [name, messageOf(failed)], { cause: failed })
  }

  async function query(influxQl: string): Promise<InfluxSeries[]> {
    const parameters = new URLSearchParams({ db: bucket, epoch: 'ms', q: influxQl })
    let answer: unknown
    try {
      answer = await client.transport.request(`/query?${parameters}`, undefined, {
        method: 'GET',
        headers: { accept: 'application/json' },
      })
    } catch (error) {
      const refused = REFUSALS.has(statusOf(error))
      if (refused) throw new TesheError('HISTORY_QUERY_FAILED', [messageOf(error)], { cause: error })
      throw new TesheError('HISTORY_UNAVAILABLE', [name, messageOf(error)], { cause: error })
    }
    return seriesOf(typeof answer === 'object' && answer !== null ? answer : {})
  }

  async function erase(piece: ErasePiece): Promise<void> {
    const [start, stop] = [piece.from, piece.to].map((ms) => new Date(ms).toISOString())
    for (const predicate of erasePredicates(piece)) {
      try {
        await client.transport.request(
          `/api/v2/delete?${new URLSearchParams({ org, bucket })}`,
          { start, stop, predicate },
          { method: 'POST', headers: { 'content-type': 'application/json' } },
        )
      } catch (error) {
        const status = statusOf(error)
        // Not there, or not allowed to this token: asking again changes nothing.
        if (status >= 400 && status < 500) throw new TesheError('HISTORY_QUERY_FAILED', [messageOf(error)])
        throw new TesheError('HISTORY_UNAVAILABLE', [name, messageOf(error)], { cause: error })
      }
    }
  }

  return {
    name,
    database: null,
    post,
    query,
    erase,
    // A bucket's retention needs rights that a writer's token does not have; a late point is found by bisection.
    retentionMs: () => Promise.resolve(null),
    close: () => Promise.resolve(),
  }
}

function statusOf(error: unknown): number {
  return error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 0
}
