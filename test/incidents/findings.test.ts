import { expect, it } from 'vitest'
import { onEachDatabase } from '../helpers/databases.js'
import {
  AFTERNOON,
  awaited,
  DISPATCHER,
  finding,
  KEEPER,
  kindsOfTimeline,
  MINUTE,
  onlyIncident,
  openDesk,
} from '../helpers/desk.js'

onEachDatabase('findings', ({ open, address, openAt }) => {
  it('ordered: the incident, its level-1 assignment and its clocks are there at once', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding()])
    const incident = await onlyIncident(desk)
    expect(incident).toMatchObject({
      number: '20261121-0001',
      status: 'dispatched',
      class: 'trapped',
      group: 'life-safety',
      pattern: 'L-TRAP-1',
      priority: 'P1',
      source: 'rule',
      equipmentId: 'EL1',
      district: '西工区',
      conditionActive: true,
      version: 1,
      times: { reportedAt: AFTERNOON, dispatchedAt: AFTERNOON, acceptedAt: null },
    })
    expect(incident.assignments).toMatchObject([
      { level: 1, role: 'maintainer', party: 'company-a', status: 'offered', offeredAt: AFTERNOON },
    ])
    expect(awaited(incident).map(({ kind, dueAt }) => [kind, dueAt - AFTERNOON])).toEqual([
      ['accept-by', 3 * MINUTE],
      ['arrive-by', 30 * MINUTE],
    ])
    expect(await kindsOfTimeline(desk, incident.id)).toEqual(['opened', 'assignment-offered'])
  })

  it('shown => ordered: a suspicion waits for a person, then the order sends level 1', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding({ stage: 'shown' })])
    const shown = await onlyIncident(desk)
    expect(shown).toMatchObject({ status: 'open', assignments: [] })
    expect(awaited(shown)).toMatchObject([{ kind: 'confirm-by', dueAt: AFTERNOON + 3 * MINUTE }])
    await desk.incidents.receiveFindings([finding({ stage: 'ordered' })])
    const ordered = await onlyIncident(desk)
    expect(ordered.status).toBe('dispatched')
    expect(ordered.assignments).toHaveLength(1)
    expect(awaited(ordered).map((one) => one.kind)).toEqual(['accept-by', 'arrive-by'])
  })

  it('a repeated id and stage changes nothing, also after the incident is closed', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding({ stage: 'shown' }), finding(), finding()])
    const { id } = await onlyIncident(desk)
    for (const action of ['release', 'resolve', 'close'] as const)
      await desk.incidents.act(id, { action }, DISPATCHER)
    const closed = await onlyIncident(desk)
    await desk.incidents.receiveFindings([finding({ stage: 'shown' }), finding()])
    expect(await onlyIncident(desk)).toEqual(closed)
    const { items } = await desk.incidents.findings({}, DISPATCHER)
    expect(items).toHaveLength(1)
  })

  it('findings of the same rescue join: priority rises, never falls, evidence is added', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([
      finding({ id: 'EL1/L-DOR/90', pattern: 'L-DOR', class: 'door', priority: 'P1', stage: 'shown' }),
      finding({ id: 'EL1/L-UCM/95', pattern: 'L-UCM', class: 'movement', priority: 'P0' }),
      finding({ evidence: [{ key: 'passenger', witness: 'machine' }] }),
    ])
    const incident = await onlyIncident(desk)
    expect(incident).toMatchObject({ priority: 'P0', class: 'trapped', status: 'dispatched' })
    expect(incident.evidence.map((one) => one.key)).toEqual(['stopped-outside-zone', 'passenger'])
    expect(incident.assignments).toHaveLength(1)
    const { items } = await desk.incidents.findings({}, DISPATCHER)
    expect(items.map((one) => one.disposition).sort()).toEqual(['joined', 'joined', 'opened'])
  })

  it('a finding that grows worse in the same stage raises its incident; told again, nothing changes', async () => {
    const desk = await openDesk(await open())
    const pressure = { id: 'EL1/B-OVP/90', pattern: 'B-OVP', class: 'pressure' } as const
    await desk.incidents.receiveFindings([finding({ ...pressure, priority: 'P3' })])
    expect((await desk.incidents.list({}, DISPATCHER)).items).toEqual([])
    await desk.incidents.receiveFindings([finding({ ...pressure, priority: 'P1' })])
    expect((await onlyIncident(desk)).priority).toBe('P1')
    const failed = finding({ ...pressure, priority: 'P0', interlockFailed: true })
    await desk.incidents.receiveFindings([failed])
    const worst = await onlyIncident(desk)
    expect(worst.priority).toBe('P0')
    await desk.incidents.receiveFindings([failed, finding({ ...pressure, priority: 'P1' })])
    expect(await onlyIncident(desk)).toEqual(worst)
  })

  it('cleared: noted on the incident, which goes on', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding(), finding({ stage: 'cleared' })])
    const incident = await onlyIncident(desk)
    expect(incident).toMatchObject({ conditionActive: false, status: 'dispatched' })
    expect(await kindsOfTimeline(desk, incident.id)).toContain('finding-cleared')
  })

  it.each([
    { name: 'late', change: { suppressed: 'late' }, disposition: 'late' },
    { name: 'inspection operation', change: { suppressed: 'inspection' }, disposition: 'inspection' },
    {
      name: 'muted, though it needs confirmation',
      change: { suppressed: 'muted', needsConfirmation: true },
      disposition: 'muted',
    },
    { name: 'P3', change: { priority: 'P3', class: 'combustion' }, disposition: 'low-priority' },
    {
      name: 'P2 on a clock that cannot be trusted',
      change: { priority: 'P2', class: 'levelling', needsConfirmation: true },
      disposition: 'needs-confirmation',
    },
    { name: 'cleared before we saw it', change: { stage: 'cleared' }, disposition: 'cleared-before-seen' },
  ] as const)('$name: stored with its reason, nobody is sent', async ({ change, disposition }) => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding(change)])
    expect((await desk.incidents.list({}, DISPATCHER)).items).toEqual([])
    const { items } = await desk.incidents.findings({}, DISPATCHER)
    expect(items).toMatchObject([{ id: 'EL1/L-TRAP-1/100', disposition, incidentId: null }])
  })

  it('late, yet a rescue is open: its evidence is kept there', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([
      finding(),
      finding({
        id: 'EL1/L-TRAP-3/50',
        pattern: 'L-TRAP-3',
        suppressed: 'late',
        evidence: [{ key: 'button', witness: 'person' }],
      }),
    ])
    const incident = await onlyIncident(desk)
    expect(incident.evidence).toHaveLength(2)
    expect(await kindsOfTimeline(desk, incident.id)).toContain('finding-late')
  })

  it('P1 that needs confirmation: an incident before a dispatcher, no order, whatever the stage', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding({ needsConfirmation: true, suppressed: 'late' })])
    const incident = await onlyIncident(desk)
    expect(incident).toMatchObject({ status: 'open', assignments: [] })
    expect(awaited(incident).map((one) => one.kind)).toEqual(['confirm-by'])
  })

  it('P2: an incident without order and without clocks', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding({ priority: 'P2', class: 'levelling' })])
    expect(await onlyIncident(desk)).toMatchObject({
      status: 'open',
      group: 'levelling',
      assignments: [],
      deadlines: [],
    })
  })

  it('P2 of a lift that is being rescued: its evidence joins, and there is one case to look at', async () => {
    const desk = await openDesk(await open())
    const door = { pattern: 'L-DOF', class: 'door', priority: 'P2' } as const
    await desk.incidents.receiveFindings([
      finding(),
      finding({
        id: 'EL1/L-DOF/120',
        ...door,
        evidence: [{ key: 'door-does-not-open', witness: 'machine' }],
      }),
    ])
    const incident = await onlyIncident(desk)
    expect(incident).toMatchObject({ class: 'trapped', pattern: 'L-TRAP-1', priority: 'P1' })
    expect(incident.evidence.map((one) => one.key)).toContain('door-does-not-open')
    expect(incident.assignments).toHaveLength(1)
    // What has nothing to do with the rescue stays a case of its own.
    await desk.incidents.receiveFindings([
      finding({ id: 'EL1/L-LVL/130', pattern: 'L-LVL', class: 'levelling', priority: 'P2' }),
    ])
    expect((await desk.incidents.list({}, DISPATCHER)).items).toHaveLength(2)
  })

  it('a rescue takes over what the same lift had before it, unless a crew is on its way to that', async () => {
    const desk = await openDesk(await open())
    const stop = { pattern: 'L-EMS', class: 'movement', priority: 'P2' } as const
    await desk.incidents.receiveFindings([
      finding({ id: 'EL1/L-EMS/90', ...stop, evidence: [{ key: 'stopped-hard', witness: 'machine' }] }),
      finding({ id: 'EL2/L-EMS/90', equipment: 'EL2', ...stop }),
    ])
    const lesser = (await desk.incidents.list({ equipment: 'EL1' }, DISPATCHER)).items[0]
    const attended = (await desk.incidents.list({ equipment: 'EL2' }, DISPATCHER)).items[0]
    await desk.incidents.act(attended?.id ?? '', { action: 'dispatch', party: 'company-a' }, DISPATCHER)
    await desk.incidents.receiveFindings([
      finding(),
      finding({ id: 'EL2/L-TRAP-1/100', equipment: 'EL2' }),
      // What the lift had goes on in the rescue.
      finding({ id: 'EL1/L-EMS/90', ...stop, stage: 'cleared' }),
    ])
    const { items } = await desk.incidents.list({}, DISPATCHER)
    expect(items.map((one) => [one.equipmentId, one.class, one.status]).sort()).toEqual([
      ['EL1', 'movement', 'closed'],
      ['EL1', 'trapped', 'dispatched'],
      ['EL2', 'movement', 'dispatched'],
      ['EL2', 'trapped', 'dispatched'],
    ])
    const rescue = items.find((one) => one.equipmentId === 'EL1' && one.class === 'trapped')
    const incident = await desk.incidents.get(rescue?.id ?? '', DISPATCHER)
    expect(incident).toMatchObject({ priority: 'P1', pattern: 'L-TRAP-1' })
    expect(incident.evidence.map((one) => one.key)).toContain('stopped-hard')
    expect(await kindsOfTimeline(desk, incident.id)).toEqual(
      expect.arrayContaining(['opened', 'assignment-offered', 'merged-from', 'finding-cleared']),
    )
    expect(await desk.incidents.get(lesser?.id ?? '', DISPATCHER)).toMatchObject({ parentId: incident.id })
  })

  it('within 30 minutes after the release: offers to reopen; later: a new rescue', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding()])
    const { id } = await onlyIncident(desk)
    await desk.incidents.act(id, { action: 'release', outcome: 'freed-by-level-1' }, DISPATCHER)
    desk.clock.advance(29 * MINUTE)
    await desk.incidents.receiveFindings([finding({ id: 'EL1/L-TRAP-1/200' })])
    const offered = await onlyIncident(desk)
    expect(offered).toMatchObject({
      status: 'released',
      reopenOffered: true,
      attention: { reason: 'reopen-offered' },
    })
    expect(offered.assignments.filter((one) => one.endedAt === null)).toEqual([])
    const reopened = await desk.incidents.act(
      id,
      { action: 'reopen', reason: 'a second person inside' },
      DISPATCHER,
    )
    expect(reopened).toMatchObject({
      status: 'open',
      reopenOffered: false,
      times: { releasedAt: null },
      attention: null,
    })
    expect(awaited(reopened).map((one) => one.kind)).toContain('confirm-by')

    await desk.incidents.act(id, { action: 'release' }, DISPATCHER)
    desk.clock.advance(31 * MINUTE)
    await desk.incidents.receiveFindings([finding({ id: 'EL1/L-TRAP-1/300' })])
    expect((await desk.incidents.list({}, DISPATCHER)).items).toHaveLength(2)
  })

  it('many at once on the same lift from two connections: one incident, gapless numbers', async () => {
    const at = await address()
    const one = await openDesk(await openAt(at))
    const desks = [
      one,
      one.database.dialect === 'postgres' ? await openDesk(await openAt(at), one.clock) : one,
    ]
    await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        desks[i % 2]?.incidents.receiveFindings([
          finding({ id: `EL1/L-TRAP-1/${i}` }),
          finding({
            id: `EL${1 + (i % 2)}/L-LVL/${i}`,
            equipment: `EL${1 + (i % 2)}`,
            class: 'levelling',
            priority: 'P2',
          }),
        ]),
      ),
    )
    const { items } = await one.incidents.list({}, DISPATCHER)
    expect(items.map((item) => item.number).sort()).toEqual([
      '20261121-0001',
      '20261121-0002',
      '20261121-0003',
    ])
    const rescue = items.find((item) => item.class === 'trapped')
    expect((await one.incidents.get(rescue?.id ?? '', DISPATCHER)).assignments).toHaveLength(1)
    expect((await one.incidents.findings({ limit: 100 }, DISPATCHER)).items).toHaveLength(24)
  })

  it('numbers begin anew with the day in China', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding()])
    desk.clock.advance(10 * 60 * MINUTE)
    await desk.incidents.receiveFindings([finding({ id: 'EL2/L-TRAP-1/1', equipment: 'EL2' })])
    const numbers = (await desk.incidents.list({}, DISPATCHER)).items.map((item) => item.number)
    expect(numbers).toEqual(['20261122-0001', '20261121-0001'])
  })

  it('an equipment that nobody registered still gets its rescue, by the next levels', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([finding({ id: 'X/1', equipment: 'NOBODY' })])
    const incident = await onlyIncident(desk)
    expect(incident.status).toBe('dispatched')
    expect(incident.assignments).toMatchObject([{ level: 2 }])
    await expect(desk.incidents.get(incident.id, KEEPER)).resolves.toBeDefined()
  })
})
