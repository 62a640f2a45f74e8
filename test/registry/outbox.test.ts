import { expect, it } from 'vitest'
import { startOutbox } from '../../src/registry/outbox.js'
import { silentLog } from '../../src/runtime/log.js'
import { onEachDatabase } from '../helpers/databases.js'
import { ADMIN, type Desk, MINUTE, openDesk } from '../helpers/desk.js'
import { waitFor } from '../helpers/wait-for.js'

const DAY = 24 * 60 * MINUTE

interface Appended {
  kind: string
  equipment: string
  facts: { id: string; version: number }
}

function run(desk: Desk, append: (record: Appended) => Promise<number>) {
  const { database, bus, clock } = desk
  return startOutbox({
    database,
    bus,
    log: silentLog,
    now: clock.now,
    sleep: clock.sleep,
    retentionMs: 7 * DAY,
    append: ({ kind, equipment, payload }) =>
      append({ kind, equipment, facts: JSON.parse(Buffer.from(payload).toString()) }),
  })
}

onEachDatabase('outbox', ({ open }) => {
  it('every change of an equipment reaches the journal, in order, as its facts', async () => {
    const desk = await openDesk(await open())
    const journal: Appended[] = []
    const outbox = run(desk, async (record) => journal.push(record))
    await waitFor('the first three', () => journal.length === 3)
    await desk.registry.equipment.update('EL1', { attributes: { ratedSpeed: 2 }, profile: 'shanghai' }, ADMIN)
    await desk.registry.equipment.update('EL1', { attributes: { ratedSpeed: 1 } }, ADMIN)
    await waitFor('both changes', () => journal.length === 5)
    expect(journal.slice(3)).toEqual([
      {
        kind: 'equipment',
        equipment: 'EL1',
        facts: {
          id: 'EL1',
          kind: 'elevator',
          profile: 'shanghai',
          attributes: { ratedSpeed: 2 },
          maintainer: 'company-a',
          version: 2,
        },
      },
      {
        kind: 'equipment',
        equipment: 'EL1',
        facts: {
          id: 'EL1',
          kind: 'elevator',
          profile: 'shanghai',
          attributes: { ratedSpeed: 1 },
          maintainer: 'company-a',
          version: 3,
        },
      },
    ])
    await waitFor('the outbox is empty', async () => (await outbox.waiting()) === 0)
    await outbox.close()
  })

  it('a journal that refuses is asked again; nothing is deleted before it is durable', async () => {
    const desk = await openDesk(await open())
    const journal: Appended[] = []
    let refuses = true
    const outbox = run(desk, (record) =>
      refuses ? Promise.reject(new Error('disk full')) : Promise.resolve(journal.push(record)),
    )
    await waitFor('it sleeps after the refusal', () => desk.clock.sleepers() === 1)
    expect(await outbox.waiting()).toBe(3)
    refuses = false
    desk.clock.advance(1_000)
    await waitFor('all three', async () => (await outbox.waiting()) === 0)
    expect(journal.map((record) => record.equipment).sort()).toEqual(['BO1', 'EL1', 'EL2'])
    await outbox.close()
  })

  it('the rule set in force is written with its change, at each start, and again as often as facts', async () => {
    const desk = await openDesk(await open())
    const journal: Appended[] = []
    const sets = () => journal.filter(({ kind }) => kind === 'rules').map(({ facts }) => facts.version)
    const outbox = run(desk, async (record) => journal.push(record))
    await waitFor('asleep', () => journal.length === 3 && desk.clock.sleepers() === 1)
    const scope = { level: 'kind', kind: 'elevator' } as const
    const parameters = [{ pattern: 'L-DLO', parameter: 'openMs', scope, value: 240_000 }]
    await desk.registry.rules.change({ parameters, rules: [], basedOn: 0, reason: 'beds' }, ADMIN)
    await waitFor('the change', () => sets().length === 1)
    await waitFor('asleep', () => desk.clock.sleepers() === 1)
    desk.clock.advance(3.6 * DAY)
    await waitFor('written again', () => sets().length === 2)
    await outbox.close()
    const second = run(desk, async (record) => journal.push(record))
    await waitFor('at the start', () => sets().length === 3)
    await second.close()
    expect(sets()).toEqual([1, 1, 1])
  })

  it('facts older than half of the retention are written again', async () => {
    const desk = await openDesk(await open())
    const journal: Appended[] = []
    const outbox = run(desk, async (record) => journal.push(record))
    await waitFor('asleep', () => journal.length === 3 && desk.clock.sleepers() === 1)
    desk.clock.advance(3.4 * DAY)
    await waitFor('asleep', () => desk.clock.sleepers() === 1)
    expect(journal).toHaveLength(3)
    desk.clock.advance(0.2 * DAY)
    await waitFor('written again', () => journal.length === 6)
    await waitFor('asleep', () => desk.clock.sleepers() === 1)
    desk.clock.advance(MINUTE)
    await waitFor('asleep', () => desk.clock.sleepers() === 1)
    expect(journal).toHaveLength(6)
    await outbox.close()
  })
})
