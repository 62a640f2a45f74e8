/**
 * Drafts of the accident report. A draft is an entry of the incident's timeline: sealed with it, checked with it, never
 * changed. It keeps what was known then; the course of events is the timeline up to that entry. A newer draft is a newer
 * entry.
 */
import type { Tx } from '../database/database.js'
import type { TimelineTable } from '../database/tables.js'
import { TesheError } from '../errors.js'
import type { AccidentReport, ReportEvent, ReportFacts, ReportOccasion } from '../model/accident-report.js'
import type { Viewer } from '../model/viewer.js'
import type { Bus } from '../runtime/bus.js'
import { factsOf } from './accident-report-facts.js'
import { saveAndAnnounce } from './announce.js'
import { type CaseFile, enter, readCase } from './case-file.js'
import { type Moment, momentOf } from './moment.js'
import { type Look, requireVisible } from './queries.js'

export const DRAFTED = 'report-drafted'

interface Drafted {
  version: number
  occasion: ReportOccasion
  facts: ReportFacts
}

/** Writes a draft of how the file stands now. Returns its version. */
export async function draftReport(
  tx: Tx,
  file: CaseFile,
  moment: Moment,
  occasion: ReportOccasion,
): Promise<number> {
  const before = await draftsOf(tx.db, file.incident.id)
  const version = before.length + 1 + file.entries.filter(({ kind }) => kind === DRAFTED).length
  const detail: Drafted = { version, occasion, facts: await factsOf(tx, file) }
  enter(file, moment, { kind: DRAFTED, detail: { ...detail } })
  return version
}

/** A person wants one. While nothing has changed since the newest, that one stands. Throws INCIDENT_UNKNOWN. */
export async function renewReport(
  tx: Tx,
  incidentId: string,
  { bus, by, now }: { bus: Bus; by: Viewer; now: number },
): Promise<{ version: number; made: boolean }> {
  await requireVisible({ db: tx.db, viewer: by, now }, incidentId)
  const file = await readCase(tx, incidentId)
  const newest = (await draftsOf(tx.db, incidentId)).at(-1)
  if (newest && newest.seq === file.incident.timeline_seq) {
    const { version, facts } = draftedOf(newest)
    if (JSON.stringify(facts) === JSON.stringify(await factsOf(tx, file))) return { version, made: false }
  }
  const version = await draftReport(tx, file, momentOf(by, now), 'person')
  await saveAndAnnounce(tx, bus, file, now)
  return { version, made: true }
}

/** The newest draft, or an earlier one. Throws INCIDENT_UNKNOWN, ACCIDENT_REPORT_NONE. */
export async function readReport(look: Look, incidentId: string, version?: number): Promise<AccidentReport> {
  await requireVisible(look, incidentId)
  const { number, source } = await look.db
    .selectFrom('incident')
    .select(['number', 'source'])
    .where('id', '=', incidentId)
    .executeTakeFirstOrThrow()
  const drafts = await draftsOf(look.db, incidentId)
  const row = version === undefined ? drafts.at(-1) : drafts[version - 1]
  if (!row) throw new TesheError('ACCIDENT_REPORT_NONE', [number, version ?? 1])
  const drafted = draftedOf(row)
  return {
    incidentId,
    number,
    version: drafted.version,
    versions: drafts.length,
    occasion: drafted.occasion,
    madeAt: row.recorded_at,
    madeBy: row.actor_name,
    drill: source === 'drill',
    facts: drafted.facts,
    ...(await courseOf(look, incidentId, row.seq)),
  }
}

async function draftsOf(db: Look['db'], incidentId: string): Promise<TimelineTable[]> {
  return await db
    .selectFrom('timeline')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .where('kind', '=', DRAFTED)
    .orderBy('seq')
    .execute()
}

function draftedOf({ detail_json }: TimelineTable): Drafted {
  return JSON.parse(detail_json) as Drafted
}

/** How it began and how it stands are what is read; a finding that flickers for hours fills the middle. */
const FIRST_EVENTS = 200
const LAST_EVENTS = 800

async function courseOf(
  { db }: Look,
  incidentId: string,
  before: number,
): Promise<Pick<AccidentReport, 'course' | 'leftOut'>> {
  const of = db
    .selectFrom('timeline')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .where('seq', '<', before)
    .where('kind', '!=', DRAFTED)
  const first = await of.orderBy('seq').limit(FIRST_EVENTS).execute()
  const known = first.at(-1)?.seq ?? 0
  const last = await of.where('seq', '>', known).orderBy('seq', 'desc').limit(LAST_EVENTS).execute()
  const { all } = await of
    .clearSelect()
    .select((eb) => eb.fn.countAll<number>().as('all'))
    .executeTakeFirstOrThrow()
  const course = [...first, ...last.reverse()].map(eventOf)
  return { course, leftOut: Number(all) - course.length }
}

function eventOf(row: TimelineTable): ReportEvent {
  const { partyName, note } = JSON.parse(row.detail_json) as { partyName?: unknown; note?: unknown }
  return {
    seq: row.seq,
    at: row.at,
    recordedAt: row.recorded_at,
    kind: row.kind,
    actor: row.actor,
    actorName: row.actor_name,
    onBehalfOf: row.on_behalf_of,
    partyName: typeof partyName === 'string' ? partyName : null,
    reason: row.reason,
    note: typeof note === 'string' ? note : null,
  }
}
