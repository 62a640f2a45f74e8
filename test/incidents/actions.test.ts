import { expect, it } from 'vitest'
import { hashOfEntry } from '../../src/record/entry.js'
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
  STRANGER,
  viewer,
} from '../helpers/desk.js'

async function dispatched(desk: Desk): Promise<string> {
  await desk.incidents.receiveFindings([finding()])
  return (await onlyIncident(desk)).id
}

onEachDatabase('actions', ({ open }) => {
  it('accept, depart, arrive, release, resolve, review, close: seven times apart, every step in the timeline', async () => {
    const desk = await openDesk(await open())
    const id = await dispatched(desk)
    const at = (minute: number) => AFTERNOON + minute * MINUTE
    for (const [minute, action] of [
      [1, 'accept'],
      [2, 'depart'],
      [11, 'arrive'],
      [15, 'release'],
    ] as const) {
      desk.clock.advance(at(minute) - desk.clock.now())
      await desk.incidents.act(id, { action, via: 'app', person: '张师傅' }, KEEPER)
    }
    desk.clock.advance(45 * MINUTE)
    await desk.incidents.act(id, { action: 'resolve', cause: 'door-lock' }, KEEPER)
    await desk.incidents.act(id, { action: 'review' }, DISPATCHER)
    const closed = await desk.incidents.act(id, { action: 'close' }, DISPATCHER)
    expect(closed).toMatchObject({
      status: 'closed',
      outcome: 'freed-by-level-1',
      cause: 'door-lock',
      times: {
        reportedAt: at(0),
        dispatchedAt: at(0),
        acceptedAt: at(1),
        departedAt: at(2),
        arrivedAt: at(11),
        releasedAt: at(15),
        resolvedAt: at(60),
        closedAt: at(60),
      },
    })
    expect(closed.assignments).toMatchObject([{ status: 'ended', person: '张师傅', endedAt: at(15) }])
    expect(awaited(closed).map((one) => one.kind)).toEqual(['re-check'])
    expect(await kindsOfTimeline(desk, id)).toEqual([
      'opened',
      'assignment-offered',
      'accept',
      'depart',
      'arrive',
      'release',
      'assignment-ended',
      'resolve',
      'review',
      'close',
    ])
  })

  it('the timeline is numbered without gaps and each entry carries the hash of the one before', async () => {
    const desk = await openDesk(await open())
    const id = await dispatched(desk)
    await desk.incidents.act(id, { action: 'accept' }, KEEPER)
    await desk.incidents.act(id, { action: 'note', note: '门口有人接' }, KEEPER)
    const rows = await desk.database.db
      .selectFrom('timeline')
      .selectAll()
      .where('incident_id', '=', id)
      .orderBy('seq')
      .execute()
    let previous = '0'.repeat(64)
    for (const [i, row] of rows.entries()) {
      expect(row.seq).toBe(i + 1)
      expect(row.previous_hash).toBe(previous)
      expect(row.hash).toBe(hashOfEntry(row))
      previous = row.hash
    }
    expect(rows).toHaveLength(4)
    await expect(desk.database.db.deleteFrom('timeline').execute()).rejects.toThrow(/append-only/)
  })

  it('a move that the state does not allow is refused and changes nothing', async () => {
    const desk = await openDesk(await open())
    const id = await dispatched(desk)
    const before = await desk.incidents.get(id, DISPATCHER)
    for (const request of [
      { action: 'confirm' },
      { action: 'close' },
      { action: 'depart' },
      { action: 'arrive' },
      { action: 'resolve' },
    ] as const)
      await expect(desk.incidents.act(id, request, DISPATCHER)).rejects.toMatchObject({
        code: 'ACTION_NOT_ALLOWED',
        status: 409,
      })
    expect(await desk.incidents.get(id, DISPATCHER)).toEqual(before)
    expect(await kindsOfTimeline(desk, id)).toHaveLength(2)
  })

  it('the same key gets the same reply and acts once; another body is KEY_REUSED', async () => {
    const desk = await openDesk(await open())
    const id = await dispatched(desk)
    const request = { action: 'accept', key: 'k1', via: 'app' } as const
    const [first, second] = await Promise.all([
      desk.incidents.act(id, request, KEEPER),
      desk.incidents.act(id, request, KEEPER),
    ])
    desk.clock.advance(MINUTE)
    expect(second).toEqual(first)
    expect(await desk.incidents.act(id, request, KEEPER)).toEqual(first)
    await expect(desk.incidents.act(id, { action: 'decline', key: 'k1' }, KEEPER)).rejects.toMatchObject({
      code: 'KEY_REUSED',
    })
    expect((await kindsOfTimeline(desk, id)).filter((kind) => kind === 'accept')).toHaveLength(1)
  })

  it('of two who saw the same version one wins', async () => {
    const desk = await openDesk(await open())
    const id = await dispatched(desk)
    const { version } = await desk.incidents.get(id, DISPATCHER)
    await desk.incidents.act(id, { action: 'accept', version }, KEEPER)
    await expect(
      desk.incidents.act(id, { action: 'false-alarm', reason: 'x', version }, DISPATCHER),
    ).rejects.toMatchObject({ code: 'INCIDENT_CHANGED', status: 409 })
  })

  it('false-alarm and reopen need a reason; a correction of times too, and keeps old and new', async () => {
    const desk = await openDesk(await open())
    const id = await dispatched(desk)
    for (const request of [
      { action: 'false-alarm' },
      { action: 'update', times: { dispatchedAt: AFTERNOON + MINUTE } },
    ] as const)
      await expect(desk.incidents.act(id, request, DISPATCHER)).rejects.toMatchObject({
        code: 'ACTION_REASON_NEEDED',
      })
    const corrected = await desk.incidents.act(
      id,
      { action: 'update', times: { dispatchedAt: AFTERNOON + MINUTE }, reason: 'ordered by phone' },
      DISPATCHER,
    )
    expect(corrected.times.dispatchedAt).toBe(AFTERNOON + MINUTE)
    const { items } = await desk.incidents.timeline(id, {}, DISPATCHER)
    expect(items.at(-1)?.detail).toEqual({ times: { dispatchedAt: [AFTERNOON, AFTERNOON + MINUTE] } })
  })

  it('`at` is when it happened, `recordedAt` when we learnt of it; neither ahead of us nor before its cause', async () => {
    const desk = await openDesk(await open())
    const id = await dispatched(desk)
    desk.clock.advance(10 * MINUTE)
    const at = AFTERNOON + 2 * MINUTE
    const incident = await desk.incidents.act(
      id,
      { action: 'accept', at, via: 'phone', onBehalfOf: '豫安', callId: 'c7' },
      DISPATCHER,
    )
    expect(incident.times.acceptedAt).toBe(at)
    const { items } = await desk.incidents.timeline(id, {}, DISPATCHER)
    expect(items.at(-1)).toMatchObject({
      at,
      recordedAt: desk.clock.now(),
      via: 'phone',
      onBehalfOf: '豫安',
      callId: 'c7',
    })
    for (const wrong of [AFTERNOON - 60 * MINUTE, desk.clock.now() + 60 * MINUTE])
      await expect(desk.incidents.act(id, { action: 'depart', at: wrong }, DISPATCHER)).rejects.toMatchObject(
        { code: 'REQUEST_INVALID' },
      )
  })

  it('parties see and move what was offered to them, from the offer until 24 h after its end', async () => {
    const desk = await openDesk(await open())
    const id = await dispatched(desk)
    await expect(desk.incidents.get(id, STATION)).rejects.toMatchObject({ code: 'INCIDENT_UNKNOWN' })
    await desk.incidents.act(id, { action: 'decline', reason: 'no crew' }, KEEPER)
    expect((await desk.incidents.get(id, STATION)).assignments).toHaveLength(2)
    await expect(desk.registry.equipment.get('EL1', STATION)).resolves.toMatchObject({ id: 'EL1' })
    await desk.incidents.act(id, { action: 'accept' }, STATION)
    await desk.incidents.act(id, { action: 'arrive' }, STATION)
    await desk.incidents.act(id, { action: 'release', people: 2 }, STATION)
    desk.clock.advance(23 * 60 * MINUTE)
    expect(await desk.incidents.get(id, STATION)).toMatchObject({ outcome: 'freed-by-level-2', people: 2 })
    desk.clock.advance(2 * 60 * MINUTE)
    await expect(desk.incidents.get(id, STATION)).rejects.toMatchObject({ code: 'INCIDENT_UNKNOWN' })
    await expect(desk.registry.equipment.get('EL1', STATION)).rejects.toMatchObject({
      code: 'EQUIPMENT_UNKNOWN',
    })
    await expect(desk.incidents.get(id, STRANGER)).rejects.toMatchObject({ code: 'INCIDENT_UNKNOWN' })
    await expect(desk.incidents.get(id, KEEPER)).resolves.toBeDefined()
  })

  it('roles: a regulator reads their district and changes nothing; a crew moves only its own assignment', async () => {
    const desk = await openDesk(await open())
    const id = await dispatched(desk)
    const regulator = viewer('regulator', null, ['西工区'])
    await expect(desk.incidents.get(id, regulator)).resolves.toBeDefined()
    await expect(desk.incidents.act(id, { action: 'note', note: 'x' }, regulator)).rejects.toMatchObject({
      code: 'ROLE_FORBIDDEN',
    })
    await expect(desk.incidents.get(id, viewer('regulator', null, ['老城区']))).rejects.toMatchObject({
      code: 'INCIDENT_UNKNOWN',
    })
    const sent = await desk.incidents.act(id, { action: 'dispatch', party: 'station-1' }, DISPATCHER)
    const [own, other] = sent.assignments
    await expect(
      desk.incidents.act(id, { action: 'accept', assignmentId: other?.id ?? '' }, KEEPER),
    ).rejects.toMatchObject({ code: 'ROLE_FORBIDDEN' })
    await expect(desk.incidents.act(id, { action: 'accept' }, DISPATCHER)).rejects.toMatchObject({
      code: 'ASSIGNMENT_NEEDED',
    })
    await expect(
      desk.incidents.act(id, { action: 'accept', assignmentId: 'nobody' }, DISPATCHER),
    ).rejects.toMatchObject({ code: 'ASSIGNMENT_UNKNOWN' })
    const accepted = await desk.incidents.act(id, { action: 'accept', assignmentId: own?.id ?? '' }, KEEPER)
    expect(accepted.status).toBe('accepted')
    expect(
      (await desk.incidents.act(id, { action: 'recall', assignmentId: own?.id ?? '' }, DISPATCHER)).status,
    ).toBe('dispatched')
  })

  it('closed while the condition persists: the incident says so and looks again', async () => {
    const desk = await openDesk(await open())
    const id = await dispatched(desk)
    const incident = await desk.incidents.act(id, { action: 'false-alarm', reason: 'test' }, DISPATCHER)
    expect(incident).toMatchObject({ status: 'false-alarm', outcome: 'false-alarm', conditionActive: true })
    expect(incident.deadlines).toMatchObject([{ kind: 're-check', dueAt: AFTERNOON + 10 * MINUTE }])
    expect(incident.assignments).toMatchObject([{ status: 'recalled' }])
    await desk.incidents.receiveFindings([finding({ stage: 'cleared' })])
    expect((await desk.incidents.get(id, DISPATCHER)).deadlines).toEqual([])
  })

  it('merge: one goes on with everything known, the other is closed; split: a second incident of its own', async () => {
    const desk = await openDesk(await open())
    const id = await dispatched(desk)
    const { incident: call } = await desk.incidents.report(
      { place: { text: '王府井 3号门' }, channel: 'phone', callers: [{ phone: '13800001111' }], people: 3 },
      DISPATCHER,
    )
    const merged = await desk.incidents.act(call.id, { action: 'merge', into: id }, DISPATCHER)
    expect(merged).toMatchObject({ status: 'closed', parentId: id })
    const goesOn = await desk.incidents.get(id, DISPATCHER)
    expect(goesOn).toMatchObject({ people: 3, status: 'dispatched' })
    expect(goesOn.callers).toMatchObject([{ phone: '13800001111' }])
    expect((await desk.incidents.get(id, KEEPER)).callers).toMatchObject([{ phone: '…1111' }])
    await desk.incidents.act(id, { action: 'split', rescueCode: '102332', people: 1 }, DISPATCHER)
    const [child] = await desk.incidents.openFor('EL2', DISPATCHER)
    expect(await desk.incidents.get(child?.id ?? '', DISPATCHER)).toMatchObject({ parentId: id, people: 1 })
  })

  it('locate binds a place to an equipment, or makes a provisional one; not beside an open rescue', async () => {
    const desk = await openDesk(await open())
    await dispatched(desk)
    const report = { place: { text: '解放路 12 号' }, channel: 'phone' } as const
    const { incident } = await desk.incidents.report(report, DISPATCHER)
    await expect(
      desk.incidents.act(incident.id, { action: 'locate', equipmentId: 'EL1' }, DISPATCHER),
    ).rejects.toMatchObject({ code: 'INCIDENT_EXISTS' })
    const bound = await desk.incidents.act(incident.id, { action: 'locate', equipmentId: 'EL2' }, DISPATCHER)
    expect(bound).toMatchObject({ equipmentId: 'EL2', district: '西工区' })
    const { incident: second } = await desk.incidents.report(report, DISPATCHER)
    const made = await desk.incidents.act(second.id, { action: 'locate', provisional: true }, DISPATCHER)
    expect(await desk.registry.equipment.get(made.equipmentId ?? '', DISPATCHER)).toMatchObject({
      provisional: true,
      name: '解放路 12 号',
    })
  })

  it('take, handover, contact, callback, transfer, update are noted where they make sense', async () => {
    const desk = await openDesk(await open())
    const id = await dispatched(desk)
    const taken = await desk.incidents.act(id, { action: 'take' }, DISPATCHER)
    expect(taken.takenBy).toBe(DISPATCHER.userId)
    expect(taken.deadlines).toContainEqual(expect.objectContaining({ kind: 'attend', reason: 'claim' }))
    await desk.incidents.act(id, { action: 'handover', to: 'user-2' }, DISPATCHER)
    await desk.incidents.act(id, { action: 'contact', note: '安抚' }, DISPATCHER)
    await desk.incidents.act(id, { action: 'transfer', to: '110' }, DISPATCHER)
    const updated = await desk.incidents.act(
      id,
      { action: 'update', people: 2, vulnerable: ['child'], car: { light: false }, priority: 'P0' },
      DISPATCHER,
    )
    expect(updated).toMatchObject({
      people: 2,
      vulnerable: ['child'],
      car: { light: false },
      priority: 'P0',
      takenBy: 'user-2',
    })
    await expect(
      desk.incidents.act(id, { action: 'update', priority: 'P3' }, DISPATCHER),
    ).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
    await expect(desk.incidents.act(id, { action: 'callback' }, DISPATCHER)).rejects.toMatchObject({
      code: 'ACTION_NOT_ALLOWED',
    })
  })
})

onEachDatabase('reports', ({ open }) => {
  it('a call from inside sends the company at once; word that is older than that waits for a person', async () => {
    const desk = await openDesk(await open())
    const { incident, joined } = await desk.incidents.report(
      {
        rescueCode: '102331',
        channel: 'phone',
        callId: 'c1',
        people: 2,
        callers: [{ phone: '13912345678' }],
      },
      DISPATCHER,
    )
    expect(joined).toBe(false)
    expect(incident).toMatchObject({ source: 'call', class: 'trapped', priority: 'P1', equipmentId: 'EL1' })
    expect(incident.status).toBe('dispatched')
    expect(incident.assignments).toMatchObject([
      { party: 'company-a', chosenBecause: 'contracted-maintainer' },
    ])
    expect(awaited(incident).map((one) => one.kind)).toEqual(['accept-by', 'arrive-by'])

    const paper = { rescueCode: '102332', channel: 'phone', at: AFTERNOON - 60 * MINUTE } as const
    const { incident: late } = await desk.incidents.report(paper, DISPATCHER)
    expect(awaited(late).map((one) => one.kind)).toEqual(['confirm-by'])
    await desk.incidents.act(late.id, { action: 'confirm' }, DISPATCHER)
    const sent = await desk.incidents.act(late.id, { action: 'dispatch' }, DISPATCHER)
    expect(sent.assignments).toMatchObject([{ party: 'company-a' }])
  })

  it('a call about a lift with an open rescue joins it, whatever it is about', async () => {
    const desk = await openDesk(await open())
    const id = await dispatched(desk)
    const { incident, joined } = await desk.incidents.report(
      { equipmentId: 'EL1', class: 'fault', channel: 'phone', people: 4 },
      DISPATCHER,
    )
    expect({ joined, id: incident.id, people: incident.people }).toEqual({ joined: true, id, people: 4 })
  })

  it('the same Idempotency-Key gets the same reply and opens once', async () => {
    const desk = await openDesk(await open())
    const report = { place: { text: '解放路' }, channel: 'phone' } as const
    const first = await desk.incidents.report(report, DISPATCHER, 'key-1')
    expect(await desk.incidents.report(report, DISPATCHER, 'key-1')).toEqual(first)
    await expect(desk.incidents.report({ ...report, people: 1 }, DISPATCHER, 'key-1')).rejects.toMatchObject({
      code: 'KEY_REUSED',
    })
    expect((await desk.incidents.list({}, DISPATCHER)).items).toHaveLength(1)
  })

  it('what names no place, an unknown code or an unknown class is refused', async () => {
    const desk = await openDesk(await open())
    await expect(desk.incidents.report({ channel: 'phone' }, DISPATCHER)).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    })
    await expect(
      desk.incidents.report({ rescueCode: '999999', channel: 'phone' }, DISPATCHER),
    ).rejects.toMatchObject({ code: 'CODE_UNKNOWN' })
  })

  it('lists by status, priority, class, equipment, district, maintainer, time and text, page by page', async () => {
    const desk = await openDesk(await open())
    await dispatched(desk)
    desk.clock.advance(MINUTE)
    for (let i = 0; i < 5; i++)
      await desk.incidents.report(
        { place: { text: `路口 ${i}`, district: '老城区' }, class: 'fault', channel: 'app' },
        DISPATCHER,
      )
    const list = async (query: Parameters<typeof desk.incidents.list>[0]) =>
      (await desk.incidents.list(query, DISPATCHER)).items.length
    expect(await list({ status: ['dispatched'] })).toBe(1)
    expect(await list({ priority: ['P2'] })).toBe(5)
    expect(await list({ class: ['trapped', 'fault'] })).toBe(6)
    expect(await list({ equipment: 'EL1' })).toBe(1)
    expect(await list({ district: '老城区' })).toBe(5)
    expect(await list({ maintainer: 'company-a' })).toBe(1)
    expect(await list({ from: AFTERNOON + 1 })).toBe(5)
    expect(await list({ to: AFTERNOON })).toBe(1)
    expect(await list({ text: '路口 3' })).toBe(1)
    expect(await list({ text: '102331' })).toBe(1)
    expect(await list({ text: '100%' })).toBe(0)
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await desk.incidents.list({ limit: 2, cursor }, DISPATCHER)
      seen.push(...page.items.map((item) => item.number))
      cursor = page.next ?? undefined
    } while (cursor)
    expect(new Set(seen).size).toBe(6)
    expect(seen).toHaveLength(6)
    await expect(desk.incidents.list({ cursor: 'nonsense' }, DISPATCHER)).rejects.toMatchObject({
      code: 'CURSOR_INVALID',
    })
  })
})
