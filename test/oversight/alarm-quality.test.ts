/** A made-up month, whose figures are worked out by hand beside it. */
import { describe, expect, it } from 'vitest'
import type { Database } from '../../src/database/database.js'
import type { FindingTable, IncidentTable } from '../../src/database/tables.js'
import { acknowledgementOf, rateOf } from '../../src/oversight/alarm-figures.js'
import { DEFAULT_LIMITS, readAlarmQuality } from '../../src/oversight/alarm-quality.js'
import { onEachDatabase } from '../helpers/databases.js'
import { DISPATCHER, MINUTE, openDesk, viewer } from '../helpers/desk.js'

const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const FROM = Date.UTC(2026, 9, 1)
/** 30 days, 720 hours. */
const TO = FROM + 30 * DAY
const MONTH = { from: FROM, to: TO, dispatchers: 1, limits: DEFAULT_LIMITS }

function incidentRow(id: string, openedAt: number, change: Partial<IncidentTable> = {}): IncidentTable {
  return {
    id,
    number: id,
    version: 1,
    equipment_id: 'EL1',
    district: '西工区',
    place_json: null,
    parent_id: null,
    site: null,
    class: 'trapped',
    group_key: 'life-safety',
    pattern: 'L-TRAP-1',
    priority: 'P1',
    status: 'closed',
    outcome: null,
    cause: null,
    causes_json: '[]',
    source: 'rule',
    people: null,
    vulnerable_json: '[]',
    car_json: null,
    callers_json: '[]',
    evidence_json: '[]',
    condition_active: 0,
    reopen_offered: 0,
    attention_since: null,
    attention_reason: null,
    attention_json: '[]',
    taken_by: null,
    opened_at: openedAt,
    reported_at: openedAt,
    dispatched_at: null,
    accepted_at: null,
    departed_at: null,
    arrived_at: null,
    released_at: null,
    resolved_at: null,
    reviewed_at: null,
    closed_at: openedAt + HOUR,
    updated_at: openedAt + HOUR,
    timeline_seq: 0,
    timeline_hash: '',
    search: '',
    plan_version: 0,
    ...change,
  }
}

function findingRow(id: string, since: number, change: Partial<FindingTable> = {}): FindingTable {
  return {
    id,
    equipment_id: 'EL1',
    pattern: 'L-DCF',
    class: 'door',
    priority: 'P3',
    stage: 'ordered',
    shard: 1,
    position: 1,
    since,
    shown_at: since,
    ordered_at: since,
    cleared_at: since + 10_000,
    received_at: since,
    confidence: 1,
    evidence_json: '[]',
    suppressed: null,
    needs_confirmation: 0,
    interlock_failed: 0,
    mark_id: null,
    causes_json: '[]',
    rules_version: 0,
    incident_id: null,
    disposition: 'low-priority',
    ...change,
  }
}

async function fill({ db }: Database): Promise<void> {
  const busy = FROM + 10 * HOUR
  const calmer = FROM + 20 * HOUR
  const trap = { pattern: 'L-TRAP-1', class: 'trapped', disposition: 'opened' } as const
  await db
    .insertInto('incident')
    .values([
      // An alarm a minute in the eleventh hour, one in eight minutes in the twenty-first.
      ...Array.from({ length: 14 }, (_, i) => incidentRow(`busy-${i}`, busy + i * MINUTE)),
      ...Array.from({ length: 7 }, (_, i) => incidentRow(`calm-${i}`, calmer + i * 8 * MINUTE)),
      incidentRow('drill', busy, { source: 'drill' }),
      incidentRow('before', FROM - MINUTE),
    ])
    .execute()
  for (const [id, outcome] of [
    ['busy-0', 'nobody-inside'],
    ['busy-1', 'freed-by-level-1'],
    ['busy-2', 'self-released'],
    ['busy-3', 'false-alarm'],
  ] as const) {
    await db.updateTable('incident').set({ outcome }).where('id', '=', id).execute()
  }
  const notice = (id: string, incident: string, at: number, party: string | null) => ({
    id,
    incident_id: incident,
    assignment_id: null,
    kind: 'attend' as const,
    party,
    payload_json: '{}',
    status: 'skipped' as const,
    attempts: 0,
    next_attempt_at: at,
    last_error: null,
    created_at: at,
    sent_at: null,
  })
  await db
    .insertInto('notice')
    .values([
      notice('same-moment', 'busy-0', busy, null),
      notice('reminder', 'busy-0', busy + 5 * MINUTE, null),
      notice('to-a-company', 'busy-0', busy + 6 * MINUTE, 'company-a'),
    ])
    .execute()
  const t = FROM + 5 * DAY
  await db
    .insertInto('finding')
    .values([
      // Half a minute, half a minute, four minutes, then an hour apart.
      ...[0, 30_000, 60_000, 5 * MINUTE, 65 * MINUTE].map((after, i) =>
        findingRow(`chatter-${i}`, t + after),
      ),
      ...[0, 9 * MINUTE].map((after, i) => findingRow(`slow-${i}`, t + after, { equipment_id: 'EL2' })),
      findingRow('late', t, { equipment_id: 'BO1', suppressed: 'late', disposition: 'late' }),
      findingRow('inspection', t + 10_000, {
        equipment_id: 'BO1',
        suppressed: 'inspection',
        disposition: 'inspection',
      }),
      // Opened an incident: three traps, of which one was none, and a door.
      findingRow('trap-0', busy, { ...trap, incident_id: 'busy-0' }),
      findingRow('trap-1', busy + MINUTE, { ...trap, equipment_id: 'EL2', incident_id: 'busy-1' }),
      findingRow('trap-2', busy + 2 * HOUR, { ...trap, incident_id: 'busy-2' }),
      findingRow('door', busy, { incident_id: 'busy-3', disposition: 'opened' }),
      findingRow('joined', busy + 3 * HOUR, {
        ...trap,
        equipment_id: 'EL2',
        incident_id: 'busy-3',
        disposition: 'joined',
      }),
      // Standing for three days and more to come, for 25 hours, for 23; and one that is nobody's alarm.
      findingRow('stands', TO - 3 * DAY, {
        equipment_id: 'BO1',
        pattern: 'B-EXT',
        cleared_at: null,
        incident_id: 'calm-0',
        disposition: 'joined',
      }),
      findingRow('stood', FROM + DAY, {
        equipment_id: 'BO1',
        pattern: 'B-LWL',
        cleared_at: FROM + DAY + 25 * HOUR,
        incident_id: 'calm-1',
        disposition: 'joined',
      }),
      findingRow('short', FROM + DAY, {
        equipment_id: 'BO1',
        pattern: 'B-HWL',
        cleared_at: FROM + DAY + 23 * HOUR,
        incident_id: 'calm-2',
        disposition: 'joined',
      }),
      findingRow('nobody', FROM + DAY, { equipment_id: 'BO1', pattern: 'B-WTR', cleared_at: null }),
      findingRow('long-ago', FROM - 9 * DAY, {
        cleared_at: FROM - DAY,
        incident_id: 'before',
        disposition: 'joined',
      }),
    ])
    .execute()
  const entry = (incident: string, seq: number, at: number, actor: string) => ({
    incident_id: incident,
    seq,
    at,
    recorded_at: at,
    actor,
    actor_name: actor,
    on_behalf_of: null,
    via: null,
    call_id: null,
    kind: 'take',
    assignment_id: null,
    reason: null,
    detail_json: '{}',
    previous_hash: '',
    hash: `${incident} ${seq}`,
  })
  await db
    .insertInto('timeline')
    .values([
      entry('busy-0', 1, busy, 'system'),
      entry('busy-0', 2, busy + MINUTE, 'user-1'),
      entry('busy-0', 3, busy + 2 * MINUTE, 'user-1'),
      entry('busy-1', 1, busy + 3 * MINUTE, 'user-1'),
      entry('busy-2', 1, busy + 12 * MINUTE, 'user-1'),
      entry('busy-3', 1, busy + 9 * MINUTE, 'system'),
    ])
    .execute()
}

onEachDatabase('alarm quality', ({ open }) => {
  it('a month, by hand', async () => {
    const { database } = await openDesk(await open())
    await fill(database)
    const read = (change: Partial<typeof MONTH> = {}, as = DISPATCHER) =>
      readAlarmQuality({ database, now: () => TO + DAY }, { ...MONTH, ...change }, as)

    const report = await read()
    // 14 and 7 incidents and one reminder; 10 of the incidents and the reminder lie within ten minutes.
    expect(report.rate).toEqual({
      alarms: 22,
      hours: 720,
      perDispatcherHour: 22 / 720,
      peakTenMinutes: 11,
      aboveAcceptable: 2 / 720,
      aboveManageable: 1 / 720,
    })
    expect(report.chattering).toEqual([
      { equipment: 'EL1', pattern: 'L-DCF', findings: 6, withinMinute: 2, withinTenMinutes: 3 },
      { equipment: 'EL2', pattern: 'L-DCF', findings: 2, withinMinute: 0, withinTenMinutes: 1 },
    ])
    expect(report.stale.count).toBe(2)
    expect(report.stale.longest).toEqual([
      {
        finding: 'stands',
        equipment: 'BO1',
        pattern: 'B-EXT',
        since: TO - 3 * DAY,
        clearedAt: null,
        stoodMs: 3 * DAY,
      },
      {
        finding: 'stood',
        equipment: 'BO1',
        pattern: 'B-LWL',
        since: FROM + DAY,
        clearedAt: FROM + DAY + 25 * HOUR,
        stoodMs: 25 * HOUR,
      },
    ])
    expect(report.falseShares).toEqual([
      { pattern: 'L-DCF', rulesVersion: 0, labelled: 1, false: 1, share: 1 },
      { pattern: 'L-TRAP-1', rulesVersion: 0, labelled: 3, false: 1, share: 1 / 3 },
    ])
    // 5 and 2 that chatter, 2 kept back, 5 of incidents, 4 that stand.
    expect(report.findings).toEqual({
      total: 18,
      suppressedShare: 2 / 18,
      lateShare: 1 / 18,
      suppressed: [
        { reason: 'inspection', findings: 1 },
        { reason: 'late', findings: 1 },
      ],
    })
    expect(report.acknowledgement).toEqual({
      incidents: 21,
      acknowledged: 3,
      medianMs: 2 * MINUTE,
      p95Ms: 10 * MINUTE,
      longestMs: 10 * MINUTE,
    })

    // Two dispatchers share the busy hour: 7.5 each, and 3.5 in the other.
    expect((await read({ dispatchers: 2 })).rate).toMatchObject({
      aboveAcceptable: 1 / 720,
      aboveManageable: 0,
    })
    const elsewhere = await read({}, viewer('regulator', null, ['涧西区']))
    expect(elsewhere).toMatchObject({
      rate: { alarms: 0 },
      chattering: [],
      stale: { count: 0 },
      findings: { total: 0 },
    })
    expect((await read({}, viewer('regulator', null, ['西工区']))).rate.alarms).toBe(22)
  })
})

describe('figures', () => {
  it('of nothing are nothing', () => {
    expect(rateOf([], MONTH)).toMatchObject({
      alarms: 0,
      perDispatcherHour: 0,
      peakTenMinutes: 0,
      aboveAcceptable: 0,
    })
    expect(acknowledgementOf([null])).toMatchObject({ incidents: 1, acknowledged: 0, medianMs: null })
  })

  it('ten minutes end before the moment that is ten minutes after', () => {
    const at = [0, 5, 10, 19].map((minutes) => FROM + minutes * MINUTE)
    expect(rateOf(at, MONTH).peakTenMinutes).toBe(2)
  })
})
