/** What tests of a boiler's limits showed, kept as measurements: written from the findings that the tests made. */
import type { Kysely } from 'kysely'
import type { Tx } from '../database/database.js'
import { decodeCursor, limitOf, pageOf } from '../database/page.js'
import { visibleEquipment } from '../database/scope.js'
import type { Tables, TestRecordTable } from '../database/tables.js'
import { TesheError } from '../errors.js'
import type { Evidence, Finding } from '../model/finding.js'
import type { MarkKind, TestRecord } from '../model/mark.js'
import type { ListPage, ListQuery } from '../model/viewer.js'
import type { Look } from './queries.js'

/** Writes what this stage of a test's finding measured; of any other finding nothing. */
export async function keepTest(tx: Tx, finding: Finding): Promise<void> {
  if (finding.suppressed !== 'test') return
  const row = recordOf(finding)
  const { finding_id: _id, ...later } = row
  await tx.db
    .insertInto('test_record')
    .values(row)
    .onConflict((conflict) => conflict.column('finding_id').doUpdateSet(later))
    .execute()
}

function recordOf(finding: Finding): TestRecordTable {
  const { evidence } = finding
  const acted = evidence.find(({ key }) => key === 'acted-at') ?? evidence.find(isMeasured)
  const fuelOff = evidence.find(({ key }) => key === 'fuel-off-after')
  return {
    finding_id: finding.id,
    equipment_id: finding.equipment,
    mark_id: finding.mark ?? null,
    pattern: finding.pattern,
    acted_at: acted?.at ?? finding.since,
    ended_at: finding.stage === 'cleared' ? finding.at : null,
    signal: acted?.signal ?? null,
    value: typeof acted?.value === 'number' ? acted.value : null,
    fuel_off_ms: typeof fuelOff?.value === 'number' ? Math.round(fuelOff.value) : null,
  }
}

function isMeasured({ signal, value }: Evidence): boolean {
  return signal !== undefined && typeof value === 'number'
}

/** Newest first. Throws EQUIPMENT_UNKNOWN. */
export async function listTests(
  look: Look,
  equipmentId: string,
  query: ListQuery,
): Promise<ListPage<TestRecord>> {
  const limit = limitOf(query)
  const after = decodeCursor(query.cursor, [0, ''])
  await requireVisible(look, equipmentId)
  let rows = testsOf(look.db).where('test_record.equipment_id', '=', equipmentId)
  if (after) {
    const [actedAt, id] = after
    rows = rows.where((eb) =>
      eb.or([
        eb('acted_at', '<', Number(actedAt)),
        eb.and([eb('acted_at', '=', Number(actedAt)), eb('finding_id', '<', String(id))]),
      ]),
    )
  }
  return pageOf({
    rows: await rows
      .orderBy('acted_at', 'desc')
      .orderBy('finding_id', 'desc')
      .limit(limit + 1)
      .execute(),
    limit,
    keyOf: (row) => [row.acted_at, row.finding_id],
    toItem: viewOf,
  })
}

async function requireVisible({ db, viewer, now }: Look, equipmentId: string): Promise<void> {
  const seen = await db
    .selectFrom('equipment')
    .select('id')
    .where('id', '=', equipmentId)
    .where((eb) => visibleEquipment(eb, viewer, now))
    .executeTakeFirst()
  if (!seen) throw new TesheError('EQUIPMENT_UNKNOWN', [equipmentId])
}

function testsOf(db: Kysely<Tables>) {
  return db
    .selectFrom('test_record')
    .leftJoin('mark', 'mark.id', 'test_record.mark_id')
    .selectAll('test_record')
    .select(['mark.kind as test', 'mark.set_by_name as by'])
}

function viewOf(row: TestRecordTable & { test: MarkKind | null; by: string | null }): TestRecord {
  return {
    findingId: row.finding_id,
    equipmentId: row.equipment_id,
    markId: row.mark_id,
    test: row.test,
    pattern: row.pattern,
    actedAt: row.acted_at,
    endedAt: row.ended_at,
    signal: row.signal,
    value: row.value,
    fuelOffMs: row.fuel_off_ms,
    by: row.by,
  }
}
