/**
 * One incident with all that hangs on it, read under a lock, changed in memory by plain functions, and saved whole in
 * the same transaction. Every save raises the version and appends to the timeline.
 */
import type { Tx } from '../database/database.js'
import type {
  AssignmentTable,
  DeadlineTable,
  EquipmentTable,
  IncidentTable,
  NoticeTable,
} from '../database/tables.js'
import { TesheError } from '../errors.js'
import type { DeadlineKind } from '../model/incident.js'
import type { Moment } from './moment.js'
import { appendEntries, type NewEntry } from './timeline.js'

/** What is known of the equipment, for whoever plans. */
export type CaseEquipment = Pick<
  EquipmentTable,
  | 'id'
  | 'kind'
  | 'name'
  | 'rescue_code'
  | 'district'
  | 'address'
  | 'lat'
  | 'lon'
  | 'maintainer_id'
  | 'use_unit_id'
>

export interface CaseFile {
  incident: IncidentTable
  equipment: CaseEquipment | null
  assignments: AssignmentTable[]
  /** Pending ones, and those written or ended since it was read. */
  deadlines: DeadlineTable[]
  /** Written since it was read. */
  notices: NoticeTable[]
  entries: NewEntry[]
  /** Rows as they were read, by id, to see what changed. */
  asRead: ReadonlyMap<string, string>
}

/** Locks the incident, which guards all its rows. Throws INCIDENT_UNKNOWN. */
export async function readCase(tx: Tx, incidentId: string): Promise<CaseFile> {
  let query = tx.db.selectFrom('incident').selectAll().where('id', '=', incidentId)
  if (tx.dialect === 'postgres') query = query.forUpdate()
  const incident = await query.executeTakeFirst()
  if (!incident) throw new TesheError('INCIDENT_UNKNOWN', [incidentId])
  const assignments = await tx.db
    .selectFrom('assignment')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .orderBy('offered_at')
    .orderBy('level')
    .orderBy('id')
    .execute()
  const deadlines = await tx.db
    .selectFrom('deadline')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .where('status', '=', 'pending')
    .orderBy('due_at')
    .execute()
  const asRead = new Map([...assignments, ...deadlines].map((row) => [row.id, JSON.stringify(row)]))
  asRead.set(incident.id, JSON.stringify(incident))
  const equipment = await readEquipment(tx, incident.equipment_id)
  return { incident, equipment, assignments, deadlines, notices: [], entries: [], asRead }
}

export async function readEquipment(tx: Tx, id: string | null): Promise<CaseEquipment | null> {
  if (id === null) return null
  const row = await tx.db
    .selectFrom('equipment')
    .select([
      'id',
      'kind',
      'name',
      'rescue_code',
      'district',
      'address',
      'lat',
      'lon',
      'maintainer_id',
      'use_unit_id',
    ])
    .where('id', '=', id)
    .executeTakeFirst()
  return row ?? null
}

/** Writes what changed; nothing when nothing was entered in the timeline. */
export async function saveCase(tx: Tx, file: CaseFile, now: number): Promise<void> {
  if (file.entries.length === 0) return
  const { incident, entries, asRead } = file
  const rows = appendEntries(incident, entries)
  incident.version += 1
  incident.updated_at = now
  if (asRead.has(incident.id))
    await tx.db.updateTable('incident').set(incident).where('id', '=', incident.id).execute()
  else await tx.db.insertInto('incident').values(incident).execute()
  for (const row of changedRows(file.assignments, asRead))
    await tx.db
      .insertInto('assignment')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute()
  for (const row of changedRows(file.deadlines, asRead))
    await tx.db
      .insertInto('deadline')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute()
  if (file.notices.length > 0) await tx.db.insertInto('notice').values(file.notices).execute()
  await tx.db.insertInto('timeline').values(rows).execute()
  await tx.db
    .insertInto('unsealed')
    .values(rows.map(({ incident_id, seq, hash }) => ({ incident_id, seq, entry_hash: hash })))
    .execute()
}

function changedRows<T extends { id: string }>(rows: readonly T[], asRead: ReadonlyMap<string, string>): T[] {
  return rows.filter((row) => asRead.get(row.id) !== JSON.stringify(row))
}

/** Adds to the timeline. `at` and actor come from the moment. */
export function enter(
  file: CaseFile,
  moment: Moment,
  entry: {
    kind: string
    assignmentId?: string | null
    reason?: string | null
    detail?: Record<string, unknown>
  },
): void {
  file.entries.push({
    ...moment,
    kind: entry.kind,
    assignmentId: entry.assignmentId ?? null,
    reason: entry.reason ?? null,
    detail: entry.detail ?? {},
  })
}

export function pendingDeadlines(file: CaseFile, kind?: DeadlineKind): DeadlineTable[] {
  return file.deadlines.filter((row) => row.status === 'pending' && (kind === undefined || row.kind === kind))
}
