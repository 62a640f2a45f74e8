/** Which incident a finding or a call belongs to: one rescue per equipment and group, from whatever source it comes. */
import type { Tx } from '../database/database.js'
import type { IncidentTable } from '../database/tables.js'
import { TesheError } from '../errors.js'
import { knowsNeighboursDark, type LikelyCause, withNeighboursDark } from '../model/causes.js'
import type { Evidence } from '../model/finding.js'
import { higherPriority, type IncidentClass, type IncidentGroup, type Priority } from '../model/incident.js'
import type { Caller } from '../model/incident-view.js'
import { REOPEN_WINDOW_MS } from './decision.js'
import { OPEN_STATUSES } from './lifecycle.js'

// More than any screen shows; a flickering finding must not grow a row without end.
const MAX_EVIDENCE = 200

export type Relation =
  | { kind: 'open'; incidentId: string }
  | { kind: 'just-released'; incidentId: string }
  | null

export async function relationOf(
  tx: Tx,
  {
    equipmentId,
    group,
    now,
    except,
  }: { equipmentId: string; group: IncidentGroup; now: number; except?: string },
): Promise<Relation> {
  const ofGroup = tx.db
    .selectFrom('incident')
    .select('id')
    .where('equipment_id', '=', equipmentId)
    .where('group_key', '=', group)
    .where('id', '!=', except ?? '')
  const open = await ofGroup.where('status', 'in', OPEN_STATUSES).executeTakeFirst()
  if (open) return { kind: 'open', incidentId: open.id }
  const released = await ofGroup
    .where('status', 'in', ['released', 'resolved', 'closed'])
    .where('released_at', '>=', now - REOPEN_WINDOW_MS)
    .orderBy('released_at', 'desc')
    .executeTakeFirst()
  return released ? { kind: 'just-released', incidentId: released.id } : null
}

/** At most one open incident per equipment and group. Throws INCIDENT_EXISTS with the number of the one that is open. */
export async function refuseSecond(
  tx: Tx,
  wanted: { equipmentId: string; group: IncidentGroup; now: number; except?: string },
): Promise<void> {
  const relation = await relationOf(tx, wanted)
  if (relation?.kind !== 'open') return
  const { number } = await tx.db
    .selectFrom('incident')
    .select('number')
    .where('id', '=', relation.incidentId)
    .executeTakeFirstOrThrow()
  throw new TesheError('INCIDENT_EXISTS', [wanted.equipmentId, number])
}

/** What somebody or something adds to an incident that is open already. */
export interface Addition {
  priority: Priority
  class: IncidentClass
  pattern: string | null
  evidence: readonly Evidence[]
  /** What the rules guess; left out where no rule speaks. */
  causes?: readonly LikelyCause[]
  callers: readonly Caller[]
  people: number | null
}

/** Priority only rises; the class follows a trap, which outweighs what may have led to it; evidence is added, never replaced. */
export function joinIncident(incident: IncidentTable, addition: Addition): void {
  const priority = higherPriority(incident.priority, addition.priority)
  const trapped = addition.class === 'trapped' && incident.class !== 'trapped'
  if (addition.pattern !== null && (incident.pattern === null || priority !== incident.priority || trapped))
    incident.pattern = addition.pattern
  incident.priority = priority
  joinCauses(incident, addition)
  if (trapped && incident.group_key === 'life-safety') incident.class = 'trapped'
  incident.evidence_json = JSON.stringify(
    mergedEvidence(JSON.parse(incident.evidence_json), addition.evidence),
  )
  if (addition.callers.length > 0)
    incident.callers_json = JSON.stringify([...JSON.parse(incident.callers_json), ...addition.callers])
  if (addition.people !== null) incident.people = Math.max(incident.people ?? 0, addition.people)
}

/** The guess follows what leads the incident, and comes from anywhere while there is none. */
function joinCauses(incident: IncidentTable, { pattern, causes = [] }: Addition): void {
  const before: LikelyCause[] = JSON.parse(incident.causes_json)
  if (causes.length === 0 || (before.length > 0 && incident.pattern !== pattern)) return
  // The rules see one lift only; that its neighbours are dark was learnt here, and stays.
  const guess = knowsNeighboursDark(before) ? withNeighboursDark(causes) : causes
  incident.causes_json = JSON.stringify(guess)
}

function mergedEvidence(before: readonly Evidence[], added: readonly Evidence[]): Evidence[] {
  const seen = new Set(before.map(signature))
  return [...before, ...added.filter((one) => !seen.has(signature(one)))].slice(-MAX_EVIDENCE)
}

function signature(one: Evidence): string {
  return JSON.stringify([one.key, one.witness, one.signal, one.value, one.at])
}
