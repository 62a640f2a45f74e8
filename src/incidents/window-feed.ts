/**
 * Tells the history which minutes around incidents it keeps every value of. The truth is the incident table: at the start
 * all of it is told, afterwards each change, and telling twice changes nothing. Until all was told once the history drops
 * nothing, so a database that is away delays dropping and loses no window.
 */
import type { Selectable } from 'kysely'
import type { Database } from '../database/database.js'
import type { IncidentTable } from '../database/tables.js'
import { messageOf } from '../errors.js'
import { type KeptWindow, keptSpans } from '../model/retention.js'
import type { Bus } from '../runtime/bus.js'
import type { Logger } from '../runtime/log.js'
import type { Sleep } from '../runtime/sleep.js'

const PAGE = 500
const RETRY_MS = 5_000
const COLUMNS = [
  'id',
  'equipment_id',
  'opened_at',
  'reported_at',
  'released_at',
  'resolved_at',
  'closed_at',
] as const

export interface WindowFeed {
  close(): Promise<void>
}

export interface WindowFeedOptions {
  database: Database
  bus: Bus
  /** Replaces what was said of the same incidents. */
  keep: (windows: readonly KeptWindow[]) => Promise<void>
  /** Called once, when all windows were told. */
  onKnown: () => void
  log: Logger
  /** ms since 1970. */
  now: () => number
  sleep: Sleep
}

export function startWindowFeed({
  database,
  bus,
  keep,
  onKnown,
  log,
  now,
  sleep,
}: WindowFeedOptions): WindowFeed {
  const closing = new AbortController()
  const changed = new Set<string>()
  /** The last id of the table that was told; `null` when all were. */
  let after: string | null = ''
  let wake: () => void = () => undefined
  const unsubscribe = bus.subscribe('incident', ({ id }) => {
    changed.add(id)
    wake()
  })

  async function tellAll(): Promise<void> {
    while (after !== null && !closing.signal.aborted) {
      const rows = await database.db
        .selectFrom('incident')
        .select(COLUMNS)
        .where('id', '>', after)
        .orderBy('id')
        .limit(PAGE)
        .execute()
      await keep(rows.flatMap(windowOf))
      after = rows.at(-1)?.id ?? null
      if (after === null) onKnown()
    }
  }

  async function tellChanged(): Promise<void> {
    while (changed.size > 0 && !closing.signal.aborted) {
      const ids = [...changed].slice(0, PAGE)
      for (const id of ids) changed.delete(id)
      try {
        const rows = await database.db.selectFrom('incident').select(COLUMNS).where('id', 'in', ids).execute()
        await keep(rows.flatMap(windowOf))
      } catch (error) {
        for (const id of ids) changed.add(id)
        throw error
      }
    }
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        await tellAll()
        await tellChanged()
      } catch (error) {
        if (closing.signal.aborted) return
        log.warn({ error: messageOf(error) }, 'windows around incidents wait to be told to the history')
        await sleep(now() + RETRY_MS, closing.signal)
        continue
      }
      if (changed.size > 0 || closing.signal.aborted) continue
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }

  const running = run()
  return {
    async close() {
      unsubscribe()
      closing.abort()
      wake()
      await running
    },
  }
}

/** An incident without equipment has no values to keep. */
function windowOf(row: Pick<Selectable<IncidentTable>, (typeof COLUMNS)[number]>): KeptWindow[] {
  if (row.equipment_id === null) return []
  const opened = Math.min(Number(row.opened_at), Number(row.reported_at))
  const ended = row.released_at ?? row.resolved_at ?? row.closed_at
  const spans = keptSpans(opened, ended === null ? null : Number(ended))
  return [{ incident: row.id, equipment: row.equipment_id, spans }]
}
