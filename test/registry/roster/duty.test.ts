import type { Insertable } from 'kysely'
import { expect, it } from 'vitest'
import type { Database } from '../../../src/database/database.js'
import type { ShiftTable } from '../../../src/database/tables.js'
import type { EquipmentKind } from '../../../src/model/equipment.js'
import { contactsFor } from '../../../src/registry/roster/contacts-for.js'
import { teamsOnDuty, withRoster } from '../../../src/registry/roster/duty.js'
import { onEachDatabase } from '../../helpers/databases.js'
import { AFTERNOON, openDesk } from '../../helpers/desk.js'

const HOUR = 3_600_000
const at = AFTERNOON

async function member(database: Database, id: string, organisation = 'company-a') {
  await database.db
    .insertInto('member')
    .values({
      ...{ id, organisation_id: organisation, name: `name of ${id}`, phone: `138-${id}` },
      ...{ email: null, user_id: null, created_at: 0, ended_at: null },
    })
    .execute()
}

async function crew(database: Database, id: string, kinds: EquipmentKind[], organisation = 'company-a') {
  await database.db
    .insertInto('crew')
    .values({
      ...{ id, organisation_id: organisation, name: id, lat: null, lon: null, districts_json: null },
      ...{ kinds_json: JSON.stringify(kinds), created_at: 0, ended_at: null },
    })
    .execute()
}

async function shift(
  database: Database,
  row: Pick<Insertable<ShiftTable>, 'id' | 'crew_id' | 'from_at' | 'until_at'> & Partial<ShiftTable>,
  members: string[],
) {
  const { from_at: on_from, until_at: on_until } = row
  await database.db
    .insertInto('shift')
    .values({ kind: 'duty', on_from, on_until, created_at: 0, ended_at: null, ...row })
    .execute()
  for (const member_id of members)
    await database.db.insertInto('shift_member').values({ shift_id: row.id, member_id }).execute()
}

onEachDatabase('who is on duty', ({ open }) => {
  it('those on a duty shift then, without leave, crew by crew, certified or not', async () => {
    const { database } = await openDesk(await open())
    for (const id of ['m1', 'm2', 'm3', 'm4', 'm5']) await member(database, id)
    await member(database, 's1', 'station-1')
    await crew(database, 'lifts', ['elevator', 'escalator'])
    await crew(database, 'boilers', ['boiler'])
    await crew(database, 'station', ['elevator'], 'station-1')
    const span = { from_at: at - HOUR, until_at: at + HOUR }
    await shift(database, { id: 'day', crew_id: 'lifts', ...span }, ['m1', 'm2', 'm3'])
    await shift(database, { id: 'home', crew_id: 'lifts', kind: 'standby', ...span }, ['m4'])
    await shift(database, { id: 'fire', crew_id: 'boilers', ...span }, ['m5'])
    // Planned to have ended, and kept on by a handover that nobody has acknowledged.
    const over = { from_at: at - 9 * HOUR, until_at: at - HOUR, on_until: at + HOUR }
    await shift(database, { id: 'night', crew_id: 'lifts', ...over }, ['m4'])
    await shift(database, { id: 'there', crew_id: 'station', ...span }, ['s1'])
    await database.db
      .insertInto('leave')
      .values({ id: 'l', member_id: 'm3', from_at: at, until_at: at + 1, reason: 'ill', created_at: 0 })
      .execute()
    for (const [id, holder, valid] of [
      ['c1', 'm1', at + 1],
      ['c2', 'm2', at],
    ] as const)
      await database.db
        .insertInto('certificate')
        .values({
          id,
          member_id: holder,
          class: 'elevator-repair',
          number: id,
          valid_until: valid,
          created_at: 0,
        })
        .execute()
    const teams = await database.transaction((tx) => teamsOnDuty(tx, { kind: 'elevator', at }))
    expect(teams.map(({ crewName, members }) => [crewName, members.map(({ id }) => id)])).toEqual([
      ['lifts', ['m4', 'm1', 'm2']],
      ['station', ['s1']],
    ])
    expect(teams[0]).toMatchObject({ organisationId: 'company-a', lat: 34.62, districts: null })
    expect(teams[0]?.members.map(({ certified }) => certified)).toEqual([false, true, false])
    const later = await teamsOnDuty(database, {
      kind: 'elevator',
      at: at + 1,
      organisationIds: ['company-a'],
    })
    expect(later[0]?.members.map(({ id, certified }) => [id, certified])).toEqual([
      ['m4', false],
      ['m1', false],
      ['m2', false],
      ['m3', false],
    ])
    expect(await teamsOnDuty(database, { kind: 'elevator', at: at + HOUR })).toEqual([])
    expect(await withRoster(database, ['company-a', 'company-b'])).toEqual(new Set(['company-a']))
  })

  it("a district's own contact comes before the one for everywhere; an ended one is not asked", async () => {
    const { database } = await openDesk(await open())
    const row = (id: string, district: string | null, ended: number | null = null) => ({
      ...{ id, organisation_id: null, district, role: 'duty-officer' as const, name: id, phone: '1' },
      ...{ email: null, user_id: null, created_at: 0, ended_at: ended },
    })
    await database.db
      .insertInto('contact')
      .values([
        row('a-all', null),
        row('b-own', '西工区'),
        row('c-other', '涧西区'),
        row('d-old', '西工区', 1),
      ])
      .execute()
    const roles = ['leadership', 'duty-officer'] as const
    const ask = async (district: string | null) =>
      (await contactsFor(database, { organisationId: null, district, roles })).map(({ id }) => id)
    expect(await ask('西工区')).toEqual(['b-own', 'a-all'])
    expect(await ask(null)).toEqual(['a-all'])
    expect(await contactsFor(database, { organisationId: 'company-a', district: null, roles })).toEqual([])
  })
})
