/** What the findings of a time say of alarm quality: who chatters, what stands, what was kept back. */
import { type ExpressionBuilder, type Kysely, sql } from 'kysely'
import { ownEquipment } from '../database/scope.js'
import type { Tables } from '../database/tables.js'
import type { AlarmQuality, ChatteringSource } from '../model/alarm-quality.js'
import type { Span } from '../model/retention.js'
import type { Viewer } from '../model/viewer.js'

/** Whose report, over what time, asked when. */
export interface Scope extends Span {
  db: Kysely<Tables>
  viewer: Viewer
  /** ms since 1970 */
  now: number
}

const MINUTE_MS = 60_000
const TEN_MINUTES_MS = 600_000
/** EEMUA 191 and ISA-18.2 call an alarm stale that stands longer than a day. */
const STALE_MS = 86_400_000
const WORST = 10

function findingsOf({ db, viewer }: Scope) {
  return db
    .selectFrom('finding')
    .leftJoin('equipment', 'equipment.id', 'finding.equipment_id')
    .where((eb) => ownEquipment(eb as unknown as ExpressionBuilder<Tables, 'equipment'>, viewer))
}

/** What was suppressed stood before nobody and does not count. */
export async function chatteringSources(scope: Scope): Promise<ChatteringSource[]> {
  const gaps = findingsOf(scope)
    .where('finding.since', '>=', scope.from)
    .where('finding.since', '<', scope.to)
    .where('finding.suppressed', 'is', null)
    .select(({ ref }) => [
      'finding.equipment_id',
      'finding.pattern',
      sql<number | null>`${ref('finding.since')} - lag(${ref('finding.since')}) over (
        partition by ${ref('finding.equipment_id')}, ${ref('finding.pattern')} order by ${ref('finding.since')})`.as(
        'gap',
      ),
    ])
  const within = (ms: number) => sql<number>`sum(case when gap <= ${sql.lit(ms)} then 1 else 0 end)`
  const rows = await scope.db
    .with('gaps', () => gaps)
    .selectFrom('gaps')
    .select(({ fn }) => [
      'equipment_id',
      'pattern',
      fn.countAll().as('findings'),
      within(MINUTE_MS).as('within_minute'),
      within(TEN_MINUTES_MS).as('within_ten_minutes'),
    ])
    .groupBy(['equipment_id', 'pattern'])
    .having(within(TEN_MINUTES_MS), '>', 0)
    .orderBy('within_ten_minutes', 'desc')
    .orderBy('within_minute', 'desc')
    .orderBy('equipment_id')
    .orderBy('pattern')
    .limit(WORST)
    .execute()
  return rows.map((row) => ({
    equipment: row.equipment_id,
    pattern: row.pattern,
    findings: Number(row.findings),
    withinMinute: Number(row.within_minute),
    withinTenMinutes: Number(row.within_ten_minutes),
  }))
}

/** Of those that belong to an incident: the others are the maintenance company's list. */
export async function staleAlarms(scope: Scope): Promise<AlarmQuality['stale']> {
  const end = Math.min(scope.to, scope.now)
  const until = sql<number>`case when finding.cleared_at is null or finding.cleared_at > ${end} then ${end} else finding.cleared_at end`
  const stale = findingsOf(scope)
    .where('finding.incident_id', 'is not', null)
    .where('finding.since', '<', end - STALE_MS)
    .where((eb) => eb.or([eb('finding.cleared_at', 'is', null), eb('finding.cleared_at', '>=', scope.from)]))
    .where(sql<boolean>`${until} - finding.since > ${STALE_MS}`)
  const { count } = await stale.select(({ fn }) => fn.countAll().as('count')).executeTakeFirstOrThrow()
  const longest = await stale
    .select(['finding.id', 'finding.equipment_id', 'finding.pattern', 'finding.since', 'finding.cleared_at'])
    .orderBy(sql`${until} - finding.since`, 'desc')
    .orderBy('finding.id')
    .limit(WORST)
    .execute()
  return {
    count: Number(count),
    longest: longest.map((row) => ({
      finding: row.id,
      equipment: row.equipment_id,
      pattern: row.pattern,
      since: Number(row.since),
      clearedAt: row.cleared_at === null ? null : Number(row.cleared_at),
      stoodMs: Math.min(end, row.cleared_at === null ? end : Number(row.cleared_at)) - Number(row.since),
    })),
  }
}

export async function suppressedFindings(scope: Scope): Promise<AlarmQuality['findings']> {
  const rows = await findingsOf(scope)
    .where('finding.since', '>=', scope.from)
    .where('finding.since', '<', scope.to)
    .select(({ fn }) => ['finding.suppressed', fn.countAll().as('findings')])
    .groupBy('finding.suppressed')
    .orderBy('finding.suppressed')
    .execute()
  const total = rows.reduce((sum, row) => sum + Number(row.findings), 0)
  const suppressed = rows.flatMap((row) =>
    row.suppressed === null ? [] : [{ reason: row.suppressed, findings: Number(row.findings) }],
  )
  const late = suppressed.find(({ reason }) => reason === 'late')?.findings ?? 0
  const kept = suppressed.reduce((sum, { findings }) => sum + findings, 0)
  return {
    total,
    suppressedShare: total === 0 ? 0 : kept / total,
    lateShare: total === 0 ? 0 : late / total,
    suppressed,
  }
}
