/** Two consoles on one PostgreSQL database ring the same clocks at once: each rings once, whatever people do meanwhile. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/database/database.js'
import { startDeadlines } from '../../src/dispatch/deadlines.js'
import type { Planner } from '../../src/incidents/planner.js'
import { CHAIN_START } from '../../src/record/entry.js'
import { silentLog } from '../../src/runtime/log.js'
import { type Desk, KEEPER, MINUTE, openDesk } from '../helpers/desk.js'
import { leftOut } from '../helpers/installed.js'
import { type PostgresServer, startPostgres } from '../helpers/postgres.js'
import { waitFor } from '../helpers/wait-for.js'
import { trapIn } from './far-lifts.js'

const LIFTS = 24
/** From the trap to the brigade there are three answers to wait for; then the desk is reminded. */
const ROUNDS = 4

const skip = leftOut('two consoles on PostgreSQL', 'postgres')

describe.skipIf(skip)('two consoles', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.close())

  it('many clocks due at once, people acting at the same time: each rings once in effect', async () => {
    const url = await server.newDatabase()
    const databases = [await openDatabase({ url }), await openDatabase({ url })] as const
    const first = await openDesk(databases[0])
    const second = await openDesk(databases[1], first.clock)
    await trapIn(first, LIFTS)
    const rung = [0, 0]
    const consoles = [first, second].map((desk, i) =>
      startDeadlines({
        ...{ database: desk.database, bus: desk.bus, log: silentLog },
        ...{ now: first.clock.now, sleep: first.clock.sleep },
        planner: counting(desk.planner, () => {
          rung[i] = (rung[i] ?? 0) + 1
        }),
      }),
    )
    for (let round = 0; round < ROUNDS; round++) {
      first.clock.advance(3 * MINUTE)
      await Promise.all([
        ...consoles.map((clocks) => clocks.ringDue()),
        ...(round === 0 ? [acceptSome(first)] : []),
      ])
      await waitFor('nothing is overdue', async () => (await overdue(first)) === 0)
    }
    await Promise.all(consoles.map((clocks) => clocks.close()))

    expect(Math.min(...rung), `rung by each: ${rung.join(', ')}`).toBeGreaterThan(0)
    expect(await firedTwice(first)).toEqual([])
    expect(await offeredTwice(first)).toEqual([])
    expect(await brokenChains(first)).toEqual([])
    expect(
      await first.database.db.selectFrom('deadline').where('status', '=', 'fired').selectAll().execute(),
    ).not.toHaveLength(0)
    for (const database of databases) await database.close()
  })
})

function counting(planner: Planner, rang: () => void): Planner {
  return {
    async follow(tx, file, move, moment) {
      if (move.kind === 'passed') rang()
      await planner.follow(tx, file, move, moment)
    },
  }
}

/** Half of the crews answer at the very moment at which their time is over: too late for some, and then refused. */
async function acceptSome({ incidents, database }: Desk): Promise<void> {
  const rows = await database.db.selectFrom('incident').select('id').orderBy('id').execute()
  const answers = await Promise.allSettled(
    rows.slice(0, LIFTS / 2).map(({ id }) => incidents.act(id, { action: 'accept' }, KEEPER)),
  )
  for (const answer of answers)
    if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'ACTION_NOT_ALLOWED' })
}

async function overdue({ database, clock }: Desk): Promise<number> {
  const rows = await database.db
    .selectFrom('deadline')
    .select('id')
    .where('status', '=', 'pending')
    .where('due_at', '<=', clock.now())
    .execute()
  return rows.length
}

/** Incidents whose timeline tells of more or fewer passed clocks than there are rows that fired. */
async function firedTwice({ database }: Desk): Promise<unknown[]> {
  const fired = await database.db.selectFrom('deadline').selectAll().where('status', '=', 'fired').execute()
  const passed = await database.db
    .selectFrom('timeline')
    .selectAll()
    .where('kind', '=', 'deadline-passed')
    .execute()
  const told = passed.map(({ incident_id, assignment_id, detail_json }) => {
    const { deadline, dueAt } = JSON.parse(detail_json) as { deadline: string; dueAt: number }
    return [incident_id, assignment_id, deadline, dueAt].join(' ')
  })
  const rows = fired.map((one) => [one.incident_id, one.assignment_id, one.kind, one.due_at].join(' '))
  return [
    ...told.filter((one, i) => told.indexOf(one) !== i),
    ...told.filter((one) => !rows.includes(one)),
    ...rows.filter((one) => !told.includes(one)),
  ]
}

/** Assignments that nobody was told of, or told of twice; parties that were sent twice to one incident; answers that count and do not. */
async function offeredTwice({ database }: Desk): Promise<unknown[]> {
  const assignments = await database.db.selectFrom('assignment').selectAll().execute()
  const offers = await database.db
    .selectFrom('timeline')
    .select('assignment_id')
    .where('kind', '=', 'assignment-offered')
    .execute()
  const told = offers.map(({ assignment_id }) => assignment_id)
  const sent = assignments.map(({ incident_id, level, party }) => [incident_id, level, party].join(' '))
  return [
    ...assignments.filter(({ id }) => told.filter((one) => one === id).length !== 1),
    ...sent.filter((one, i) => sent.indexOf(one) !== i),
    ...assignments.filter(({ accepted_at, status }) => accepted_at !== null && status === 'expired'),
  ]
}

/** Two that wrote at once would have followed the same entry. */
async function brokenChains({ database }: Desk): Promise<string[]> {
  const incidents = await database.db.selectFrom('incident').selectAll().execute()
  const broken: string[] = []
  for (const { id, timeline_seq, timeline_hash } of incidents) {
    const entries = await database.db
      .selectFrom('timeline')
      .selectAll()
      .where('incident_id', '=', id)
      .orderBy('seq')
      .execute()
    const fits = entries.every(
      ({ seq, previous_hash }, i) => seq === i + 1 && previous_hash === (entries[i - 1]?.hash ?? CHAIN_START),
    )
    if (!fits || entries.length !== timeline_seq || entries.at(-1)?.hash !== timeline_hash) broken.push(id)
  }
  return broken
}
