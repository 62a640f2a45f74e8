import { expect, it } from 'vitest'
import { onEachDatabase } from '../helpers/databases.js'
import { ADMIN, type Desk, DISPATCHER, KEEPER, openDesk, STRANGER, viewer } from '../helpers/desk.js'
import { buildEstate, dark } from './estate.js'

const DUTY_ROOM = viewer('use-unit', 'estate-1')

/** A dark estate: two lifts of company A, one of company B. */
async function darkEstate(desk: Desk): Promise<string> {
  await buildEstate(desk, { name: 'S', lifts: 2 })
  await desk.registry.equipment.create(
    { id: 'S-9', kind: 'elevator', name: 'S-9', site: 'S', maintainerId: 'company-b' },
    ADMIN,
  )
  await desk.incidents.receiveFindings([dark('S-1'), dark('S-2')])
  const { items } = await desk.incidents.list({ class: ['area'] }, DISPATCHER)
  return items[0]?.id ?? ''
}

onEachDatabase('the sweep list', ({ open }) => {
  it('an area ends only when a person has answered for every lift, also one registered meanwhile', async () => {
    const desk = await openDesk(await open())
    const id = await darkEstate(desk)
    const ends = [
      { action: 'resolve' },
      { action: 'false-alarm', reason: 'x' },
      { action: 'release' },
    ] as const
    for (const action of ['locate', 'split', 'merge'] as const)
      await expect(desk.incidents.act(id, { action }, DISPATCHER)).rejects.toMatchObject({
        code: 'ACTION_NOT_ALLOWED',
      })
    for (const request of ends)
      await expect(desk.incidents.act(id, request, DISPATCHER)).rejects.toMatchObject({
        code: 'SWEEP_UNFINISHED',
      })
    await desk.incidents.answerSweep(id, 'S-1', { state: 'empty' }, DUTY_ROOM)
    await desk.incidents.answerSweep(id, 'S-2', { state: 'empty' }, DISPATCHER)
    await desk.incidents.answerSweep(id, 'S-9', { state: 'people-inside', people: 1 }, STRANGER)
    await expect(desk.incidents.act(id, { action: 'resolve' }, DISPATCHER)).rejects.toThrow(
      /0 lifts.*1 people/,
    )
    await desk.incidents.answerSweep(id, 'S-9', { state: 'freed' }, STRANGER)
    await buildEstate(desk, { name: 'S', lifts: 0 })
    await desk.registry.equipment.create({ id: 'S-10', kind: 'elevator', name: 'S-10', site: ' S ' }, ADMIN)
    const sweep = await desk.incidents.sweep(id, DISPATCHER)
    expect(sweep.counts).toEqual({ lifts: 4, unknown: 1, inside: 0 })
    expect(sweep.lines.map((line) => [line.equipmentId, line.state, line.saidBy])).toEqual([
      ['S-10', 'unknown', null],
      // Its rescue is open still.
      ['S-9', 'freed', 'technician of company-b'],
      ['S-1', 'empty', 'use-unit of estate-1'],
      ['S-2', 'empty', 'dispatcher'],
    ])
    await desk.incidents.answerSweep(id, 'S-10', { state: 'empty' }, DISPATCHER)
    const ended = await desk.incidents.act(id, { action: 'resolve' }, DISPATCHER)
    expect(ended.status).toBe('resolved')
  })

  it('people inside: the lift gets a rescue of its own, a child of the area; its release frees the line', async () => {
    const desk = await openDesk(await open())
    const id = await darkEstate(desk)
    const sweep = await desk.incidents.answerSweep(
      id,
      'S-2',
      { state: 'people-inside', people: 3 },
      DUTY_ROOM,
    )
    const [first] = sweep.lines
    expect(first).toMatchObject({ equipmentId: 'S-2', state: 'people-inside', people: 3 })
    const rescue = await desk.incidents.get(first?.incident?.id ?? '', DISPATCHER)
    expect(rescue).toMatchObject({
      class: 'trapped',
      priority: 'P1',
      people: 3,
      parentId: id,
      equipmentId: 'S-2',
      status: 'dispatched',
    })
    const { version } = await desk.incidents.get(id, DISPATCHER)
    await desk.incidents.answerSweep(id, 'S-2', { state: 'people-inside', people: 3 }, DISPATCHER)
    expect((await desk.incidents.get(id, DISPATCHER)).version).toBe(version)
    await desk.incidents.act(rescue.id, { action: 'release' }, DISPATCHER)
    const lines = (await desk.incidents.sweep(id, DISPATCHER)).lines
    expect(lines.find((line) => line.equipmentId === 'S-2')).toMatchObject({
      state: 'freed',
      saidBy: 'dispatcher',
    })
    await desk.incidents.act(rescue.id, { action: 'reopen', reason: '还有一人' }, DISPATCHER)
    expect((await desk.incidents.sweep(id, DISPATCHER)).counts.unknown).toBe(3)
  })

  it('nobody is freed who was not inside; that there was nobody after all needs a note; mains lost again asks again', async () => {
    const desk = await openDesk(await open())
    const id = await darkEstate(desk)
    const say = (state: 'empty' | 'people-inside' | 'freed', note?: string) =>
      desk.incidents.answerSweep(id, 'S-1', { state, note }, DISPATCHER)
    await expect(say('freed')).rejects.toMatchObject({ code: 'SWEEP_NOT_ALLOWED' })
    await say('people-inside')
    await expect(say('empty')).rejects.toMatchObject({ code: 'SWEEP_NOT_ALLOWED' })
    const { counts } = await say('empty', '对讲确认听错')
    expect(counts).toEqual({ lifts: 3, unknown: 2, inside: 0 })
    desk.clock.advance(60_000)
    await desk.incidents.receiveFindings([dark('S-1', 120_000)])
    expect((await desk.incidents.sweep(id, DISPATCHER)).counts.unknown).toBe(3)
    await expect(say('freed')).rejects.toMatchObject({ code: 'SWEEP_NOT_ALLOWED' })
  })

  it('a company sees the area for its own lifts: their lines, their entries, and no other', async () => {
    const desk = await openDesk(await open())
    const id = await darkEstate(desk)
    await desk.incidents.answerSweep(id, 'S-1', { state: 'empty' }, KEEPER)
    const linesFor = async (who: typeof KEEPER) =>
      (await desk.incidents.sweep(id, who)).lines.map((line) => line.equipmentId).sort()
    expect(await linesFor(KEEPER)).toEqual(['S-1', 'S-2'])
    expect(await linesFor(STRANGER)).toEqual(['S-9'])
    const seenBy = async (who: typeof KEEPER) =>
      (await desk.incidents.timeline(id, { limit: 100 }, who)).items.filter((entry) => entry.kind === 'sweep')
        .length
    expect([await seenBy(DISPATCHER), await seenBy(KEEPER), await seenBy(STRANGER)]).toEqual([1, 1, 0])
    const foreign = desk.incidents.answerSweep(id, 'S-1', { state: 'empty' }, STRANGER)
    await expect(foreign).rejects.toMatchObject({ code: 'SWEEP_LIFT_UNKNOWN' })
    const reader = viewer('regulator', null, ['*'])
    await expect(desk.incidents.answerSweep(id, 'S-1', { state: 'empty' }, reader)).rejects.toMatchObject({
      code: 'ROLE_FORBIDDEN',
    })
    const other = viewer('technician', 'station-1')
    await expect(desk.incidents.sweep(id, other)).rejects.toMatchObject({ code: 'INCIDENT_UNKNOWN' })
    // Whoever is sent to the area sees and answers for all of it.
    await desk.incidents.act(id, { action: 'dispatch', party: 'station-1', level: 2 }, DISPATCHER)
    expect(await linesFor(other)).toEqual(['S-1', 'S-2', 'S-9'])
    await desk.incidents.answerSweep(id, 'S-9', { state: 'people-inside', people: 1 }, other)
    const told = await desk.incidents.announcement(id)
    expect(told?.organisations.sort()).toEqual(['company-a', 'company-b', 'estate-1', 'station-1'])
    expect(told?.summary.sweep).toEqual({ lifts: 3, unknown: 1, inside: 1 })
  })

  it('what is no area event has no list', async () => {
    const desk = await openDesk(await open())
    const { incident } = await desk.incidents.report({ channel: 'phone', equipmentId: 'EL1' }, DISPATCHER)
    await expect(desk.incidents.sweep(incident.id, DISPATCHER)).rejects.toMatchObject({ code: 'SWEEP_NONE' })
  })
})
