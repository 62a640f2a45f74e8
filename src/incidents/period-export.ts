/** The records of all incidents of a period as one file (format: `record/period-file.ts`), read and written one at a time. */
import { TesheError } from '../errors.js'
import type { Signer } from '../record/checkpoint.js'
import { writePeriod } from '../record/period-file.js'
import { incidentsFor, type Look } from './queries.js'
import { exportRecord } from './record-export.js'

/** More are a matter of several files: the last line holds a hash of each. */
export const MOST_INCIDENTS = 100_000

export interface Period {
  /** ms since 1970 of `openedAt`, both ends included. */
  from: number
  to: number
}

export interface PeriodExport {
  incidents: number
  /** Each is a file of its own; a reader that stops early stops the reading. */
  file: AsyncGenerator<string>
}

/** Everything must be sealed before. Throws REQUEST_INVALID when there are too many. */
export async function exportPeriod(
  look: Look,
  {
    from,
    to,
    signer,
    taken,
  }: Period & { signer: Signer /** Called before the record of an incident leaves. */; taken: Taken },
): Promise<PeriodExport> {
  const { db, viewer, now } = look
  const rows = await incidentsFor(look)
    .clearSelect()
    .select('incident.id')
    .where('incident.opened_at', '>=', from)
    .where('incident.opened_at', '<=', to)
    .orderBy('incident.opened_at')
    .orderBy('incident.id')
    .limit(MOST_INCIDENTS + 1)
    .execute()
  if (rows.length > MOST_INCIDENTS) {
    const message = `must end sooner: there are more than ${MOST_INCIDENTS} incidents`
    throw new TesheError('REQUEST_INVALID', [`to ${message}`], { fields: [{ field: 'to', message }] })
  }
  const latest = await db
    .selectFrom('checkpoint')
    .select(['counter', 'hash'])
    .orderBy('counter', 'desc')
    .limit(1)
    .executeTakeFirst()
  const by = viewer.username
  async function* records(): AsyncGenerator<string> {
    for (const { id } of rows) {
      const record = await exportRecord(db, { incidentId: id, by, now, signer })
      await taken(id)
      yield record
    }
  }
  const head = { from, to, exported_at: now, exported_by: by, incidents: rows.length, latest: latest ?? null }
  return { incidents: rows.length, file: writePeriod({ head, records: records(), signer }) }
}

export type Taken = (incidentId: string) => Promise<void>
