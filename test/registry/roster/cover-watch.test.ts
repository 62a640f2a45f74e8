import { expect, it } from 'vitest'
import { startCoverWatch } from '../../../src/registry/roster/cover-watch.js'
import { silentLog } from '../../../src/runtime/log.js'
import { onEachDatabase } from '../../helpers/databases.js'
import { AFTERNOON, type Desk, MINUTE, openDesk, viewer } from '../../helpers/desk.js'
import { waitFor } from '../../helpers/wait-for.js'

const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const COMPANY = viewer('maintainer', 'company-a')

async function notices({ database }: Desk) {
  const rows = await database.db.selectFrom('notice').selectAll().orderBy('created_at').execute()
  return rows.map((row) => ({ ...row, payload: JSON.parse(row.payload_json) }))
}

async function start(desk: Desk) {
  const { database, bus, clock } = desk
  const options = { database, bus, log: silentLog, now: clock.now, sleep: clock.sleep, warnMs: 3 * DAY }
  const watch = startCoverWatch(options)
  await waitFor('it has looked', () => clock.sleepers() === 1)
  return watch
}

/** Turns the clock on, with a look then. */
async function pass(desk: Desk, hours: number) {
  desk.clock.advance(hours * HOUR)
  await waitFor('it has looked', () => desk.clock.sleepers() === 1)
}

onEachDatabase('the watch over rosters', ({ open }) => {
  it('warns of a gap days before and again when it has begun, the company and the desk, once over restarts', async () => {
    const desk = await openDesk(await open())
    const { rosters } = desk.registry
    const told: string[] = []
    desk.bus.subscribe('notice', ({ id }) => told.push(id))
    const boss = await rosters.members.create({ name: '王' }, COMPANY)
    for (const kind of ['elevator-repair', 'boiler-repair'] as const)
      await rosters.papers.addCertificate(
        boss.id,
        { class: kind, number: '1', validUntil: AFTERNOON + 90 * DAY },
        COMPANY,
      )
    const crew = await rosters.crews.create(
      { name: '一组', kinds: ['elevator', 'boiler'], memberIds: [boss.id] },
      COMPANY,
    )
    // Nobody from the fifth day on; the first look ends its third.
    const gapAt = AFTERNOON + 5 * DAY
    await rosters.shifts.create(
      { crewId: crew.id, from: AFTERNOON, until: AFTERNOON + DAY, days: 5 },
      COMPANY,
    )
    const watch = await start(desk)
    expect(await notices(desk)).toEqual([])
    await pass(desk, 49)
    const ahead = await notices(desk)
    expect(ahead.map(({ party }) => party).sort()).toEqual(['company-a', null])
    expect(ahead[0]).toMatchObject({
      kind: 'roster-gap',
      incident_id: null,
      status: 'pending',
      payload: {
        reason: 'nobody-on-duty',
        organisationName: '豫安电梯',
        beginsAt: new Date(gapAt).toISOString(),
        gap: { kind: null, until: null, because: ['no-shift'], moment: 'ahead' },
      },
    })
    await watch.close()
    const again = await start(desk)
    await pass(desk, 3)
    expect(await notices(desk)).toHaveLength(2)
    // Between two looks of an hour: it is said when it begins.
    await pass(desk, 67.5)
    expect(await notices(desk)).toHaveLength(2)
    await pass(desk, 0.5)
    const begun = await notices(desk)
    expect(begun).toHaveLength(4)
    expect(begun.at(-1)).toMatchObject({ payload: { gap: { moment: 'begun' } } })
    await again.close()
    expect(told.sort()).toEqual(begun.map(({ id }) => id).sort())
  })

  it('a gap that is filled in time is not said again', async () => {
    const desk = await openDesk(await open())
    const { rosters } = desk.registry
    const member = await rosters.members.create({ organisationId: 'station-1', name: '李' }, viewer('admin'))
    const certificate = { class: 'elevator-rescue', number: '1', validUntil: AFTERNOON + 90 * DAY } as const
    await rosters.papers.addCertificate(member.id, certificate, viewer('admin'))
    const station = viewer('maintainer', 'station-1')
    const crew = await rosters.crews.create(
      { name: '站', kinds: ['elevator'], memberIds: [member.id] },
      station,
    )
    const shift = { crewId: crew.id, from: AFTERNOON, until: AFTERNOON + 2 * DAY }
    await rosters.shifts.create(shift, station)
    const watch = await start(desk)
    expect(await notices(desk)).toHaveLength(2)
    await rosters.shifts.create({ ...shift, from: shift.until, until: AFTERNOON + 7 * DAY }, station)
    await pass(desk, 60)
    expect(await notices(desk)).toHaveLength(2)
    await watch.close()
  })

  it('a certificate that runs out is spoken of once, one that is renewed not; so is a handover nobody takes over', async () => {
    const desk = await openDesk(await open())
    const { rosters } = desk.registry
    const names = ['王', '李', '张']
    const [wang, li, zhang] = await Promise.all(
      names.map((name) => rosters.members.create({ name }, COMPANY)),
    )
    if (!wang || !li || !zhang) throw new Error('three members')
    const certificate = { class: 'elevator-repair', number: '1' } as const
    const soon = { ...certificate, validUntil: AFTERNOON + 10 * DAY }
    const late = { ...certificate, validUntil: AFTERNOON + 400 * DAY }
    await rosters.papers.addCertificate(wang.id, soon, COMPANY)
    await rosters.papers.addCertificate(li.id, soon, COMPANY)
    await rosters.papers.addCertificate(li.id, late, COMPANY)
    await rosters.papers.addCertificate(zhang.id, late, COMPANY)
    const crew = await rosters.crews.create({ name: '一组', kinds: ['elevator', 'boiler'] }, COMPANY)
    const [day] = await rosters.shifts.create(
      { crewId: crew.id, from: AFTERNOON, until: AFTERNOON + HOUR, memberIds: [li.id] },
      COMPANY,
    )
    await rosters.shifts.create(
      { crewId: crew.id, from: AFTERNOON + HOUR, until: AFTERNOON + 5 * HOUR, memberIds: [zhang.id] },
      COMPANY,
    )
    await rosters.handovers.offer(day?.id ?? '', { fromMemberId: li.id, toMemberId: zhang.id }, COMPANY)
    const watch = await start(desk)
    const about = async (reason: string) =>
      (await notices(desk)).filter(({ payload }) => payload.reason === reason).map(({ payload }) => payload)
    await pass(desk, 1)
    expect(await about('certificate-expiring')).toMatchObject([
      { certificate: { number: '1', member: { name: '王' } } },
      { certificate: { member: { name: '王' } } },
    ])
    expect(await about('handover-open')).toEqual([])
    await pass(desk, 2)
    expect(await about('handover-open')).toMatchObject([{ handover: { shift: day?.id } }, {}])
    expect(await about('certificate-expiring')).toHaveLength(2)
    await watch.close()
  })
})
