import { expect, it } from 'vitest'
import { nextShifts, registerRosters } from '../../scripts/demo-roster.js'
import { teamsOnDuty } from '../../src/registry/roster/duty.js'
import { onEachDatabase } from '../helpers/databases.js'
import { ADMIN, AFTERNOON, MINUTE, openDesk } from '../helpers/desk.js'

const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

it('at every hour one of the two shifts runs, and the other follows', () => {
  for (let at = AFTERNOON; at < AFTERNOON + DAY; at += 20 * MINUTE) {
    const spans = Object.values(nextShifts(at)).sort((a, b) => a.from - b.from)
    expect(spans[0]?.from).toBeLessThanOrEqual(at)
    expect(spans[0]?.until).toBeGreaterThan(at)
    expect(spans[1]?.from).toBe(spans[0]?.until)
  }
})

onEachDatabase("the demo's rosters", ({ open }) => {
  it('somebody certified is on duty everywhere, but for one night of one company', async () => {
    const desk = await openDesk(await open())
    const account = { username: 'technician', password: 'correct horse battery', role: 'technician' } as const
    const { id } = await desk.registry.accounts.create({ ...account, organisationId: 'company-a' }, ADMIN)
    const now = desk.clock.now()
    await registerRosters({
      registry: desk.registry,
      idByKey: new Map([
        ['centre', 'estate-1'],
        ['maintainer-1', 'company-a'],
        ['station-1', 'station-1'],
      ]),
      technicianId: id,
      seed: 'test',
      by: ADMIN,
      now,
    })
    const teams = await teamsOnDuty(desk.database, { kind: 'elevator', at: now })
    expect(teams.map(({ organisationId }) => organisationId)).toEqual(['company-a', 'station-1'])
    for (const { members } of teams) expect(members.map(({ certified }) => certified)).toEqual([true, true])
    expect(teams[0]?.members.some(({ userId }) => userId === id)).toBe(true)
    const { items } = await desk.registry.rosters.view.list({ from: now, until: now + 12 * DAY }, ADMIN)
    expect(items.map(({ gaps }) => gaps.length)).toEqual([1, 0])
    const [gap] = items[0]?.gaps ?? []
    expect(gap).toMatchObject({ kind: null, from: AFTERNOON + 6 * HOUR + 2 * DAY })
    expect(await desk.registry.rosters.contacts.list({ ofCentre: true }, ADMIN)).toMatchObject({ next: null })
  })
})
