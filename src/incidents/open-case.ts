/** Opens a new incident: number, first timeline entry, nothing else yet. The caller asks the planner and saves. */
import type { Tx } from '../database/database.js'
import type { IncidentTable } from '../database/tables.js'
import type { LikelyCause } from '../model/causes.js'
import type { Evidence } from '../model/finding.js'
import {
  groupOf,
  type IncidentClass,
  type IncidentGroup,
  type IncidentSource,
  type Priority,
} from '../model/incident.js'
import type { Caller, CarReport, Place } from '../model/incident-view.js'
import { CHAIN_START } from '../record/entry.js'
import { type CaseEquipment, type CaseFile, enter, readEquipment } from './case-file.js'
import type { Moment } from './moment.js'
import { nextNumber } from './numbers.js'

export interface Opening {
  id: string
  equipmentId: string | null
  place: Place | null
  parentId: string | null
  class: IncidentClass
  /** What class and priority say if left out. */
  group?: IncidentGroup
  priority: Priority
  pattern: string | null
  source: IncidentSource
  /** ms since 1970. */
  reportedAt: number
  evidence: readonly Evidence[]
  causes?: readonly LikelyCause[]
  callers: readonly Caller[]
  people: number | null
  vulnerable: readonly string[]
  car: CarReport | null
  conditionActive: boolean
  detail: Record<string, unknown>
  note: string | null
}

export async function openCase(tx: Tx, opening: Opening, moment: Moment): Promise<CaseFile> {
  const equipment = await readEquipment(tx, opening.equipmentId)
  const incident: IncidentTable = {
    id: opening.id,
    number: await nextNumber(tx, moment.now),
    version: 0,
    equipment_id: opening.equipmentId,
    district: equipment?.district ?? opening.place?.district ?? null,
    place_json: opening.place && JSON.stringify(opening.place),
    parent_id: opening.parentId,
    site: null,
    class: opening.class,
    group_key: opening.group ?? groupOf(opening.class, opening.priority),
    pattern: opening.pattern,
    priority: opening.priority,
    status: 'open',
    outcome: null,
    cause: null,
    causes_json: JSON.stringify(opening.causes ?? []),
    source: opening.source,
    people: opening.people,
    vulnerable_json: JSON.stringify(opening.vulnerable),
    car_json: opening.car && JSON.stringify(opening.car),
    callers_json: JSON.stringify(opening.callers),
    evidence_json: JSON.stringify(opening.evidence),
    condition_active: opening.conditionActive ? 1 : 0,
    reopen_offered: 0,
    attention_since: null,
    attention_reason: null,
    attention_json: '[]',
    taken_by: null,
    opened_at: moment.now,
    reported_at: opening.reportedAt,
    dispatched_at: null,
    accepted_at: null,
    departed_at: null,
    arrived_at: null,
    released_at: null,
    resolved_at: null,
    reviewed_at: null,
    closed_at: null,
    updated_at: moment.now,
    timeline_seq: 0,
    timeline_hash: CHAIN_START,
    search: '',
    plan_version: 0,
  }
  incident.search = searchText(incident, equipment)
  const file: CaseFile = {
    incident,
    equipment,
    assignments: [],
    deadlines: [],
    notices: [],
    entries: [],
    asRead: new Map(),
  }
  enter(file, moment, {
    kind: 'opened',
    reason: opening.note,
    detail: {
      class: opening.class,
      priority: opening.priority,
      source: opening.source,
      pattern: opening.pattern,
      equipmentId: opening.equipmentId,
      reportedAt: opening.reportedAt,
      ...opening.detail,
    },
  })
  return file
}

/** What the text filter finds an incident by. */
export function searchText(incident: IncidentTable, equipment: CaseEquipment | null): string {
  const place: Place | null = incident.place_json === null ? null : JSON.parse(incident.place_json)
  const parts = [
    incident.number,
    incident.equipment_id,
    equipment?.name,
    equipment?.address,
    equipment?.rescue_code,
    place?.text,
    place?.estate,
  ]
  return parts.filter(Boolean).join('\n').toLowerCase()
}
