/**
 * Findings of the rules become incidents. A finding is stored, and its incident raised or joined, in one transaction;
 * the same id and stage again changes nothing, also after its incident is closed.
 */
import type { Tx } from '../database/database.js'
import type { FindingTable } from '../database/tables.js'
import type { Finding } from '../model/finding.js'
import { higherPriority } from '../model/incident.js'
import type { Disposition } from '../model/incident-view.js'
import type { Bus } from '../runtime/bus.js'
import { saveAndAnnounce } from './announce.js'
import { type CaseFile, enter, readCase } from './case-file.js'
import { joinIncident, type Relation, relationOf } from './correlate.js'
import { belongsTo, goesFurther, keptBack, orders } from './decision.js'
import { isOpen } from './lifecycle.js'
import { type Moment, systemMoment } from './moment.js'
import { openCase } from './open-case.js'
import type { Planner } from './planner.js'
import type { ShelveSettings } from './shelve-policy.js'
import { atTheShelf, sayThatItChatters } from './shelve-source.js'
import { endTaken, takeOver } from './take-over.js'
import { keepTest } from './test-records.js'

export interface Reception {
  bus: Bus
  planner: Planner
  newId: () => string
  /** ms since 1970. */
  now: number
  shelving: ShelveSettings
}

export async function receiveFinding(tx: Tx, found: Finding, reception: Reception): Promise<void> {
  const known = await readFinding(tx, found.id)
  const finding = await atTheShelf(tx, found, known, reception)
  if (!known) return receiveFirst(tx, finding, reception)
  if (!goesFurther({ ...known, interlockFailed: known.interlock_failed === 1 }, finding)) return
  await keepTest(tx, finding)
  const { confidence } = finding
  const priority = higherPriority(known.priority, finding.priority)
  const row = { ...known, ...stageColumns(finding), priority, confidence }
  await tx.db.updateTable('finding').set(row).where('id', '=', finding.id).execute()
  if (known.incident_id === null) {
    // What was too late or too vague at first may have become sure by the order.
    if (finding.stage === 'ordered') await raise(tx, finding, reception)
    return
  }
  const file = await readCase(tx, known.incident_id)
  const moment = systemMoment(reception.now)
  if (finding.stage === 'cleared') await clear(tx, file, finding, moment, reception)
  else await grow(tx, file, finding, moment, reception)
  await saveAndAnnounce(tx, reception.bus, file, reception.now)
}

async function readFinding(tx: Tx, id: string): Promise<FindingTable | undefined> {
  let query = tx.db.selectFrom('finding').selectAll().where('id', '=', id)
  if (tx.dialect === 'postgres') query = query.forUpdate()
  return await query.executeTakeFirst()
}

async function receiveFirst(tx: Tx, finding: Finding, reception: Reception): Promise<void> {
  const row: FindingTable = {
    id: finding.id,
    equipment_id: finding.equipment,
    pattern: finding.pattern,
    class: finding.class,
    priority: finding.priority,
    shard: finding.shard,
    since: finding.since,
    shown_at: null,
    ordered_at: null,
    cleared_at: null,
    received_at: reception.now,
    confidence: finding.confidence,
    incident_id: null,
    disposition: 'low-priority',
    mark_id: finding.mark ?? null,
    rules_version: finding.rulesVersion,
    ...stageColumns(finding),
  }
  await tx.db.insertInto('finding').values(row).execute()
  await keepTest(tx, finding)
  await raise(tx, finding, reception)
  await sayThatItChatters(tx, finding, reception)
}

/** What this stage says of the finding. */
function stageColumns(finding: Finding) {
  const reached = { shown: 'shown_at', ordered: 'ordered_at', cleared: 'cleared_at' } as const
  return {
    stage: finding.stage,
    [reached[finding.stage]]: finding.at,
    position: finding.position,
    evidence_json: JSON.stringify(finding.evidence),
    suppressed: finding.suppressed,
    needs_confirmation: finding.needsConfirmation ? 1 : 0,
    interlock_failed: finding.interlockFailed ? 1 : 0,
    causes_json: JSON.stringify(finding.causes ?? []),
    // Whatever rules end it, those that raised it answer for it.
    ...(finding.stage !== 'cleared' && { rules_version: finding.rulesVersion }),
  }
}

/** Opens or joins, or says why not; either way the finding's row tells. */
async function raise(tx: Tx, finding: Finding, reception: Reception): Promise<void> {
  const { incidentId, disposition } = await place(tx, finding, reception)
  await tx.db
    .updateTable('finding')
    .set({ incident_id: incidentId, disposition })
    .where('id', '=', finding.id)
    .execute()
}

interface Placed {
  incidentId: string | null
  disposition: Disposition
}

async function place(tx: Tx, finding: Finding, reception: Reception): Promise<Placed> {
  const kept = keptBack(finding)
  if (kept !== null && kept !== 'late') return { incidentId: null, disposition: kept }
  const moment = systemMoment(reception.now)
  const relation = await whereItBelongs(tx, finding, reception.now)
  if (kept === 'late') {
    if (relation?.kind !== 'open') return { incidentId: null, disposition: 'late' }
    const file = await readCase(tx, relation.incidentId)
    joinIncident(file.incident, additionOf(finding))
    enter(file, moment, { kind: 'finding-late', detail: detailOf(finding) })
    await saveAndAnnounce(tx, reception.bus, file, reception.now)
    return { incidentId: null, disposition: 'amended' }
  }
  const file = relation
    ? await readCase(tx, relation.incidentId)
    : await openFor(tx, finding, moment, reception)
  if (relation?.kind === 'open') await grow(tx, file, finding, moment, reception)
  if (relation?.kind === 'just-released') await offerReopen(tx, file, finding, moment, reception)
  const taken = relation ? [] : await takeOver(tx, file, moment, reception.planner)
  await saveAndAnnounce(tx, reception.bus, file, reception.now)
  await endTaken(tx, file, taken, reception)
  const disposition = !relation ? 'opened' : relation.kind === 'open' ? 'joined' : 'offered-reopen'
  return { incidentId: file.incident.id, disposition }
}

/** The incident of its group; else, for what a lift has besides, the rescue of that lift that is open. */
async function whereItBelongs(tx: Tx, finding: Finding, now: number): Promise<Relation> {
  const equipmentId = finding.equipment
  const { group, rescue } = belongsTo(finding)
  const own = await relationOf(tx, { equipmentId, group, now })
  if (own !== null || !rescue) return own
  const other = await relationOf(tx, { equipmentId, group: 'life-safety', now })
  return other?.kind === 'open' ? other : null
}

async function openFor(tx: Tx, finding: Finding, moment: Moment, reception: Reception): Promise<CaseFile> {
  const file = await openCase(
    tx,
    {
      id: reception.newId(),
      equipmentId: finding.equipment,
      place: null,
      parentId: null,
      class: finding.class,
      priority: finding.priority,
      pattern: finding.pattern,
      source: 'rule',
      reportedAt: moment.now,
      evidence: finding.evidence,
      causes: finding.causes ?? [],
      callers: [],
      people: null,
      vulnerable: [],
      car: null,
      conditionActive: true,
      detail: detailOf(finding),
      note: null,
    },
    moment,
  )
  const ordered = orders(finding)
  await reception.planner.follow(tx, file, { kind: 'opened', orders: ordered }, moment)
  if (ordered) await reception.planner.follow(tx, file, { kind: 'ordered' }, moment)
  return file
}

/** A finding, or a further stage of one, on an incident that exists. */
async function grow(
  tx: Tx,
  file: CaseFile,
  finding: Finding,
  moment: Moment,
  reception: Reception,
): Promise<void> {
  joinIncident(file.incident, additionOf(finding))
  file.incident.condition_active = 1
  enter(file, moment, { kind: `finding-${finding.stage}`, detail: detailOf(finding) })
  if (!isOpen(file.incident.status)) return
  await reception.planner.follow(tx, file, { kind: 'joined' }, moment)
  if (orders(finding)) await reception.planner.follow(tx, file, { kind: 'ordered' }, moment)
}

async function offerReopen(
  tx: Tx,
  file: CaseFile,
  finding: Finding,
  moment: Moment,
  reception: Reception,
): Promise<void> {
  file.incident.reopen_offered = 1
  file.incident.condition_active = 1
  enter(file, moment, { kind: 'reopen-offered', detail: detailOf(finding) })
  await reception.planner.follow(tx, file, { kind: 'reopen-offered' }, moment)
}

async function clear(
  tx: Tx,
  file: CaseFile,
  finding: Finding,
  moment: Moment,
  reception: Reception,
): Promise<void> {
  const others = await tx.db
    .selectFrom('finding')
    .select('id')
    .where('incident_id', '=', file.incident.id)
    .where('stage', '!=', 'cleared')
    .limit(1)
    .execute()
  enter(file, moment, { kind: 'finding-cleared', detail: detailOf(finding) })
  if (others.length > 0) return
  file.incident.condition_active = 0
  await reception.planner.follow(tx, file, { kind: 'cleared' }, moment)
}

function additionOf(finding: Finding) {
  const { priority, pattern, evidence, causes = [] } = finding
  return { priority, class: finding.class, pattern, evidence, causes, callers: [], people: null }
}

function detailOf(finding: Finding): Record<string, unknown> {
  return {
    findingId: finding.id,
    pattern: finding.pattern,
    stage: finding.stage,
    priority: finding.priority,
    confidence: finding.confidence,
    since: finding.since,
    stageAt: finding.at,
    suppressed: finding.suppressed,
    needsConfirmation: finding.needsConfirmation,
    rulesVersion: finding.rulesVersion,
    ...(finding.clearedBy && { clearedBy: finding.clearedBy }),
    ...(finding.interlockFailed ? { interlockFailed: true } : {}),
  }
}
