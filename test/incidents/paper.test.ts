/** A rescue that is written down afterwards never becomes part of one of another time. */
import { expect, it } from 'vitest'
import type { IncidentReport } from '../../src/incidents/report.js'
import { onEachDatabase } from '../helpers/databases.js'
import { AFTERNOON, type Desk, DISPATCHER, finding, MINUTE, onlyIncident, openDesk } from '../helpers/desk.js'

const HOUR = 60 * MINUTE

const report = (desk: Desk, change: Partial<IncidentReport> = {}) =>
  desk.incidents.report({ equipmentId: 'EL1', channel: 'phone', people: 3, ...change }, DISPATCHER)

onEachDatabase('a record on paper', ({ open }) => {
  it('of this morning, while a rescue is open: stands beside it, is told to its end, and calls go to the rescue', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding()])
    const rescue = await onlyIncident(desk)
    const { incident: paper, joined } = await report(desk, { at: AFTERNOON - 5 * HOUR })
    expect([joined, paper.id === rescue.id, paper.assignments]).toEqual([false, false, []])
    expect(await desk.incidents.get(rescue.id, DISPATCHER)).toEqual(rescue)

    await expect(report(desk, { at: AFTERNOON - 9 * HOUR })).rejects.toMatchObject({
      code: 'INCIDENT_EXISTS',
    })
    const act = desk.incidents.act
    await act(paper.id, { action: 'update', people: 2 }, DISPATCHER)
    await act(
      paper.id,
      { action: 'dispatch', party: 'company-a', at: AFTERNOON - 5 * HOUR + MINUTE },
      DISPATCHER,
    )
    await act(paper.id, { action: 'accept', at: AFTERNOON - 5 * HOUR + 2 * MINUTE }, DISPATCHER)
    await act(paper.id, { action: 'arrive', at: AFTERNOON - 5 * HOUR + 9 * MINUTE }, DISPATCHER)
    const call = await report(desk)
    expect([call.joined, call.incident.id]).toEqual([true, rescue.id])
    for (const action of ['release', 'resolve', 'close'] as const)
      await act(paper.id, { action, at: AFTERNOON - 5 * HOUR + 20 * MINUTE }, DISPATCHER)
    const told = await desk.incidents.get(paper.id, DISPATCHER)
    expect(told).toMatchObject({
      status: 'closed',
      people: 2,
      times: { releasedAt: AFTERNOON - 5 * HOUR + 20 * MINUTE },
    })
    expect(told.deadlines).toEqual([])

    // The next one has room now.
    expect((await report(desk, { at: AFTERNOON - 9 * HOUR })).joined).toBe(false)
  })

  it.each([
    ['a call of it that was written down half an hour later', 25, -20],
    ['the call that came before the machine said it', 25, -26],
  ])('%s joins', async (_, later, minutes) => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding()])
    const { id, times } = await onlyIncident(desk)
    desk.clock.advance(later * MINUTE)
    const at = desk.clock.now() + minutes * MINUTE
    expect(Math.sign(at - times.reportedAt)).toBe(minutes === -20 ? 1 : -1)
    const { incident, joined } = await report(desk, { at })
    expect([joined, incident.id, incident.people]).toEqual([true, id, 3])
  })

  it('of this morning, just after another rescue ended: no offer to reopen that one', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding()])
    const { id } = await onlyIncident(desk)
    await desk.incidents.act(id, { action: 'release', outcome: 'self-released' }, DISPATCHER)
    const { incident, joined } = await report(desk, { at: AFTERNOON - 5 * HOUR })
    expect([joined, incident.group]).toEqual([false, 'life-safety'])
    expect(await desk.incidents.get(id, DISPATCHER)).toMatchObject({ reopenOffered: false })
    expect((await report(desk, { at: AFTERNOON - 5 * HOUR })).incident.id).toBe(incident.id)
  })
})
