/** What an accident report stands on: read from the incident in hand, the register and the notices, nothing made up. */
import type { Tx } from '../database/database.js'
import type { AssignmentTable, NoticeTable } from '../database/tables.js'
import type { ReportFacts, ReportGap, ReportMeasure, ReportNotice } from '../model/accident-report.js'
import type { CaseFile } from './case-file.js'
import { timesOf } from './views.js'

export async function factsOf(tx: Tx, file: CaseFile): Promise<ReportFacts> {
  const { incident } = file
  const equipment = await registered(tx, incident.equipment_id)
  const notices = await noticesOf(tx, incident.id)
  const names = await namesOf(tx, [
    equipment?.maintainer_id ?? null,
    equipment?.use_unit_id ?? null,
    ...notices.map(({ party }) => party),
  ])
  const nameOf = (id: string | null | undefined) => (id ? (names.get(id) ?? null) : null)
  const facts: Omit<ReportFacts, 'unknown'> = {
    class: incident.class,
    pattern: incident.pattern,
    priority: incident.priority,
    status: incident.status,
    outcome: incident.outcome,
    source: incident.source,
    times: timesOf(incident),
    district: incident.district,
    address: equipment?.address ?? null,
    site: equipment?.site ?? incident.site,
    place: incident.place_json === null ? null : JSON.parse(incident.place_json),
    location:
      equipment && equipment.lat !== null && equipment.lon !== null
        ? { lat: equipment.lat, lon: equipment.lon }
        : null,
    equipment: equipment && {
      id: equipment.id,
      kind: equipment.kind,
      name: equipment.name,
      rescueCode: equipment.rescue_code,
      registrationCode: equipment.registration_code,
      certificateNo: equipment.certificate_no,
      attributes: JSON.parse(equipment.attributes_json),
    },
    useUnit: nameOf(equipment?.use_unit_id),
    maintainer: nameOf(equipment?.maintainer_id),
    people: incident.people,
    vulnerable: JSON.parse(incident.vulnerable_json),
    car: incident.car_json === null ? null : JSON.parse(incident.car_json),
    cause: incident.cause,
    guessed: JSON.parse(incident.causes_json),
    measures: file.assignments.map(measureOf),
    informed: notices.map((row) => informedOf(row, nameOf(row.party))),
  }
  return { ...facts, unknown: gapsOf(facts) }
}

/** What is not known is named, so that nobody takes an empty line for a no. */
export function gapsOf(facts: Omit<ReportFacts, 'unknown'>): ReportGap[] {
  const { equipment, place, people, times, outcome } = facts
  const missing: Record<ReportGap, boolean> = {
    equipment: equipment === null,
    address: facts.address === null && place === null,
    registrationCode: equipment?.registrationCode == null,
    certificateNo: equipment?.certificateNo == null,
    useUnit: facts.useUnit === null,
    maintainer: facts.maintainer === null,
    people: people === null,
    released: times.releasedAt === null && outcome === null,
    cause: facts.cause === null,
    casualties: true,
    damage: true,
  }
  return (Object.keys(missing) as ReportGap[]).filter((gap) => missing[gap])
}

async function registered(tx: Tx, id: string | null) {
  if (id === null) return null
  const row = await tx.db
    .selectFrom('equipment')
    .select([
      ...([
        'id',
        'kind',
        'name',
        'rescue_code',
        'registration_code',
        'certificate_no',
        'address',
        'site',
      ] as const),
      ...(['lat', 'lon', 'maintainer_id', 'use_unit_id', 'attributes_json'] as const),
    ])
    .where('id', '=', id)
    .executeTakeFirst()
  return row ?? null
}

type TakenNotice = Pick<NoticeTable, 'kind' | 'party' | 'role' | 'status' | 'created_at'>

/** A rescue that lasts has some dozens; the earliest are those that matter to who knew when. */
const MOST_NOTICES = 200

/** To people and parties; what the desk tells itself informs nobody. */
async function noticesOf(tx: Tx, incidentId: string): Promise<TakenNotice[]> {
  return await tx.db
    .selectFrom('notice')
    .select(['kind', 'party', 'role', 'status', 'created_at'])
    .where('incident_id', '=', incidentId)
    .where((eb) => eb.or([eb('party', 'is not', null), eb('role', 'is not', null)]))
    .orderBy('created_at')
    .orderBy('id')
    .limit(MOST_NOTICES)
    .execute()
}

async function namesOf(tx: Tx, ids: readonly (string | null)[]): Promise<Map<string, string>> {
  const wanted = [...new Set(ids.filter((id) => id !== null))]
  if (wanted.length === 0) return new Map()
  const rows = await tx.db
    .selectFrom('organisation')
    .select(['id', 'name'])
    .where('id', 'in', wanted)
    .execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}

function measureOf(row: AssignmentTable): ReportMeasure {
  return {
    level: row.level,
    role: row.role,
    partyName: row.party_name,
    person: row.person,
    status: row.status,
    overdue: row.overdue,
    offeredAt: row.offered_at,
    acceptedAt: row.accepted_at,
    departedAt: row.departed_at,
    arrivedAt: row.arrived_at,
    endedAt: row.ended_at,
    reason: row.reason,
  }
}

function informedOf(row: TakenNotice, partyName: string | null): ReportNotice {
  const { kind, role, status } = row
  const reached = status === 'sent' ? true : status === 'failed' ? false : null
  return { at: row.created_at, kind, partyName, role, reached }
}
