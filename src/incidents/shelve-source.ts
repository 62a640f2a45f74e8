/**
 * The shelf of chattering sources, at the door where findings become incidents. Not in the rules, because a person may
 * take a source off the shelf, and what people decide lives in the database; and because every finding passes here, also
 * those about the link and about whole sites. Only the findings' own times count, so a replay changes nothing.
 */
import type { Tx } from '../database/database.js'
import type { FindingTable, ShelfTable } from '../database/tables.js'
import type { Finding } from '../model/finding.js'
import { groupOf } from '../model/incident.js'
import { saveAndAnnounce } from './announce.js'
import { enter, readCase } from './case-file.js'
import type { Reception } from './findings.js'
import { systemMoment } from './moment.js'
import { exceeded, isShelved, memoryOf, type Shelving, shelve } from './shelve-policy.js'

/** People may hang on these: they go to their incident however often they come, and it says that they chatter. */
function mustPass({ class: of, priority }: Finding): boolean {
  return priority === 'P0' || groupOf(of, priority) === 'life-safety'
}

/** The finding as it is to be received: the same, or kept back because its source is on the shelf. */
export async function atTheShelf(
  tx: Tx,
  finding: Finding,
  known: FindingTable | undefined,
  reception: Reception,
): Promise<Finding> {
  if (finding.suppressed !== null) return finding
  if (known) {
    if (known.suppressed !== 'shelved' || mustPass(finding)) return finding
    const shelf = await readShelf(tx, finding)
    return isShelved(shelvingOf(shelf), finding.at) ? { ...finding, suppressed: 'shelved' } : finding
  }
  const shelf = await readShelf(tx, finding)
  if (isShelved(shelvingOf(shelf), finding.at)) {
    if (mustPass(finding)) return finding
    await keepBack(tx, finding)
    return { ...finding, suppressed: 'shelved' }
  }
  const { shelving: settings } = reception
  const limit = exceeded(await earlierOf(tx, finding, shelf, reception), finding.since, settings)
  if (limit === null) return finding
  const suppresses = !mustPass(finding)
  const row: ShelfTable = {
    equipment_id: finding.equipment,
    pattern: finding.pattern,
    ...shelve(shelvingOf(shelf), finding.at, settings),
    kept_back: suppresses ? 1 : 0,
    limit_findings: limit.findings,
    limit_ms: limit.withinMs,
    suppresses: suppresses ? 1 : 0,
    counted_from: shelf?.counted_from ?? 0,
  }
  await tx.db
    .insertInto('shelf')
    .values(row)
    .onConflict((conflict) => conflict.columns(['equipment_id', 'pattern']).doUpdateSet(row))
    .execute()
  await auditShelving(tx, row, reception.now)
  return suppresses ? { ...finding, suppressed: 'shelved' } : finding
}

/** Once for each time that its source is noted as chattering, the incident of a finding that must pass says so. */
export async function sayThatItChatters(tx: Tx, finding: Finding, reception: Reception): Promise<void> {
  if (!mustPass(finding)) return
  const shelf = await readShelf(tx, finding)
  if (shelf === undefined || shelf.suppresses === 1 || shelf.since !== finding.at) return
  const stored = await tx.db
    .selectFrom('finding')
    .select('incident_id')
    .where('id', '=', finding.id)
    .executeTakeFirst()
  if (!stored?.incident_id) return
  const file = await readCase(tx, stored.incident_id)
  enter(file, systemMoment(reception.now), {
    kind: 'source-chatters',
    detail: {
      equipmentId: finding.equipment,
      pattern: finding.pattern,
      findings: shelf.limit_findings,
      withinMs: shelf.limit_ms,
    },
  })
  await saveAndAnnounce(tx, reception.bus, file, reception.now)
}

async function readShelf(tx: Tx, { equipment, pattern }: Finding): Promise<ShelfTable | undefined> {
  return await tx.db
    .selectFrom('shelf')
    .selectAll()
    .where('equipment_id', '=', equipment)
    .where('pattern', '=', pattern)
    .executeTakeFirst()
}

function shelvingOf(shelf: ShelfTable | undefined): Shelving | null {
  return shelf ?? null
}

/** When the earlier findings of the source began that reached people, or would have without the shelf. */
async function earlierOf(
  tx: Tx,
  finding: Finding,
  shelf: ShelfTable | undefined,
  { shelving }: Reception,
): Promise<number[]> {
  const { findings, withinMs } = memoryOf(shelving)
  const rows = await tx.db
    .selectFrom('finding')
    .select('since')
    .where('equipment_id', '=', finding.equipment)
    .where('pattern', '=', finding.pattern)
    .where('since', '>', Math.max(finding.since - withinMs, shelf?.counted_from ?? 0))
    .where((eb) => eb.or([eb('suppressed', 'is', null), eb('suppressed', '=', 'shelved')]))
    .orderBy('since', 'desc')
    .limit(findings)
    .execute()
  return rows.map((row) => row.since)
}

async function keepBack(tx: Tx, { equipment, pattern }: Finding): Promise<void> {
  await tx.db
    .updateTable('shelf')
    .set((eb) => ({ kept_back: eb('kept_back', '+', 1) }))
    .where('equipment_id', '=', equipment)
    .where('pattern', '=', pattern)
    .execute()
}

async function auditShelving(tx: Tx, row: ShelfTable, now: number): Promise<void> {
  const { equipment_id, pattern, level, until, limit_findings, limit_ms, suppresses } = row
  const detail = {
    pattern,
    level,
    until,
    findings: limit_findings,
    withinMs: limit_ms,
    suppresses: suppresses === 1,
  }
  await tx.db
    .insertInto('audit')
    .values({
      at: now,
      actor: 'system',
      actor_name: 'system',
      action: 'source.shelve',
      subject: equipment_id,
      detail_json: JSON.stringify(detail),
      address: '',
    })
    .execute()
}
