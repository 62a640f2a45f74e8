/**
 * The history of an equipment as a file to take along. Read and sent in pieces, so that a year costs time and not memory;
 * a client that goes away ends it. Who exported what is in the audit before the first byte leaves.
 */
import { createReadStream, createWriteStream, mkdirSync, rmSync, statfsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Static } from 'typebox'
import { TesheError } from '../errors.js'
import type { RangeQuery } from '../history/history.js'
import { type ParquetColumn, writeParquet } from '../history/parquet.js'
import type { SignalValue } from '../model/reading.js'
import type { Audit } from '../registry/audit.js'
import type { EquipmentBook } from '../registry/equipment.js'
import type { HistoryExportQuery } from './equipment-schemas.js'
import { type HistoryReader, historyRangeOf, signalsAsked } from './history.js'
import { BOM, type CsvShape, columnNames, csvHead, csvLines } from './history-csv.js'
import { type HistoryRow, historyRows } from './history-rows.js'
import type { Call } from './route.js'
import type { EquipmentParams } from './schemas.js'
import { iso } from './times.js'

/** Each reads the store as fast as it can; more would only slow what people look at. */
const AT_ONCE = 2
const RETRY_S = 10
/** What a Parquet export may put on the disk on its way, as text; the journal lies on the same one. */
const MOST_BYTES = 512 * 1024 ** 2
/** Room that has to be there for it: the text, the Parquet file beside it, and as much again for everybody else. */
const ROOM_BYTES = 4 * MOST_BYTES

export interface ExportOptions {
  equipment: Pick<EquipmentBook, 'get'>
  history: HistoryReader
  audit: Pick<Audit, 'record'>
  /** Where Parquet files are made; what a service that was killed left there goes. */
  dir: string
  /** ms since 1970. */
  now: () => number
}

export function createExportHandlers({ equipment, history, audit, dir, now }: ExportOptions) {
  let running = 0
  let packing = false
  rmSync(dir, { recursive: true, force: true })

  return {
    async exportHistory({
      params,
      query,
      viewer,
      request,
      reply,
    }: Call<Static<typeof EquipmentParams>, Static<typeof HistoryExportQuery>>): Promise<Readable> {
      const { id, kind } = await equipment.get(params.id, viewer)
      const range = historyRangeOf(query, now())
      const points = query.resolution ?? query.points ?? 'raw'
      const asked: RangeQuery = {
        kind,
        equipment: id,
        signals: signalsAsked(kind, query.signals),
        ...range,
        points,
      }
      const format = query.format ?? 'csv'
      const parquet = format === 'parquet'
      if (running >= AT_ONCE || (parquet && packing)) throw new TesheError('REQUESTS_TOO_MANY', [RETRY_S])
      if (parquet) checkRoom(dir)
      running++
      if (parquet) packing = true
      let ended = false
      const end = () => {
        if (ended) return
        ended = true
        running--
        if (parquet) packing = false
      }
      try {
        await audit.record({
          actor: viewer.userId,
          actorName: viewer.username,
          action: 'history.export',
          subject: id,
          address: request.ip,
          detail: { signals: asked.signals, from: iso(range.from), to: iso(range.to), format, points },
        })
        const gone = new AbortController()
        reply.raw.once('close', () => gone.abort())
        const rows = historyRows(history, asked)
        const shape = { signals: asked.signals, bounds: points !== 'raw' }
        const body =
          format === 'csv'
            ? Readable.from(csvOf(rows, { ...shape, forPeople: true }))
            : await parquetOf(dir, rows, shape, gone.signal)
        body.once('close', end)
        const day = (ms: number) => iso(ms).slice(0, 10)
        const name = `${id.replaceAll(/[^\w.-]/g, '_')}_${day(range.from)}_${day(range.to)}.${format}`
        reply.type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/vnd.apache.parquet')
        reply.header('content-disposition', `attachment; filename="${name}"`)
        reply.header('cache-control', 'no-store')
        return body
      } catch (error) {
        end()
        throw error
      }
    },
  }
}

async function* csvOf(pieces: AsyncIterable<HistoryRow[]>, shape: CsvShape): AsyncGenerator<string> {
  yield (shape.forPeople ? BOM : '') + csvHead(shape)
  for await (const rows of pieces) if (rows.length > 0) yield csvLines(rows, shape)
}

/** Throws EXPORT_NO_ROOM. */
function checkRoom(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const { bavail, bsize } = statfsSync(dir)
  if (bavail * bsize >= ROOM_BYTES) return
  const [needed, free] = [ROOM_BYTES, bavail * bsize].map((bytes) => Math.round(bytes / 1e6))
  throw new TesheError('EXPORT_NO_ROOM', [needed ?? 0, free ?? 0])
}

/** By way of two files beside each other, which go when the reply has left or failed. */
async function parquetOf(
  parent: string,
  pieces: AsyncIterable<HistoryRow[]>,
  shape: Pick<CsvShape, 'signals' | 'bounds'>,
  signal: AbortSignal,
): Promise<Readable> {
  const dir = await mkdtemp(join(parent, 'parquet-'))
  const remove = () => rm(dir, { recursive: true, force: true })
  try {
    const csvFile = join(dir, 'rows.csv')
    const parquetFile = join(dir, 'rows.parquet')
    const text = new Set<string>()
    const flags = new Set<string>()
    const watched = watchTypes(pieces, shape.signals, (name, value) => {
      if (typeof value === 'string') text.add(name)
      else if (typeof value === 'boolean') flags.add(name)
    })
    const csv = csvOf(watched, { ...shape, forPeople: false })
    await pipeline(Readable.from(bounded(csv)), createWriteStream(csvFile), { signal })
    const typeOf = (column: string): ParquetColumn['type'] =>
      text.has(column) ? 'VARCHAR' : flags.has(column) ? 'BOOLEAN' : 'DOUBLE'
    const columns = columnNames(shape)
      .slice(1)
      .map((name) => ({ name, type: typeOf(name) }))
    await writeParquet({ csvFile, parquetFile, columns })
    await rm(csvFile)
    const file = createReadStream(parquetFile)
    file.once('close', () => void remove())
    return file
  } catch (error) {
    await remove()
    throw error
  }
}

async function* watchTypes(
  pieces: AsyncIterable<HistoryRow[]>,
  signals: readonly string[],
  see: (signal: string, value: SignalValue) => void,
): AsyncGenerator<HistoryRow[]> {
  for await (const rows of pieces) {
    for (const { points } of rows) {
      for (const [i, point] of points.entries()) if (point) see(signals[i] ?? '', point[1])
    }
    yield rows
  }
}

async function* bounded(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += Buffer.byteLength(chunk)
    if (bytes > MOST_BYTES) {
      const message = 'holds too many values for one file; narrow from, to or signals, or ask for CSV'
      throw new TesheError('REQUEST_INVALID', [`the range ${message}`], {
        fields: [{ field: 'to', message }],
      })
    }
    yield chunk
  }
}
