/** Marks: who may say what of which equipment, for how long; and that the journal hears of each, ends included. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { MARK_KINDS, MARKS, type MarkKind } from '../../src/model/mark.js'
import { startOutbox } from '../../src/registry/outbox.js'
import { silentLog } from '../../src/runtime/log.js'
import { onEachDatabase } from '../helpers/databases.js'
import { ADMIN, AFTERNOON, type Desk, KEEPER, MINUTE, openDesk, STRANGER, viewer } from '../helpers/desk.js'
import { waitFor } from '../helpers/wait-for.js'

const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const OPERATOR = viewer('operator', 'estate-1')

async function journaled(desk: Desk): Promise<unknown[]> {
  const rows = await desk.database.db
    .selectFrom('outbox')
    .selectAll()
    .where('kind', '=', 'attendance')
    .orderBy('id')
    .execute()
  return rows.map(({ equipment, payload }) => ({ equipment, ...JSON.parse(payload) }))
}

it("the operator's guide lists every kind with the longest that it may last", () => {
  const guide = readFileSync('docs/operate.md', 'utf8')
  for (const kind of MARK_KINDS) {
    const { maxMs } = MARKS[kind]
    const longest =
      maxMs < HOUR ? `${maxMs / MINUTE} min` : maxMs <= DAY ? `${maxMs / HOUR} h` : `${maxMs / DAY} days`
    const line = guide.split('\n').find((row) => row.startsWith('|') && row.includes(`\`${kind}\``))
    expect(line, kind).toContain(`| ${longest}`)
  }
})

onEachDatabase('marks', ({ open }) => {
  it('a technician signs in and out; both reach the journal and the audit', async () => {
    const desk = await openDesk(await open())
    const { marks, audit } = desk.registry
    const mark = await marks.set('EL1', { kind: 'mechanic', reason: '半月保养' }, KEEPER)
    expect(mark).toMatchObject({ from: AFTERNOON, until: AFTERNOON + 2 * HOUR, endedAt: null })
    desk.clock.advance(HOUR)
    expect(await marks.end('EL1', mark.id, KEEPER)).toMatchObject({ until: AFTERNOON + HOUR })
    expect(await marks.end('EL1', mark.id, KEEPER)).toMatchObject({ until: AFTERNOON + HOUR })
    const record = {
      equipment: 'EL1',
      id: mark.id,
      kind: 'mechanic',
      from: AFTERNOON,
      person: KEEPER.username,
    }
    expect(await journaled(desk)).toEqual([
      { ...record, until: AFTERNOON + 2 * HOUR },
      { ...record, until: AFTERNOON + HOUR },
    ])
    const { items } = await audit.list({ subject: 'EL1' }, ADMIN)
    expect(items.map(({ action }) => action).slice(0, 2)).toEqual(['mark.end', 'mark.set'])
    expect((await marks.current({}, ADMIN)).items).toEqual([])
    expect((await marks.of('EL1', {}, KEEPER)).items).toHaveLength(1)
  })

  const refusals: { name: string; equipment: string; mark: object; by: typeof KEEPER; code: string }[] = [
    {
      name: 'a longer visit than a day of work',
      equipment: 'EL1',
      mark: { kind: 'mechanic', until: AFTERNOON + 13 * HOUR },
      by: KEEPER,
      code: 'REQUEST_INVALID',
    },
    {
      name: 'an end before its begin',
      equipment: 'EL1',
      mark: { kind: 'drill', until: AFTERNOON - MINUTE },
      by: KEEPER,
      code: 'REQUEST_INVALID',
    },
    {
      name: 'maintenance that lies ahead',
      equipment: 'EL1',
      mark: { kind: 'maintenance', from: AFTERNOON + HOUR },
      by: KEEPER,
      code: 'REQUEST_INVALID',
    },
    {
      name: 'no reason',
      equipment: 'EL1',
      mark: { kind: 'drill', reason: ' ' },
      by: KEEPER,
      code: 'REQUEST_INVALID',
    },
    {
      name: 'a boiler test of a lift',
      equipment: 'EL1',
      mark: { kind: 'gauge-flush' },
      by: KEEPER,
      code: 'REQUEST_INVALID',
    },
    {
      name: 'a stranger',
      equipment: 'EL1',
      mark: { kind: 'drill' },
      by: STRANGER,
      code: 'EQUIPMENT_UNKNOWN',
    },
    {
      name: 'an operator as mechanic',
      equipment: 'BO1',
      mark: { kind: 'mechanic' },
      by: OPERATOR,
      code: 'ROLE_FORBIDDEN',
    },
  ]
  it('what has no end, no reason or no right is refused, and changes nothing', async () => {
    const desk = await openDesk(await open())
    for (const { name, equipment, mark, by, code } of refusals) {
      const asked = { reason: 'x', ...mark } as { kind: MarkKind; reason: string }
      await expect(desk.registry.marks.set(equipment, asked, by), name).rejects.toMatchObject({ code })
    }
    expect(await journaled(desk)).toEqual([])
    await expect(desk.registry.marks.end('EL1', 'nothing', KEEPER)).rejects.toMatchObject({
      code: 'MARK_UNKNOWN',
    })
  })

  it('planned work may lie ahead, a boiler operator tests, and the same key marks once', async () => {
    const desk = await openDesk(await open())
    const { marks } = desk.registry
    const window = { from: AFTERNOON + 3 * DAY, until: AFTERNOON + 4 * DAY }
    await marks.set('EL2', { kind: 'planned', reason: '换绳', ...window }, KEEPER)
    const flush = { kind: 'gauge-flush', reason: '交接班' } as const
    const first = await marks.set('BO1', flush, OPERATOR, 'k1')
    expect(await marks.set('BO1', flush, OPERATOR, 'k1')).toEqual(first)
    expect(first.until - first.from).toBe(3 * MINUTE)
    expect((await marks.current({}, ADMIN)).items.map(({ kind }) => kind)).toEqual(['gauge-flush', 'planned'])
    expect((await marks.current({}, OPERATOR)).items).toHaveLength(2)
    expect((await marks.current({}, STRANGER)).items).toEqual([])
    expect((await marks.current({ limit: 1 }, ADMIN)).next).not.toBeNull()
  })

  it('a mark that outlives half of the journal is written again, one that is over is not', async () => {
    const desk = await openDesk(await open())
    const { marks } = desk.registry
    await marks.set('EL1', { kind: 'drill', reason: 'x' }, KEEPER)
    await marks.set('EL2', { kind: 'planned', reason: 'x', from: AFTERNOON + 8 * DAY }, KEEPER)
    const told: string[] = []
    const outbox = startOutbox({
      database: desk.database,
      bus: desk.bus,
      log: silentLog,
      now: desk.clock.now,
      sleep: desk.clock.sleep,
      retentionMs: 7 * DAY,
      append: ({ kind, equipment }) => Promise.resolve(kind === 'attendance' ? told.push(equipment) : 0),
    })
    await waitFor('both', () => told.length === 2)
    await waitFor('it sleeps', () => desk.clock.sleepers() === 1)
    desk.clock.advance(4 * DAY)
    await waitFor('the planned one again', () => told.length === 3)
    expect(told).toEqual(['EL1', 'EL2', 'EL2'])
    await outbox.close()
  })
})
