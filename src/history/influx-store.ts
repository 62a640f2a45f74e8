/**
 * The history in an InfluxDB, any version. A block is sent in batches over two lanes; only when the server has confirmed
 * all of them the cursor moves, in our own file. A batch sent twice changes nothing there, so after any doubt the whole
 * block is simply sent again. Retrying is the business of whoever offers blocks.
 */
import { messageOf, TesheError } from '../errors.js'
import type { EventRow, HistoryBlock } from '../model/block.js'
import { advanceCursor, type Cursor, createCursor } from '../model/cursor.js'
import type { RetentionSettings } from '../model/retention.js'
import { createTurns } from '../runtime/turns.js'
import { type OwnedStore, SET_ASIDE_REASONS } from './history.js'
import { type InfluxConnection, type Precision, readFieldTypes } from './influx-connection.js'
import { erasePieces } from './influx-erase.js'
import { addEventLines } from './influx-events.js'
import { lateHours, touchedHours } from './influx-late.js'
import type { InfluxLedger } from './influx-ledger.js'
import { queryInfluxEvents, queryInfluxSeries } from './influx-query.js'
import { reachIn } from './influx-reach.js'
import { createRollupPace } from './influx-rollup.js'
import { maintainInflux } from './influx-upkeep.js'
import { createKeptWindows } from './kept-windows.js'
import { planLines } from './line-plan.js'
import { createLineBuffer, type LineBuffer } from './lines.js'
import type { TimeRange } from './rebuild.js'
import { createSetAside, type SetAside } from './set-aside.js'
import { createSignalTypes } from './signal-types.js'

const LANES = 2
const LINES_A_BATCH = 5000
/** Of devices that speak every second each batch then holds two points a series, of a busy hour's ten or more. */
const GATHER_MS = 2000
/** Most blocks hold few events. */
const EVENT_BYTES = 1 << 14
/** How often the database is asked how long it keeps points. */
const RETENTION_CHECK_MS = 3_600_000
const DAY_MS = 86_400_000
/** Points this close to the retention's edge would be past it before they arrive. */
const EDGE_MS = 60_000

/** After so many plans a refusal is no longer taken for news about types. */
const MOST_PLANS = 3

type Sent = 'written' | 'refused'

export function createInfluxStore({
  name,
  ledger,
  connect,
  now,
  retention: settings,
  pause,
}: {
  name: string
  ledger: InfluxLedger
  /** Finds the server and makes the database ready; throws `HISTORY_UNAVAILABLE`. Called again after it was lost. */
  connect: () => Promise<InfluxConnection>
  now: () => number
  retention: RetentionSettings
  /** Waits so many ms. */
  pause: (ms: number) => Promise<void>
}): OwnedStore {
  const cursor: Cursor = ledger.cursor()
  const counts = { ...ledger.counts() }
  const types = createSignalTypes(ledger.types())
  const buffers: LineBuffer[] = Array.from({ length: LANES }, () => createLineBuffer())
  let connecting: Promise<InfluxConnection> | null = null
  let retention: { ms: number | null; askedAt: number } = { ms: null, askedAt: Number.NEGATIVE_INFINITY }
  let label = name
  const kept = createKeptWindows(ledger.upkeep.windows())
  const pace = createRollupPace()
  /** Hours from before (ms) are made or being made: what comes to them is late. */
  let closedTo = ledger.upkeep.edge('rolled influx')
  /** Live data and a rebuild take turns. */
  const writing = createTurns()

  async function open(): Promise<InfluxConnection> {
    const connection = await connect()
    label = connection.name
    await learnFieldTypes(connection)
    return connection
  }

  async function current(): Promise<InfluxConnection> {
    connecting ??= open()
    try {
      return await connecting
    } catch (error) {
      connecting = null
      if (error instanceof TesheError) throw error
      throw new TesheError('HISTORY_UNAVAILABLE', [label, messageOf(error)], { cause: error })
    }
  }

  async function forget(connection: InfluxConnection): Promise<void> {
    connecting = null
    await connection.close()
  }

  /** True when the server holds a field with another type than we thought. */
  async function learnFieldTypes(connection: InfluxConnection): Promise<boolean> {
    try {
      return types.heed(await readFieldTypes(connection))
    } catch (error) {
      // A server that takes lines but cannot list its fields leaves our own table as the only word.
      if (error instanceof TesheError && error.code === 'HISTORY_QUERY_FAILED') return false
      throw error
    }
  }

  async function oldestTaken(connection: InfluxConnection): Promise<number> {
    const at = now()
    if (at - retention.askedAt > RETENTION_CHECK_MS) {
      retention = { ms: await connection.retentionMs(), askedAt: at }
    }
    return retention.ms === null ? Number.NEGATIVE_INFINITY : at - retention.ms + EDGE_MS
  }

  /** Sends the rows of a block beyond `after`. `refused` when the server's types differ from ours and were learnt: plan again. */
  async function send(
    connection: InfluxConnection,
    block: HistoryBlock,
    after: Cursor,
    aside: SetAside,
    last: boolean,
  ): Promise<Sent> {
    const oldest = await oldestTaken(connection)
    const lanes = planLines({ block, cursor: after, types, oldest, lanes: LANES, aside })
    const outcomes = await Promise.allSettled(
      lanes.map(async (lane, i): Promise<Sent> => {
        const buffer = buffers[i] ?? createLineBuffer()
        for (buffer.clear(); lane.fill(buffer, LINES_A_BATCH); buffer.clear()) {
          const outcome = await connection.post(buffer.bytes(0, buffer.lines()))
          if (outcome === 'written') continue
          if (!last && (await learnFieldTypes(connection))) return 'refused'
          await bisect(connection, buffer, 0, buffer.lines(), outcome.refused, aside)
        }
        return 'written'
      }),
    )
    let sent: Sent = 'written'
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') throw outcome.reason
      if (outcome.value === 'refused') sent = 'refused'
    }
    if (sent === 'written') await sendEvents(connection, block.events, { cursor: after, oldest, aside })
    return sent
  }

  async function sendEvents(
    connection: InfluxConnection,
    events: readonly EventRow[],
    limits: { cursor: Cursor; oldest: number; aside: SetAside },
  ): Promise<void> {
    const buffer = createLineBuffer(EVENT_BYTES)
    addEventLines(buffer, events, limits)
    for (let from = 0; from < buffer.lines(); from += LINES_A_BATCH) {
      const to = Math.min(buffer.lines(), from + LINES_A_BATCH)
      const outcome = await connection.post(buffer.bytes(from, to), 'ns')
      if (outcome === 'written') continue
      await bisect(connection, buffer, from, to, outcome.refused, limits.aside, 'ns')
    }
  }

  /** Halves a refused batch until the lines that cannot be stored stand alone; they are set aside, the rest is stored. */
  async function bisect(
    connection: InfluxConnection,
    buffer: LineBuffer,
    from: number,
    to: number,
    refused: string,
    aside: SetAside,
    precision: Precision = 'ms',
  ): Promise<void> {
    if (to - from <= 1) {
      const line = Buffer.from(buffer.bytes(from, to)).toString().trimEnd()
      const place = { kind: '', equipment: '', ts: now(), shard: 0, position: 0 }
      aside.add({ reason: 'refused', ...place, name: refused.slice(0, 500), value: line.slice(0, 2000) })
      return
    }
    const middle = Math.floor((from + to) / 2)
    for (const [start, end] of [
      [from, middle],
      [middle, to],
    ] as const) {
      const outcome = await connection.post(buffer.bytes(start, end), precision)
      if (outcome === 'written') continue
      await bisect(connection, buffer, start, end, outcome.refused, aside, precision)
    }
  }

  /** Sends a block until the server has all of it that it takes. One at a time: the buffers are shared. */
  async function deliver(block: HistoryBlock, after: Cursor): Promise<SetAside> {
    const connection = await current()
    let aside = createSetAside()
    try {
      let sent: Sent = 'refused'
      for (let plan = 1; sent === 'refused'; plan++) {
        aside = createSetAside()
        sent = await send(connection, block, after, aside, plan === MOST_PLANS)
      }
    } catch (error) {
      await forget(connection)
      if (error instanceof TesheError) throw error
      throw new TesheError('HISTORY_UNAVAILABLE', [label, messageOf(error)], { cause: error })
    }
    return aside
  }

  /** Between its pieces live data is written. Returns why the server refuses, or `null`. */
  async function erase(equipment: readonly string[], range: TimeRange): Promise<string | null> {
    for (const piece of erasePieces(equipment, range)) {
      try {
        await writing(async () => await (await current()).erase(piece))
      } catch (error) {
        if (error instanceof TesheError && error.code === 'HISTORY_QUERY_FAILED') return error.message
        throw error
      }
    }
    return null
  }

  function unavailable(error: unknown): never {
    if (error instanceof TesheError) throw error
    throw new TesheError('HISTORY_UNAVAILABLE', [label, messageOf(error)], { cause: error })
  }

  async function query<T>(ask: (connection: InfluxConnection) => Promise<T>): Promise<T> {
    const connection = await current()
    try {
      return await ask(connection)
    } catch (error) {
      if (error instanceof TesheError) throw error
      throw new TesheError('HISTORY_QUERY_FAILED', [messageOf(error)], { cause: error })
    }
  }

  return {
    get name() {
      return label
    },
    gatherMs: GATHER_MS,
    cursor: () => createCursor(cursor),
    write: (block) =>
      writing(async () => {
        const aside = await deliver(block, cursor)
        const late = lateHours(block, closedTo)
        ledger.commit({ shards: block.shards, to: block.to, types: types.takeNew(), aside, late })
        const moved = createCursor()
        for (const shard of block.shards) moved[shard] = block.to[shard] ?? 0
        advanceCursor(cursor, moved)
        const added = aside.counts()
        for (const reason of SET_ASIDE_REASONS) counts[reason] += added[reason]
      }),
    rebuilding: {
      unfinished: ledger.rebuild.unfinished,
      async begin(plan, equipment, readThrough) {
        if (ledger.rebuild.isErased()) return null
        await readThrough()
        // What the server would not take again must not go: minutes and hours are all that is left of it.
        const from = Math.max(plan.eraseFrom, (await current().then(oldestTaken).catch(unavailable)) + DAY_MS)
        const range = { from, to: Math.min(plan.to, now() + DAY_MS) }
        ledger.rebuild.begin(plan)
        ledger.upkeep.addLate(touchedHours(range, closedTo))
        const why = await erase(equipment, range)
        // What is gone must be written again, also where the rest could not be erased.
        ledger.rebuild.erased()
        return why
      },
      replace: (block, plan) =>
        writing(async () => {
          const aside = await deliver(block, createCursor())
          ledger.upkeep.addLate(lateHours(block, closedTo))
          advanceCursor(plan.at, block.to)
          ledger.rebuild.move(plan.at)
          return aside.counts()
        }),
      finish: ledger.rebuild.finish,
    },
    copy: null,
    series: (range) =>
      query((connection) => {
        const reachOf = reachIn(ledger.upkeep, connection, range.equipment, kept)
        return queryInfluxSeries({ connection, query: range, types, reachOf })
      }),
    events: (equipment, from, to, limit) =>
      query((connection) =>
        queryInfluxEvents(connection, { equipment, from, to, limit, kept: closedTo !== null }),
      ),
    setAside: () => ({ ...counts }),
    keep(windows) {
      const news = kept.news(windows)
      ledger.upkeep.putWindows(news)
      kept.put(news)
      return Promise.resolve()
    },
    maintain: (work) =>
      query(async (connection) => {
        if (connection.database === null) return
        await learnFieldTypes(connection)
        await maintainInflux(
          {
            connection,
            ledger: ledger.upkeep,
            types,
            retention: settings,
            pace,
            clock: now,
            pause,
            onClosing(to) {
              closedTo = Math.max(closedTo ?? to, to)
            },
          },
          work,
        )
      }),
    async close() {
      const connection = await connecting?.catch(() => null)
      connecting = null
      await connection?.close()
      ledger.close()
    },
  }
}
