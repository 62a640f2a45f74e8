import { expect, it } from 'vitest'
import type { Viewer } from '../../../src/model/viewer.js'
import { teamsOnDuty } from '../../../src/registry/roster/duty.js'
import { onEachDatabase } from '../../helpers/databases.js'
import { ADMIN, AFTERNOON, type Desk, DISPATCHER, MINUTE, openDesk, viewer } from '../../helpers/desk.js'

const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const COMPANY = viewer('maintainer', 'company-a')
const STRANGER = viewer('maintainer', 'company-b')

/** A crew of two for lifts, and what one needs of the desk. */
async function withCrew(desk: Desk) {
  const { rosters } = desk.registry
  const wang = await rosters.members.create({ name: '王建国', phone: '13800000001' }, COMPANY)
  const li = await rosters.members.create({ name: '李志强', phone: '13800000002' }, COMPANY)
  const crew = await rosters.crews.create(
    { name: '西工一组', kinds: ['elevator'], memberIds: [wang.id, li.id] },
    COMPANY,
  )
  const onDuty = async () => {
    const teams = await teamsOnDuty(desk.database, { kind: 'elevator', at: desk.clock.now() })
    return teams.flatMap(({ members }) => members.map(({ name }) => name))
  }
  const plan = async (from: number, until: number, member: string) => {
    const [shift] = await rosters.shifts.create(
      { crewId: crew.id, from, until, memberIds: [member] },
      COMPANY,
    )
    if (!shift) throw new Error('no shift')
    return shift
  }
  return { ...rosters, wang, li, crew, onDuty, plan }
}

onEachDatabase('rosters', ({ open }) => {
  it('a company keeps its own, the desk everybody’s, and to others it does not exist', async () => {
    const desk = await openDesk(await open())
    const { members, crews, shifts, contacts, papers, wang, crew, plan } = await withCrew(desk)
    const shift = await plan(AFTERNOON, AFTERNOON + HOUR, wang.id)
    const contact = await contacts.create({ role: 'hotline', name: '24 小时', phone: '0379-1' }, COMPANY)
    expect(contact.organisationId).toBe('company-a')
    const leave = { from: AFTERNOON, until: AFTERNOON + HOUR, reason: 'x' }
    const refused: [string, (by: Viewer) => Promise<unknown>][] = [
      ['MEMBER_UNKNOWN', (by) => members.change(wang.id, { name: 'x' }, by)],
      ['MEMBER_UNKNOWN', (by) => papers.addLeave(wang.id, leave, by)],
      ['CREW_UNKNOWN', (by) => crews.end(crew.id, by)],
      ['CREW_UNKNOWN', (by) => shifts.create({ crewId: crew.id, ...leave }, by)],
      ['SHIFT_UNKNOWN', (by) => shifts.cancel(shift.id, by)],
      ['CONTACT_UNKNOWN', (by) => contacts.end(contact.id, by)],
      ['ORGANISATION_UNKNOWN', (by) => members.create({ organisationId: 'company-a', name: 'x' }, by)],
    ]
    for (const [code, ask] of refused) await expect(ask(STRANGER), code).rejects.toMatchObject({ code })
    for (const book of [members, crews, shifts, contacts]) {
      expect((await book.list({}, STRANGER)).items).toEqual([])
      expect((await book.list({}, COMPANY)).items.length).toBeGreaterThan(0)
    }
    const ofCentre = await contacts.create({ role: 'fire', name: '119', phone: '119' }, DISPATCHER)
    expect(ofCentre.organisationId).toBeNull()
    expect((await contacts.list({ ofCentre: true }, DISPATCHER)).items).toEqual([ofCentre])
    await contacts.end(ofCentre.id, DISPATCHER)
    expect((await contacts.list({ ofCentre: true }, DISPATCHER)).items).toEqual([])
    await expect(contacts.create({ role: 'fire', name: 'x' }, DISPATCHER)).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    })
    const { items } = await desk.registry.audit.list({ subject: contact.id }, ADMIN)
    expect(items).toMatchObject([{ action: 'contact.create' }])
    expect(JSON.stringify(items)).not.toContain('0379')
  })

  it('nobody is on two duty shifts at once, the same key plans once, and days are all or none', async () => {
    const desk = await openDesk(await open())
    const { shifts, crews, wang, li, crew, plan } = await withCrew(desk)
    const first = await plan(AFTERNOON + 2 * DAY, AFTERNOON + 2 * DAY + HOUR, wang.id)
    const other = await crews.create({ name: '二组', kinds: ['elevator'] }, COMPANY)
    const night = { crewId: other.id, from: AFTERNOON, until: AFTERNOON + 12 * HOUR, memberIds: [wang.id] }
    await expect(shifts.create({ ...night, days: 3 }, COMPANY)).rejects.toMatchObject({
      code: 'SHIFT_OVERLAPS',
      message: expect.stringContaining(first.id),
    })
    expect((await shifts.list({}, COMPANY)).items).toHaveLength(1)
    const standby = await shifts.create({ ...night, kind: 'standby', days: 3 }, COMPANY, 'k')
    expect(standby).toHaveLength(3)
    expect(await shifts.create({ ...night, kind: 'standby', days: 3 }, COMPANY, 'k')).toEqual(standby)
    await shifts.change(first.id, { memberIds: [li.id] }, COMPANY)
    expect(await shifts.create({ ...night, days: 3 }, COMPANY)).toHaveLength(3)
    await expect(plan(AFTERNOON - HOUR, AFTERNOON, wang.id)).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    })
    const page = await shifts.list({ crewId: crew.id, from: AFTERNOON, until: AFTERNOON + 3 * DAY }, COMPANY)
    expect(page.items).toMatchObject([{ id: first.id, memberIds: [li.id] }])
  })

  it('until a handover is taken over those before stay responsible; then they are free', async () => {
    const desk = await openDesk(await open())
    const { handovers, shifts, wang, li, onDuty, plan } = await withCrew(desk)
    const day = await plan(AFTERNOON, AFTERNOON + 4 * HOUR, wang.id)
    const night = await plan(AFTERNOON + 4 * HOUR, AFTERNOON + 12 * HOUR, li.id)
    await expect(handovers.acknowledge(day.id, COMPANY)).rejects.toMatchObject({
      code: 'HANDOVER_NOT_ALLOWED',
    })
    desk.clock.advance(4 * HOUR - 10 * MINUTE)
    const words = { fromMemberId: wang.id, toMemberId: li.id, note: '3号梯停用' }
    await expect(handovers.offer(day.id, { ...words, toMemberId: wang.id }, COMPANY)).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    })
    const offered = await handovers.offer(day.id, words, COMPANY)
    expect(offered).toMatchObject({
      onUntil: night.until,
      handover: { toShiftId: night.id, acknowledgedAt: null },
    })
    await expect(shifts.cancel(night.id, COMPANY)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
    desk.clock.advance(HOUR)
    expect(await onDuty()).toEqual(['王建国', '李志强'])
    const taken = await handovers.acknowledge(day.id, DISPATCHER)
    expect(taken).toMatchObject({ onUntil: desk.clock.now(), handover: { acknowledgedBy: 'dispatcher' } })
    expect(await onDuty()).toEqual(['李志强'])
    await expect(handovers.offer(day.id, words, COMPANY)).rejects.toMatchObject({
      code: 'HANDOVER_NOT_ALLOWED',
    })
  })

  it('taken over early, the next shift begins then', async () => {
    const desk = await openDesk(await open())
    const { handovers, wang, li, onDuty, plan } = await withCrew(desk)
    const day = await plan(AFTERNOON, AFTERNOON + 4 * HOUR, wang.id)
    await plan(AFTERNOON + 4 * HOUR, AFTERNOON + 12 * HOUR, li.id)
    await handovers.offer(day.id, { fromMemberId: wang.id, toMemberId: li.id }, COMPANY)
    await expect(handovers.acknowledge(day.id, COMPANY)).rejects.toMatchObject({
      code: 'HANDOVER_NOT_ALLOWED',
    })
    desk.clock.advance(3 * HOUR)
    await handovers.acknowledge(day.id, COMPANY)
    expect(await onDuty()).toEqual(['李志强'])
  })

  it('leave, the end of leave, of a member, of a shift and of a crew show at once', async () => {
    const desk = await openDesk(await open())
    const { papers, members, shifts, crews, crew, wang, li, onDuty, plan } = await withCrew(desk)
    const shift = await plan(AFTERNOON, AFTERNOON + 4 * HOUR, wang.id)
    await plan(AFTERNOON, AFTERNOON + 4 * HOUR, li.id)
    const away = await papers.addLeave(
      wang.id,
      { from: AFTERNOON, until: AFTERNOON + DAY, reason: '病假' },
      COMPANY,
    )
    expect(await onDuty()).toEqual(['李志强'])
    await papers.endLeave(wang.id, away.leave[0]?.id ?? '', COMPANY)
    expect((await onDuty()).sort()).toEqual(['李志强', '王建国'])
    await shifts.cancel(shift.id, COMPANY)
    expect(await onDuty()).toEqual(['李志强'])
    await members.end(li.id, COMPANY)
    expect(await onDuty()).toEqual([])
    await crews.end(crew.id, COMPANY)
    expect((await crews.list({}, COMPANY)).items).toEqual([])
  })

  it('who is on duty when is shown with the gaps; telephone numbers only to the desk and the company', async () => {
    const desk = await openDesk(await open())
    const { papers, view, wang, plan } = await withCrew(desk)
    desk.clock.advance(2 * DAY)
    const now = desk.clock.now()
    await plan(now, now + 4 * HOUR, wang.id)
    const certificate = { class: 'elevator-repair', number: 'T-1', validUntil: now + 3 * HOUR } as const
    await papers.addCertificate(wang.id, certificate, COMPANY)
    const span = { from: now, until: now + 5 * HOUR }
    const [own] = (await view.list(span, COMPANY)).items
    expect(own).toMatchObject({
      organisationId: 'company-a',
      shifts: [
        { crewName: '西工一组', members: [{ name: '王建国', phone: '13800000001', certifiedFor: [] }] },
      ],
      gaps: [
        { kind: 'elevator', from: now + 3 * HOUR, until: now + 4 * HOUR, because: ['certificate-expired'] },
        { kind: 'boiler', from: now, until: now + 4 * HOUR, because: ['no-shift'] },
        { kind: null, from: now + 4 * HOUR, until: now + 5 * HOUR, because: ['no-shift'] },
      ].sort((a, b) => a.from - b.from),
    })
    const regulator = viewer('regulator', null, ['西工区'])
    const [seen] = (await view.list(span, regulator)).items
    expect(seen?.shifts[0]?.members).toMatchObject([{ name: '王建国', phone: null }])
    expect((await view.list(span, viewer('regulator', null, ['涧西区']))).items).toEqual([])
    expect((await view.list(span, STRANGER)).items).toEqual([])
    expect((await view.list(span, viewer('regulator', null, ['*']))).items).toHaveLength(1)
    await expect(view.list({ from: now, until: now + 32 * DAY }, COMPANY)).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    })
  })
})
