import { join } from 'node:path'
import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { type Database, openDatabase } from '../../src/database/database.js'
import { startDeadlines } from '../../src/dispatch/deadlines.js'
import { DEFAULT_DISPATCH_SETTINGS } from '../../src/dispatch/settings.js'
import { TesheError } from '../../src/errors.js'
import { isOpen } from '../../src/incidents/lifecycle.js'
import { ACTIONS, type Action, type IncidentStatus } from '../../src/model/incident.js'
import type { Viewer } from '../../src/model/viewer.js'
import { silentLog } from '../../src/runtime/log.js'
import { createClock } from '../helpers/clock.js'
import {
  AFTERNOON,
  type Desk,
  DISPATCHER,
  finding,
  KEEPER,
  MINUTE,
  openDesk,
  STATION,
} from '../helpers/desk.js'
import { tempDir } from '../helpers/temp-dir.js'

type Event =
  | { kind: 'act'; action: Action; by: number; pick: number }
  | { kind: 'wait'; minutes: number }
  | { kind: 'restart'; minutes: number }
  | { kind: 'finding'; episode: number; stage: number; equipment: number }
  | { kind: 'call'; equipment: number; worse: string | null }
  | { kind: 'boiler'; episode: number; stage: number }

/** The moves of a rescue come often, the rest now and then, endings seldom, or most incidents would be over at once. */
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      'confirm',
      'dispatch',
      'accept',
      'decline',
      'depart',
      'arrive',
      'recall',
      'take',
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(...ACTIONS) },
)

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('act' as const),
      action,
      by: fc.nat(3),
      pick: fc.nat(9),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 40 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('restart' as const),
      minutes: fc.integer({ min: 0, max: 400 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('finding' as const),
      episode: fc.nat(3),
      stage: fc.nat(2),
      equipment: fc.nat(1),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('call' as const),
      equipment: fc.nat(2),
      worse: fc.constantFrom(null, null, 'elderly', 'injured'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('boiler' as const), episode: fc.nat(2), stage: fc.nat(2) }),
  },
)

const BY: readonly Viewer[] = [DISPATCHER, DISPATCHER, KEEPER, STATION]
const STAGES = ['shown', 'ordered', 'cleared'] as const

/** Whether every promise holds; asked of the database itself, after every event. */
async function expectWatched({ db }: Database, now: number): Promise<void> {
  const incidents = await db.selectFrom('incident').selectAll().execute()
  const pending = await db.selectFrom('deadline').selectAll().where('status', '=', 'pending').execute()
  const groups = new Set<string>()
  for (const incident of incidents) {
    if (!isOpen(incident.status)) continue
    const key = `${incident.equipment_id ?? incident.id} ${incident.group_key}`
    expect(groups, 'one open incident per equipment and group').not.toContain(key)
    groups.add(key)
    const urgent = incident.group_key === 'life-safety' || incident.priority < 'P2'
    if (!urgent) continue
    const own = pending
      .filter((deadline) => deadline.incident_id === incident.id)
      .filter(({ kind }) => kind !== 'remind' && kind !== 'report-by')
    expect(own.length, `${incident.number} ${incident.status} is watched`).toBeGreaterThan(0)
    for (const deadline of own) expect(deadline.due_at, 'nothing due is left').toBeGreaterThan(now)
  }
  await expectReplaced(db, incidents, now)
  const timeline = await db.selectFrom('timeline').selectAll().orderBy('incident_id').orderBy('seq').execute()
  expectMonotone(timeline)
  const fired = await db.selectFrom('deadline').selectAll().where('status', '=', 'fired').execute()
  expect(timeline.filter((entry) => entry.kind === 'deadline-passed')).toHaveLength(fired.length)
}

/**
 * Whoever accepted and is not there when the limit has passed is no longer relied on: somebody further was sent, or the
 * desk was told to call the last resort. What rang hours late is left to the desk.
 */
async function expectReplaced(
  db: Database['db'],
  incidents: readonly { id: string; status: IncidentStatus; attention_reason: string | null }[],
  now: number,
): Promise<void> {
  const late = DEFAULT_DISPATCH_SETTINGS.absurdlyLateMs
  const rang = await db
    .selectFrom('deadline')
    .innerJoin('assignment', 'assignment.id', 'deadline.assignment_id')
    .selectAll('assignment')
    .where('deadline.kind', '=', 'arrive-by')
    .where('deadline.status', '=', 'fired')
    .whereRef('deadline.ended_at', '<=', sql<number>`deadline.due_at + ${late}`)
    .where('assignment.status', 'in', ['accepted', 'departed'])
    .execute()
  for (const one of rang) {
    const incident = incidents.find(({ id, status }) => id === one.incident_id && isOpen(status))
    if (!incident) continue
    expect(one.overdue, `${one.party_name}, due and not there at ${now}`).not.toBeNull()
    const asked = await db
      .selectFrom('timeline')
      .select('reason')
      .where('incident_id', '=', one.incident_id)
      .where('kind', '=', 'attention')
      .where('reason', '=', 'call-119')
      .execute()
    expect(one.replaced_by !== null || asked.length > 0, `${one.party_name} is replaced`).toBe(true)
  }
}

/** Entries are numbered without a gap and written down in the order of our clock. */
function expectMonotone(
  timeline: readonly { incident_id: string; seq: number; recorded_at: number }[],
): void {
  timeline.forEach((entry, index) => {
    const before = timeline[index - 1]
    const first = before?.incident_id !== entry.incident_id
    expect(entry.seq).toBe(first ? 1 : before.seq + 1)
    if (!first) expect(entry.recorded_at).toBeGreaterThanOrEqual(before.recorded_at)
  })
}

async function happen(desk: Desk, what: Event): Promise<void> {
  switch (what.kind) {
    case 'act': {
      const { items } = await desk.incidents.list({}, DISPATCHER)
      const incident = items[what.pick % Math.max(1, items.length)]
      if (!incident) return
      const other = items.find((one) => one.id !== incident.id)
      await desk.incidents.act(
        incident.id,
        {
          ...{ action: what.action, reason: 'so it went', to: 'somebody', into: other?.id },
          ...{ rescueCode: '102332', etaMinutes: what.pick * 7, answered: what.pick % 2 === 0 },
          ...(what.pick % 3 === 0 ? { position: { lat: 34.6 + what.pick / 50, lon: 112.45 } } : {}),
        },
        BY[what.by] ?? DISPATCHER,
      )
      return
    }
    case 'finding': {
      const equipment = `EL${what.equipment + 1}`
      const stage = STAGES[what.stage] ?? 'shown'
      await desk.incidents.receiveFindings([
        finding({ id: `${equipment}/L-TRAP-1/${what.episode}`, equipment, stage, at: desk.clock.now() }),
      ])
      return
    }
    case 'boiler': {
      const stage = STAGES[what.stage] ?? 'shown'
      const id = `BO1/B-LLW/${what.episode}`
      const dry = { pattern: 'B-LLW', class: 'water', priority: 'P0', equipment: 'BO1' } as const
      // Twice, as after a restart of the rules.
      for (let time = 0; time < 2; time++)
        await desk.incidents.receiveFindings([finding({ ...dry, id, stage, at: desk.clock.now() })])
      return
    }
    case 'call':
      await desk.incidents.report(
        what.equipment === 2
          ? { place: { text: '路口' }, channel: 'phone' }
          : {
              ...{ equipmentId: `EL${what.equipment + 1}`, channel: 'phone' },
              ...(what.worse === null ? {} : { vulnerable: [what.worse] }),
            },
        DISPATCHER,
      )
      return
    case 'wait':
    case 'restart':
      desk.clock.advance(what.minutes * MINUTE)
  }
}

/** `PROPERTY_RUNS=5000` plays more than 100,000 steps. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 20)
let steps = 0

it(
  'whatever people do or leave undone: an open life-safety incident has a clock that runs, and no clock rings twice',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 15, maxLength: 40 }), async (events) => {
        const file = join(tempDir('property'), 'teshe.sqlite')
        const clock = createClock(AFTERNOON)
        let database = await openDatabase({ file })
        let desk = await openDesk(database, clock)
        const ring = async () => {
          const { bus, planner } = desk
          const clocks = startDeadlines({
            database,
            bus,
            planner,
            log: silentLog,
            now: clock.now,
            sleep: clock.sleep,
          })
          await clocks.ringDue()
          await clocks.close()
        }
        await desk.incidents.receiveFindings([finding({ stage: 'shown' })])
        for (const one of events) {
          steps++
          try {
            await happen(desk, one)
          } catch (error) {
            // Refused moves are part of the game; they must have changed nothing, which the checks below see.
            if (!(error instanceof TesheError) || error.status >= 500) throw error
          }
          if (one.kind === 'restart') {
            await database.close()
            database = await openDatabase({ file })
            desk = await openDesk(database, clock)
          }
          if (one.kind === 'restart' || one.kind === 'wait') await ring()
          await expectWatched(database, clock.now())
        }
        await database.close()
      }),
      { numRuns: RUNS },
    )
    if (process.env.PROPERTY_RUNS) console.log(`${RUNS} runs, ${steps} steps`)
  },
  300_000 + 2_000 * RUNS,
)
