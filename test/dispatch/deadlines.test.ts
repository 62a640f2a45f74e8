import { expect, it } from 'vitest'
import { type Deadlines, startDeadlines } from '../../src/dispatch/deadlines.js'
import { silentLog } from '../../src/runtime/log.js'
import { onEachDatabase } from '../helpers/databases.js'
import {
  AFTERNOON,
  awaited,
  type Desk,
  DISPATCHER,
  finding,
  KEEPER,
  kindsOfTimeline,
  MINUTE,
  onlyIncident,
  openDesk,
  STATION,
} from '../helpers/desk.js'
import { waitFor } from '../helpers/wait-for.js'

function runClocks(desk: Desk): Deadlines {
  const { database, bus, planner, clock } = desk
  return startDeadlines({ database, bus, planner, log: silentLog, now: clock.now, sleep: clock.sleep })
}

onEachDatabase('deadlines', ({ open, address, openAt, dialect }) => {
  it('no answer in 3 minutes: level 1 expires, the nearest other party gets level 2 with its own clocks; then 119', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding()])
    const clocks = runClocks(desk)
    await waitFor('the loop sleeps', () => desk.clock.sleepers() === 1)
    desk.clock.advance(3 * MINUTE)
    const level2 = await waitFor('level 2', async () => {
      const incident = await onlyIncident(desk)
      return incident.assignments.length === 2 ? incident : null
    })
    expect(level2.assignments).toMatchObject([
      { level: 1, party: 'company-a', status: 'expired', reason: 'no-answer' },
      { level: 2, role: 'station', party: 'station-1', status: 'offered', chosenBecause: 'nearest 4.8 km' },
    ])
    expect(awaited(level2).map(({ kind, dueAt }) => [kind, dueAt - AFTERNOON])).toEqual([
      ['accept-by', 6 * MINUTE],
      ['arrive-by', 33 * MINUTE],
    ])
    await waitFor('the loop sleeps', () => desk.clock.sleepers() === 1)
    desk.clock.advance(3 * MINUTE)
    const level3 = await waitFor('level 3', async () => {
      const incident = await onlyIncident(desk)
      return incident.assignments.length === 3 && incident.attention ? incident : null
    })
    expect(level3.assignments[2]).toMatchObject({
      level: 3,
      role: 'fire',
      partyName: '119',
      status: 'offered',
    })
    expect(level3.attention).toMatchObject({ reason: 'call-119' })
    expect(awaited(level3).map((one) => one.kind)).toEqual(['attend', 'arrive-by'])
    expect(await kindsOfTimeline(desk, level3.id)).toEqual([
      'opened',
      'assignment-offered',
      'deadline-passed',
      'assignment-expired',
      'escalated',
      'assignment-offered',
      'deadline-passed',
      'assignment-expired',
      'escalated',
      'assignment-offered',
      'attention',
    ])
    await clocks.close()
  })

  it('accepted and never came: level 2 is sent beside, level 1 goes on', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding()])
    const { id } = await onlyIncident(desk)
    await desk.incidents.act(id, { action: 'accept' }, KEEPER)
    desk.clock.advance(30 * MINUTE)
    const clocks = runClocks(desk)
    const both = await waitFor('level 2', async () => {
      const incident = await onlyIncident(desk)
      return incident.assignments.length === 2 ? incident : null
    })
    expect(both.status).toBe('accepted')
    expect(both.assignments.map((one) => one.status)).toEqual(['accepted', 'offered'])
    await desk.incidents.act(id, { action: 'arrive' }, KEEPER)
    await desk.incidents.act(id, { action: 'accept' }, STATION)
    expect((await onlyIncident(desk)).status).toBe('on-site')
    await clocks.close()
  })

  it('an answer in time stops its clock: nothing escalates', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding()])
    const { id } = await onlyIncident(desk)
    await desk.incidents.act(id, { action: 'accept' }, KEEPER)
    desk.clock.advance(5 * MINUTE)
    const clocks = runClocks(desk)
    expect(await clocks.ringDue()).toBe(0)
    expect((await onlyIncident(desk)).assignments).toHaveLength(1)
    await clocks.close()
  })

  it('overdue at a restart: rings once, whoever rings; two consoles never both', async () => {
    const at = await address()
    const desk = await openDesk(await openAt(at))
    await desk.incidents.receiveFindings([finding(), finding({ id: 'EL2/L-TRAP-1/1', equipment: 'EL2' })])
    desk.clock.advance(20 * MINUTE)
    const other = dialect === 'postgres' ? await openDesk(await openAt(at), desk.clock) : desk
    const consoles = [runClocks(desk), runClocks(other)]
    const fired = () =>
      desk.database.db.selectFrom('deadline').selectAll().where('status', '=', 'fired').execute()
    await waitFor('both rang', async () => (await fired()).length === 2)
    await Promise.all(consoles.map((clocks) => clocks.ringDue()))
    expect(await fired()).toHaveLength(2)
    const passed = await desk.database.db
      .selectFrom('timeline')
      .selectAll()
      .where('kind', '=', 'deadline-passed')
      .execute()
    expect(passed).toHaveLength(2)
    await Promise.all(consoles.map((clocks) => clocks.close()))
    const again = runClocks(desk)
    expect(await again.ringDue()).toBe(0)
    await again.close()
  })

  it('absurdly overdue: put before a dispatcher, nobody is sent by itself', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding()])
    desk.clock.advance(300 * MINUTE)
    const clocks = runClocks(desk)
    const incident = await waitFor('attention', async () => {
      const one = await onlyIncident(desk)
      return one.attention ? one : null
    })
    await waitFor('all rang', async () => awaited(await onlyIncident(desk)).length === 1)
    expect(incident.attention).toMatchObject({ reason: 'overdue' })
    expect((await onlyIncident(desk)).assignments).toMatchObject([{ level: 1, status: 'offered' }])
    expect(awaited(await onlyIncident(desk)).map((one) => one.kind)).toEqual(['attend'])
    await clocks.close()
  })

  it('not confirmed in time, a claim that ran out, a reminder: back before the desk each time', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding({ stage: 'shown' })])
    const { id } = await onlyIncident(desk)
    const clocks = runClocks(desk)
    desk.clock.advance(3 * MINUTE)
    await clocks.ringDue()
    await waitFor('attention', async () => (await onlyIncident(desk)).attention?.reason === 'not-confirmed')
    const taken = await desk.incidents.act(id, { action: 'take' }, DISPATCHER)
    expect(taken.attention).toBeNull()
    desk.clock.advance(5 * MINUTE)
    await waitFor('claim ended', async () => {
      await clocks.ringDue()
      return (await onlyIncident(desk)).attention?.reason === 'claim-ended'
    })
    expect((await onlyIncident(desk)).takenBy).toBeNull()
    const notices = () =>
      desk.database.db.selectFrom('notice').selectAll().where('kind', '=', 'attend').execute()
    const before = (await notices()).length
    desk.clock.advance(5 * MINUTE)
    await waitFor('reminder', async () => {
      await clocks.ringDue()
      return (await notices()).length === before + 1
    })
    await clocks.close()
  })

  it('everybody called back: nobody waits for anybody, so the desk is asked', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding()])
    const { id } = await onlyIncident(desk)
    const recalled = await desk.incidents.act(id, { action: 'recall' }, DISPATCHER)
    expect(recalled).toMatchObject({ status: 'dispatched', attention: { reason: 'unwatched' } })
    expect(awaited(recalled).map((one) => one.kind)).toEqual(['attend'])
    const sent = await desk.incidents.act(id, { action: 'dispatch', party: 'company-b' }, DISPATCHER)
    expect(sent.attention).toBeNull()
    expect(awaited(sent).map((one) => one.kind)).toEqual(['accept-by', 'arrive-by'])
  })

  it('no maintainer, no station: straight to 119, before the dispatcher', async () => {
    const desk = await openDesk(await open())
    await desk.registry.equipment.create({ id: 'EL9', kind: 'elevator', name: '孤梯' }, DISPATCHER)
    await desk.database.db.deleteFrom('organisation').where('id', 'in', ['station-1', 'company-b']).execute()
    await desk.database.db.updateTable('equipment').set({ maintainer_id: null }).execute()
    await desk.database.db.deleteFrom('organisation').where('id', '=', 'company-a').execute()
    await desk.incidents.receiveFindings([finding({ id: 'EL9/1', equipment: 'EL9' })])
    expect(await onlyIncident(desk)).toMatchObject({
      status: 'dispatched',
      attention: { reason: 'call-119' },
      assignments: [{ level: 3, partyName: '119' }],
    })
  })

  it('what happened while people slept is rung by a sleeping loop as soon as it is written', async () => {
    const desk = await openDesk(await open())
    const clocks = runClocks(desk)
    await waitFor('the loop sleeps', () => desk.clock.sleepers() === 1)
    await desk.incidents.receiveFindings([finding()])
    desk.clock.advance(3 * MINUTE)
    await waitFor('expired', async () => (await onlyIncident(desk)).assignments[0]?.status === 'expired')
    await clocks.close()
  })
})
