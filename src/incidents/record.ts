/** The record as the service offers it: sealing as it goes, and an incident's record as a file that anybody can check. */
import type { KeyObject } from 'node:crypto'
import type { Viewer } from '../model/viewer.js'
import { createSigner, pemOf } from '../record/checkpoint.js'
import { anchoragesOf } from './anchorage.js'
import { exportPeriod, type Period, type PeriodExport, type Taken } from './period-export.js'
import { readIncident, requireVisible } from './queries.js'
import { checkRecord, type RecordCheck, type RecordCheckQuery } from './record-check.js'
import { exportRecord } from './record-export.js'
import { type Sealer, type SealerOptions, startSealer } from './sealer.js'

export interface IncidentRecord {
  /** Everything entered so far, sealed, as the lines of a file. Throws INCIDENT_UNKNOWN to whoever may not see it. */
  export(incidentId: string, by: Viewer): Promise<{ number: string; text: string }>
  /** The records of all incidents of the period that the viewer may see, as a file in pieces. */
  exportPeriod(period: Period & { taken: Taken }, by: Viewer): Promise<PeriodExport>
  /** One page of a check of what is stored. Throws INCIDENT_UNKNOWN, CURSOR_INVALID. */
  check(query: RecordCheckQuery, by: Viewer): Promise<RecordCheck>
  /** Public keys that sign it. */
  keys(): { id: string; pem: string }[]
  figures: Sealer['figures']
  close(): Promise<void>
}

export interface RecordOptions extends Omit<SealerOptions, 'signer' | 'anchorages' | 'anchorEveryMs'> {
  /** The private key of the record. */
  key: KeyObject
  /** Where anchors go, and how often. */
  anchorFile: string | null
  anchorUrl: string | null
  anchorMinutes: number
}

const MINUTE_MS = 60_000

export function startRecord({ key, ...options }: RecordOptions): IncidentRecord {
  const { database, now, anchorFile, anchorUrl, anchorMinutes } = options
  const signer = createSigner(key)
  const anchorages = anchoragesOf({ file: anchorFile, url: anchorUrl }, fetch)
  const sealer = startSealer({ ...options, signer, anchorages, anchorEveryMs: anchorMinutes * MINUTE_MS })
  return {
    async export(incidentId, viewer) {
      const { number } = await readIncident({ db: database.db, viewer, now: now() }, incidentId)
      await sealer.seal()
      const text = await exportRecord(database.db, { incidentId, by: viewer.username, now: now(), signer })
      return { number: String(number), text }
    },
    async exportPeriod({ from, to, taken }, viewer) {
      await sealer.seal()
      return await exportPeriod({ db: database.db, viewer, now: now() }, { from, to, signer, taken })
    },
    async check(query, viewer) {
      if (query.incidentId !== undefined)
        await requireVisible({ db: database.db, viewer, now: now() }, query.incidentId)
      return await checkRecord(database.db, { ...query, signer })
    },
    keys: () => [{ id: signer.keyId, pem: pemOf(signer.publicKey) }],
    figures: sealer.figures,
    close: sealer.close,
  }
}
