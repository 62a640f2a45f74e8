/** What the response plans promise, played on the desk: who is sent when, and what each silence leads to. */
import { describe, expect, it } from 'vitest'
import { createPlanBook } from '../../src/dispatch/plans/plan-book.js'
import { isMedical } from '../../src/model/vulnerable.js'
import { onEachDatabase } from '../helpers/databases.js'
import {
  ADMIN,
  AFTERNOON,
  type Desk,
  DISPATCHER,
  finding,
  KEEPER,
  kindsOfTimeline,
  MINUTE,
  onlyIncident,
  openDesk,
  pass,
  STATION,
} from '../helpers/desk.js'

async function sentTo(desk: Desk) {
  const { assignments } = await onlyIncident(desk)
  return assignments.map(({ level, role, partyName, status }) => [level, role, partyName, status])
}

const boilerDry = () =>
  finding({
    id: 'BO1/B-LLW/7',
    equipment: 'BO1',
    pattern: 'B-LLW',
    class: 'water',
    priority: 'P0',
  })

onEachDatabase('response plans', ({ open }) => {
  it('accepted and not moved within 8 minutes: level 2 at once, while level 1 keeps going', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding()])
    const { id } = await onlyIncident(desk)
    await desk.incidents.act(id, { action: 'accept' }, KEEPER)
    await pass(desk, 7)
    expect(await sentTo(desk)).toHaveLength(1)
    await pass(desk, 1)
    const { assignments } = await onlyIncident(desk)
    expect(assignments).toMatchObject([
      { level: 1, status: 'accepted', overdue: 'not-moved', replacedBy: assignments[1]?.id },
      { level: 2, status: 'offered', role: 'station' },
    ])
    await desk.incidents.act(id, { action: 'arrive' }, KEEPER)
    expect((await onlyIncident(desk)).assignments[0]).toMatchObject({ status: 'arrived', overdue: null })
  })

  it('on the way and silent: called after 10 minutes, level 2 after 12; a word in between begins the wait anew', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding()])
    const { id } = await onlyIncident(desk)
    await desk.incidents.act(id, { action: 'accept' }, KEEPER)
    await desk.incidents.act(id, { action: 'depart' }, KEEPER)
    await pass(desk, 9)
    await desk.incidents.act(id, { action: 'contact', position: { lat: 34.63, lon: 112.46 } }, KEEPER)
    await pass(desk, 9)
    expect(await kindsOfTimeline(desk, id)).not.toContain('check-call')
    await pass(desk, 1)
    expect(await kindsOfTimeline(desk, id)).toContain('check-call')
    await desk.incidents.act(id, { action: 'contact', answered: false }, DISPATCHER)
    await pass(desk, 2)
    expect((await onlyIncident(desk)).assignments).toMatchObject([
      { status: 'departed', overdue: 'not-heard' },
      { level: 2, status: 'offered' },
    ])
  })

  it('projected arrival governs: word of 40 minutes brings level 2 now', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding()])
    const { id } = await onlyIncident(desk)
    const after = await desk.incidents.act(id, { action: 'accept', etaMinutes: 40 }, KEEPER)
    expect(after.assignments).toMatchObject([
      { status: 'accepted', overdue: 'too-late', etaAt: AFTERNOON + 40 * MINUTE },
      { level: 2, status: 'offered' },
    ])
  })

  it('projected arrival by the road: an accepted crew that stands 60 km away', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding()])
    const { id } = await onlyIncident(desk)
    await desk.incidents.act(id, { action: 'accept' }, KEEPER)
    expect((await onlyIncident(desk)).assignments).toMatchObject([{ overdue: null }])
    const far = await desk.incidents.act(
      id,
      { action: 'contact', position: { lat: 35.2, lon: 112.45 } },
      KEEPER,
    )
    expect(far.assignments).toMatchObject([{ overdue: 'too-late' }, { level: 2 }])
  })

  it('arrived, and nobody freed in half an hour: the next level beside, and the desk', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding()])
    const { id } = await onlyIncident(desk)
    await desk.incidents.act(id, { action: 'accept' }, KEEPER)
    await desk.incidents.act(id, { action: 'arrive' }, KEEPER)
    await pass(desk, 30)
    const incident = await onlyIncident(desk)
    expect(incident.assignments).toMatchObject([
      { status: 'arrived', overdue: 'not-freed' },
      { level: 2, status: 'offered' },
    ])
    expect(incident.attention?.reason).toBe('not-released')
  })

  it('somebody hurt: P0, both levels, 119 and 120 at once; a lift alone sends one', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.report(
      { equipmentId: 'EL1', channel: 'phone', people: 2, vulnerable: ['breathing'] },
      DISPATCHER,
    )
    expect(await sentTo(desk)).toEqual([
      [1, 'maintainer', '豫安电梯', 'offered'],
      [2, 'station', '西工救援站', 'offered'],
      [3, 'fire', '119', 'offered'],
      [3, 'medical', '120', 'offered'],
    ])
    expect(await onlyIncident(desk)).toMatchObject({ priority: 'P0', status: 'dispatched' })
    const { items } = await desk.incidents.list({}, DISPATCHER)
    await desk.incidents.act(
      items[0]?.id ?? '',
      { action: 'update', vulnerable: ['breathing', 'pregnant'] },
      DISPATCHER,
    )
    expect(await sentTo(desk)).toHaveLength(4)
  })

  it('smoke seen later by a caller: what was stepwise goes together', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding()])
    expect(await sentTo(desk)).toHaveLength(1)
    await desk.incidents.report({ equipmentId: 'EL1', channel: 'phone', car: { smoke: true } }, DISPATCHER)
    expect((await sentTo(desk)).map(([level]) => level)).toEqual([1, 2, 3])
    expect(await kindsOfTimeline(desk, (await onlyIncident(desk)).id)).toContain('raised')
  })

  it('a boiler runs dry: operator 60 s, safety officer 2 min, director and principal 5 min, then the company', async () => {
    const desk = await openDesk(await open())
    const { db } = desk.database
    for (const role of ['safety-officer', 'safety-director', 'principal'] as const)
      await db
        .insertInto('contact')
        .values({
          ...{ id: role, organisation_id: 'estate-1', district: null, role, name: `${role} 王` },
          ...{ phone: '13900000000', email: null, user_id: null, created_at: AFTERNOON, ended_at: null },
        })
        .execute()
    await desk.incidents.receiveFindings([boilerDry()])
    expect(await sentTo(desk)).toEqual([[1, 'operator', '王府井物业', 'offered']])
    await pass(desk, 1)
    expect((await sentTo(desk)).at(-1)).toEqual([1, 'safety-officer', '王府井物业', 'offered'])
    await pass(desk, 2)
    expect((await sentTo(desk)).slice(2)).toEqual([
      [1, 'safety-director', '王府井物业', 'offered'],
      [1, 'principal', '王府井物业', 'offered'],
    ])
    await pass(desk, 5)
    expect((await sentTo(desk)).at(-1)).toEqual([2, 'maintainer', '豫安电梯', 'offered'])
    const notices = await db.selectFrom('notice').select(['party', 'role', 'kind']).execute()
    expect(notices).toContainEqual({ party: null, role: 'supervision', kind: 'pre-notice' })
    expect(notices).toContainEqual({ party: 'estate-1', role: 'principal', kind: 'assignment-offered' })
  })

  it('gas at the shut-off limit: gas company and 119 beside the operator, at once', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([
      finding({ id: 'BO1/B-GAS/7', equipment: 'BO1', pattern: 'B-GAS', class: 'gas', priority: 'P0' }),
    ])
    expect((await sentTo(desk)).map(([, role]) => role)).toEqual(['operator', 'gas-company', 'fire'])
  })

  it('119 and 120 are both to be called: both stand, the gravest first, until somebody sees to it', async () => {
    const desk = await openDesk(await open())
    const { incident } = await desk.incidents.report(
      { equipmentId: 'EL1', channel: 'phone', people: 1, vulnerable: ['injured'] },
      DISPATCHER,
    )
    expect(incident.attention).toMatchObject({ reason: 'call-119', reasons: ['call-119', 'call-120'] })
    const { items } = await desk.incidents.list({}, DISPATCHER)
    expect(items[0]?.attention?.reasons).toEqual(['call-119', 'call-120'])
    const taken = await desk.incidents.act(incident.id, { action: 'take' }, DISPATCHER)
    expect(taken.attention).toBeNull()
    await pass(desk, 5)
    expect((await desk.incidents.get(incident.id, DISPATCHER)).attention?.reasons).toContain('claim-ended')
  })

  it('a crew that accepts and arrives has called nobody; who was reached by phone is called no more', async () => {
    const desk = await openDesk(await open())
    const { incident } = await desk.incidents.report(
      { equipmentId: 'EL1', channel: 'phone', people: 1, vulnerable: ['injured'] },
      DISPATCHER,
    )
    const { id } = incident
    const reasons = async () => (await desk.incidents.get(id, DISPATCHER)).attention?.reasons ?? []
    const assignmentOf = async (role: string) =>
      (await desk.incidents.get(id, DISPATCHER)).assignments.find((one) => one.role === role)?.id ?? ''
    await desk.incidents.act(id, { action: 'accept' }, KEEPER)
    expect(await reasons()).toEqual(['call-119', 'call-120'])
    await desk.incidents.act(id, { action: 'arrive' }, KEEPER)
    expect(await reasons()).toEqual(['call-119', 'call-120'])
    await desk.incidents.act(
      id,
      { action: 'accept', assignmentId: await assignmentOf('medical') },
      DISPATCHER,
    )
    expect(await reasons()).toEqual(['call-119'])
    await pass(desk, 5)
    const { deadlines } = await desk.incidents.get(id, DISPATCHER)
    expect(deadlines.filter(({ kind }) => kind === 'attend')).toHaveLength(1)
    await desk.incidents.act(
      id,
      { action: 'recall', assignmentId: await assignmentOf('fire'), reason: 'not needed' },
      DISPATCHER,
    )
    expect(await reasons()).toEqual([])
  })

  it('30, 60 and 90 minutes: shift leader, duty officer and 119, leadership; at 120 the report', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding()])
    const { id } = await onlyIncident(desk)
    await desk.incidents.act(id, { action: 'accept' }, KEEPER)
    await desk.incidents.act(id, { action: 'arrive' }, KEEPER)
    await pass(desk, 121)
    const rows = await desk.database.db
      .selectFrom('notice')
      .select(['kind', 'role'])
      .where('kind', 'in', ['reminder', 'report-due'])
      .where('role', 'is not', null)
      .execute()
    expect(rows.map(({ kind, role }) => `${kind} ${role}`).sort()).toEqual([
      'reminder duty-officer',
      'reminder fire',
      'reminder leadership',
      'reminder shift-leader',
      'report-due duty-officer',
      'report-due leadership',
    ])
    const kinds = await kindsOfTimeline(desk, id)
    expect(kinds.filter((kind) => kind === 'reminder')).toHaveLength(3)
    expect(kinds).toContain('report-due')
  })

  it('a suspicion tells company and use unit beforehand, and orders nobody', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding({ stage: 'shown' })])
    expect(await sentTo(desk)).toEqual([])
    const notices = await desk.database.db.selectFrom('notice').select(['kind', 'party']).execute()
    expect(notices).toContainEqual({ kind: 'pre-notice', party: 'company-a' })
    expect(notices).toContainEqual({ kind: 'pre-notice', party: 'estate-1' })
  })

  it('a district of an hour keeps its hour; a change of plan leaves a rescue under way alone', async () => {
    const desk = await openDesk(await open())
    const book = createPlanBook({ database: desk.database, now: desk.clock.now })
    await desk.incidents.receiveFindings([finding()])
    const wide = { kind: null, district: '西工区', clocks: { arriveMs: 60 * MINUTE } }
    await book.change({ plans: [wide], basedOn: 0, reason: 'mountains' }, ADMIN)
    await desk.incidents.receiveFindings([finding({ id: 'EL2/L-TRAP-1/9', equipment: 'EL2' })])
    const arrive = async (equipment: string) => {
      const { items } = await desk.incidents.list({ equipment }, DISPATCHER)
      const { deadlines } = await desk.incidents.get(items[0]?.id ?? '', DISPATCHER)
      return deadlines.find(({ kind }) => kind === 'arrive-by')?.dueAt
    }
    expect(await arrive('EL1')).toBe(AFTERNOON + 30 * MINUTE)
    expect(await arrive('EL2')).toBe(AFTERNOON + 60 * MINUTE)
    await expect(book.change({ plans: [], basedOn: 0, reason: 'x' }, ADMIN)).rejects.toMatchObject({
      code: 'PLANS_CHANGED',
    })
    const endless = {
      kind: null,
      district: null,
      steps: [{ level: 1 as const, send: ['maintainer' as const], acceptMs: MINUTE }],
    }
    await expect(
      book.change({ plans: [endless, wide, wide], basedOn: 1, reason: 'x' }, ADMIN),
    ).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      fields: [
        { field: 'plans[0].steps', message: 'must end with fire: the last resort of every rescue' },
        { field: 'plans[2]', message: 'is a second plan for every kind in 西工区' },
      ],
    })
  })

  it('who was considered stands in the timeline; work in hand counts as time', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding({ id: 'EL2/L-TRAP-1/9', equipment: 'EL2' })])
    const { id: other } = await onlyIncident(desk)
    await desk.incidents.act(other, { action: 'decline' }, KEEPER)
    await desk.incidents.act(other, { action: 'accept' }, STATION)
    await desk.incidents.receiveFindings([finding()])
    const { items } = await desk.incidents.list({ equipment: 'EL1' }, DISPATCHER)
    const id = items[0]?.id ?? ''
    await desk.incidents.act(id, { action: 'decline' }, KEEPER)
    const timeline = await desk.incidents.timeline(id, { limit: 100 }, DISPATCHER)
    const offered = timeline.items.filter((one) => one.kind === 'assignment-offered').at(-1)
    expect(offered?.detail.considered).toMatchObject([
      { party: 'station-1', km: 4.8, load: 1, duty: 'unknown' },
      { party: 'company-b', load: 0 },
    ])
  })
})

describe('what callers say', () => {
  it('keys and words that mean danger', () => {
    expect(['injured', 'pregnant', '孕妇', '呼吸困难', '小孩独自一人'].map(isMedical)).toEqual(
      Array(5).fill(true),
    )
    expect(['elderly', '老人', 'panic'].map(isMedical)).toEqual([false, false, false])
  })
})
