import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { LikelyCause } from '../../src/model/causes.js'
import type { Finding } from '../../src/model/finding.js'
import { onEachDatabase } from '../helpers/databases.js'
import {
  AFTERNOON,
  awaited,
  type Desk,
  DISPATCHER,
  kindsOfTimeline,
  MINUTE,
  openDesk,
} from '../helpers/desk.js'
import { buildEstate, dark, SECOND, silent, trap } from './estate.js'

async function areasOf({ incidents }: Desk) {
  const { items } = await incidents.list({ class: ['area'], limit: 100 }, DISPATCHER)
  return items.reverse()
}

async function onlyArea(desk: Desk) {
  const [area, ...more] = await areasOf(desk)
  if (!area || more.length > 0) throw new Error(`${more.length + (area ? 1 : 0)} areas, one expected`)
  return {
    ...(await desk.incidents.get(area.id, DISPATCHER)),
    list: await desk.incidents.sweep(area.id, DISPATCHER),
  }
}

onEachDatabase('area events', ({ dialect, open, address, openAt }) => {
  it('two lifts of a site lose their mains: one P1 incident with a clock, and every lift of the site on its list', async () => {
    const desk = await openDesk(await open())
    await buildEstate(desk, { name: 'S', lifts: 4 })
    await desk.incidents.receiveFindings([dark('S-1')])
    expect(await areasOf(desk)).toEqual([])
    await desk.incidents.receiveFindings([dark('S-2', 4 * MINUTE)])
    const area = await onlyArea(desk)
    expect(area).toMatchObject({
      class: 'area',
      priority: 'P1',
      status: 'open',
      site: 'S',
      district: '西工区',
      equipmentId: null,
      place: { text: 'S' },
      sweep: { lifts: 4, unknown: 4, inside: 0 },
    })
    expect(area.number).toBe('20261121-0001')
    expect(awaited(area).map((one) => one.kind)).toEqual(['confirm-by'])
    expect(area.evidence).toMatchObject([{ key: 'lifts-without-mains', value: 2, at: AFTERNOON }])
    expect(area.list).toMatchObject({ kind: 'site', cause: 'power', sites: ['S'], startedAt: AFTERNOON })
    expect(area.list.lines.map((line) => line.equipmentId)).toEqual(['S-1', 'S-2', 'S-3', 'S-4'])
    const { items } = await desk.incidents.findings({}, DISPATCHER)
    expect(items.map((one) => [one.incidentId, one.disposition])).toEqual([
      [area.id, 'joined'],
      [area.id, 'joined'],
    ])
  })

  it.each<{ name: string; lifts: number; said: Finding[]; makes: boolean }>([
    {
      name: 'mains: within five minutes',
      lifts: 9,
      said: [dark('S-1'), dark('S-2', 300 * SECOND)],
      makes: true,
    },
    { name: 'mains: a second later', lifts: 9, said: [dark('S-1'), dark('S-2', 301 * SECOND)], makes: false },
    { name: 'mains: the same lift twice', lifts: 9, said: [dark('S-1'), dark('S-1', MINUTE)], makes: false },
    {
      name: 'mains: a mechanic at one of the main switches',
      lifts: 9,
      said: [dark('S-1'), dark('S-2', MINUTE, { suppressed: 'mechanic-present' })],
      makes: false,
    },
    {
      name: 'mains of one go, a second falls silent 120 s later',
      lifts: 9,
      said: [dark('S-1'), silent('S-2', 120 * SECOND)],
      makes: true,
    },
    {
      name: 'mains of one go, a second falls silent 121 s later',
      lifts: 9,
      said: [dark('S-1'), silent('S-2', 121 * SECOND)],
      makes: false,
    },
    { name: 'silence: two of four', lifts: 4, said: [silent('S-1'), silent('S-2', MINUTE)], makes: true },
    { name: 'silence: two of five', lifts: 5, said: [silent('S-1'), silent('S-2', MINUTE)], makes: false },
    { name: 'silence: one of one', lifts: 1, said: [silent('S-1')], makes: false },
    {
      name: 'silence: three of five, the last too late',
      lifts: 5,
      said: [silent('S-1'), silent('S-2', MINUTE), silent('S-3', 301 * SECOND)],
      makes: false,
    },
  ])('$name', async ({ lifts, said, makes }) => {
    const desk = await openDesk(await open())
    await buildEstate(desk, { name: 'S', lifts })
    for (const one of said) await desk.incidents.receiveFindings([one])
    expect((await areasOf(desk)).length).toBe(makes ? 1 : 0)
    const { items } = await desk.incidents.findings({}, DISPATCHER)
    if (!makes) expect(items.every((one) => one.incidentId === null)).toBe(true)
  })

  it('lifts that cannot fall silent do not dilute the share of those that can', async () => {
    const desk = await openDesk(await open())
    await buildEstate(desk, { name: 'S', lifts: 9 })
    for (const lift of ['S-1', 'S-2', 'S-3']) await desk.registry.credentials.create(lift, DISPATCHER)
    await desk.incidents.receiveFindings([silent('S-1'), silent('S-2')])
    expect((await onlyArea(desk)).sweep).toEqual({ lifts: 9, unknown: 9, inside: 0 })
  })

  it('a site that fell silent: who was moving, displaced or occupied may be trapped, call first, at the top of the list', async () => {
    const desk = await openDesk(await open())
    await buildEstate(desk, { name: 'S', lifts: 4 })
    await desk.incidents.receiveFindings([
      silent('S-1', 0),
      silent('S-2', 30 * SECOND, ['last-moving']),
      silent('S-3', 60 * SECOND, ['last-occupied', 'last-outside-zone']),
      silent('S-4', 181 * SECOND, ['last-occupied']),
    ])
    const area = await onlyArea(desk)
    expect(area.list.cause).toBe('unknown')
    const { items } = await desk.incidents.list({ class: ['trapped'] }, DISPATCHER)
    // The last one fell silent more than two minutes after all others.
    expect(items.map((one) => one.equipmentId).sort()).toEqual(['S-2', 'S-3'])
    for (const one of items)
      expect(one).toMatchObject({
        priority: 'P1',
        pattern: 'L-OFF-P',
        status: 'open',
        parentId: area.id,
        nextDeadline: { kind: 'confirm-by' },
      })
    expect(area.list.lines.map((line) => [line.equipmentId, line.hints])).toEqual([
      ['S-3', ['possible-trap', 'occupied', 'outside-zone']],
      ['S-2', ['possible-trap', 'moving']],
      ['S-4', ['occupied']],
      ['S-1', []],
    ])
    await desk.incidents.receiveFindings([
      silent('S-2', 30 * SECOND, [], { stage: 'cleared', at: AFTERNOON + 600 * SECOND }),
    ])
    const [spoke] = (await desk.incidents.list({ equipment: 'S-2' }, DISPATCHER)).items
    expect(spoke).toMatchObject({ status: 'open', conditionActive: false })
  })

  it('a planned cut is no area event, but whoever it may have shut in is looked for', async () => {
    const desk = await openDesk(await open())
    await buildEstate(desk, { name: 'S', lifts: 3 })
    for (const lift of ['S-1', 'S-2'])
      await desk.registry.marks.set(lift, { kind: 'planned', reason: '电网检修' }, DISPATCHER)
    await desk.incidents.receiveFindings([
      silent('S-1', 1),
      silent('S-2', 2, ['last-moving']),
      dark('S-1', 3),
    ])
    expect(await areasOf(desk)).toEqual([])
    const { items } = await desk.incidents.list({ class: ['trapped'] }, DISPATCHER)
    expect(items.map((one) => one.equipmentId)).toEqual(['S-2'])
    await desk.incidents.receiveFindings([dark('S-3', 10)])
    expect(await areasOf(desk)).toEqual([])
  })

  it('all come back without a word of their mains: it was the network', async () => {
    const desk = await openDesk(await open())
    await buildEstate(desk, { name: 'S', lifts: 2 })
    const both = [silent('S-1'), silent('S-2', 10 * SECOND)]
    await desk.incidents.receiveFindings(both)
    await desk.incidents.receiveFindings(both.map((one) => ({ ...one, stage: 'cleared' as const })))
    const area = await onlyArea(desk)
    expect(area).toMatchObject({ status: 'open', conditionActive: false, list: { cause: 'network' } })
  })

  it('rescues inside join as children before and after it opens, and keep their own crews and clocks', async () => {
    const desk = await openDesk(await open())
    await buildEstate(desk, { name: 'S', lifts: 3 })
    await desk.incidents.receiveFindings([trap('S-1'), dark('S-1'), dark('S-2'), trap('S-2', 60 * SECOND)])
    await desk.incidents.report(
      { channel: 'phone', equipmentId: 'S-3', people: 2, vulnerable: ['孕妇'] },
      DISPATCHER,
    )
    const area = await onlyArea(desk)
    const { items } = await desk.incidents.list({ class: ['trapped'] }, DISPATCHER)
    expect(items.map((one) => [one.equipmentId, one.parentId, one.status]).sort()).toEqual([
      ['S-1', area.id, 'dispatched'],
      ['S-2', area.id, 'dispatched'],
      ['S-3', area.id, 'dispatched'],
    ])
    const first = await desk.incidents.get(
      items.find((one) => one.equipmentId === 'S-1')?.id ?? '',
      DISPATCHER,
    )
    // In an area event the second level goes together with the first.
    expect(first.assignments.map((one) => one.level)).toEqual([1, 2])
    expect(area.list.lines.map((line) => [line.equipmentId, line.people, line.hints])).toEqual([
      ['S-3', 2, ['people-inside', 'occupied', 'vulnerable']],
      ['S-1', null, ['occupied']],
      ['S-2', null, ['occupied']],
    ])
    expect(await kindsOfTimeline(desk, first.id)).toContain('joined-area')
  })

  it('where the neighbours are dark a power cut is the likelier cause, also when the rules guess again', async () => {
    const desk = await openDesk(await open())
    await buildEstate(desk, { name: 'S', lifts: 2 })
    const causes: LikelyCause[] = [
      { cause: 'electrical-component', share: 0.4, evidence: [] },
      { cause: 'power-cut', share: 0.3, evidence: ['mains-lost'] },
      { cause: 'unknown', share: 0.2, evidence: [] },
    ]
    const likelier = [
      { cause: 'power-cut', share: expect.closeTo(3 / 3.7), evidence: ['mains-lost', 'neighbours-dark'] },
      { cause: 'electrical-component', share: expect.closeTo(0.4 / 3.7), evidence: [] },
      { cause: 'unknown', share: expect.closeTo(0.2 / 3.7), evidence: [] },
    ]
    await desk.incidents.receiveFindings([trap('S-1', 0, { stage: 'shown', causes })])
    await desk.incidents.receiveFindings([dark('S-1'), dark('S-2')])
    const guessed = async () => {
      const [trapped] = (await desk.incidents.list({ class: ['trapped'] }, DISPATCHER)).items
      return (await desk.incidents.get(trapped?.id ?? '', DISPATCHER)).causes
    }
    expect(await guessed()).toEqual(likelier)
    await desk.incidents.receiveFindings([trap('S-1', 0, { stage: 'ordered', causes })])
    expect(await guessed()).toEqual(likelier)
  })

  it('neighbours follow: within a kilometre they join the area, which grows; beyond it they have their own', async () => {
    const desk = await openDesk(await open())
    await buildEstate(desk, { name: 'A', lifts: 2 })
    await buildEstate(desk, { name: 'B', lifts: 3, north: 8 })
    await buildEstate(desk, { name: 'C', lifts: 2, north: 30 })
    await desk.incidents.receiveFindings([dark('A-1'), dark('A-2')])
    await desk.incidents.receiveFindings([dark('B-1', 20 * MINUTE), dark('B-3', 21 * MINUTE)])
    await desk.incidents.receiveFindings([dark('C-1', 22 * MINUTE), dark('C-2', 22 * MINUTE)])
    const [first, second, ...more] = await areasOf(desk)
    expect(more).toEqual([])
    expect(first).toMatchObject({ place: { text: 'A +1' }, sweep: { lifts: 5 } })
    expect(second).toMatchObject({ place: { text: 'C' }, sweep: { lifts: 2 } })
    const sweep = await desk.incidents.sweep(first?.id ?? '', DISPATCHER)
    expect(sweep.sites).toEqual(['A', 'B'])
    expect(sweep.radius).toBeGreaterThan(300)
  })

  it('a site between two areas makes them one; the younger ends in the elder with all it had', async () => {
    const desk = await openDesk(await open())
    await buildEstate(desk, { name: 'A', lifts: 2 })
    await buildEstate(desk, { name: 'B', lifts: 2, north: 8 })
    await buildEstate(desk, { name: 'C', lifts: 2, north: 16 })
    await desk.incidents.receiveFindings([dark('A-1'), dark('A-2')])
    await desk.incidents.receiveFindings([dark('C-1', 1), dark('C-2', 1), trap('C-1', 2)])
    const [elder, younger] = await areasOf(desk)
    await desk.incidents.answerSweep(younger?.id ?? '', 'C-2', { state: 'empty' }, DISPATCHER)
    await desk.incidents.receiveFindings([dark('B-1', 3), dark('B-2', 3)])
    const ended = await desk.incidents.get(younger?.id ?? '', DISPATCHER)
    expect(ended).toMatchObject({ status: 'closed', parentId: elder?.id, deadlines: [] })
    const sweep = await desk.incidents.sweep(elder?.id ?? '', DISPATCHER)
    expect(sweep.sites).toEqual(['A', 'B', 'C'])
    expect(sweep.counts).toEqual({ lifts: 6, unknown: 5, inside: 0 })
    const [rescue] = (await desk.incidents.list({ equipment: 'C-1' }, DISPATCHER)).items
    expect(rescue?.parentId).toBe(elder?.id)
  })

  it('after it was closed the same findings change nothing, and a new cut makes a new area', async () => {
    const desk = await openDesk(await open())
    await buildEstate(desk, { name: 'S', lifts: 2 })
    const cut = [dark('S-1'), dark('S-2')]
    await desk.incidents.receiveFindings(cut)
    const { id } = await onlyArea(desk)
    for (const lift of ['S-1', 'S-2'])
      await desk.incidents.answerSweep(id, lift, { state: 'empty' }, DISPATCHER)
    for (const action of ['resolve', 'close'] as const) await desk.incidents.act(id, { action }, DISPATCHER)
    const closed = await onlyArea(desk)
    await desk.incidents.receiveFindings(cut)
    expect(await onlyArea(desk)).toEqual(closed)
    await desk.incidents.receiveFindings([dark('S-1', 2 * MINUTE)])
    expect(await areasOf(desk)).toHaveLength(1)
    await desk.incidents.receiveFindings([dark('S-2', 3 * MINUTE)])
    expect(await areasOf(desk)).toHaveLength(2)
  })

  it('five incidents of any source within ten minutes and a kilometre are one area; four are not', async () => {
    const desk = await openDesk(await open())
    const lifts = await buildEstate(desk, { name: 'S', lifts: 6 })
    await buildEstate(desk, { name: 'far', lifts: 1, north: 20 })
    for (const lift of lifts.slice(0, 3)) await desk.incidents.receiveFindings([trap(lift)])
    await desk.incidents.receiveFindings([trap('far-1')])
    const place = { text: '王府井百货', lat: 34.621, lon: 112.45 }
    await desk.incidents.report({ channel: 'phone', place }, DISPATCHER)
    expect(await areasOf(desk)).toEqual([])
    desk.clock.advance(10 * MINUTE)
    await desk.incidents.receiveFindings([trap('S-4')])
    const area = await onlyArea(desk)
    expect(area.list).toMatchObject({ kind: 'nearby', cause: 'unknown', sites: [] })
    expect(area.evidence).toMatchObject([{ key: 'incidents-in-the-area', value: 5 }])
    // Every lift between them is on the list, also those of which nobody has heard.
    expect(area.list.lines.map((line) => line.equipmentId).sort()).toEqual(
      expect.arrayContaining(['S-1', 'S-2', 'S-3', 'S-4', 'S-5', 'S-6']),
    )
    expect(area.list.lines.map((line) => line.equipmentId)).not.toContain('far-1')
    await desk.incidents.report({ channel: 'phone', place: { ...place, lat: 34.624 } }, DISPATCHER)
    expect((await onlyArea(desk)).evidence).toMatchObject([{ value: 6 }])
  })

  it('the fifth incident comes ten minutes and a second after the first: no area', async () => {
    const desk = await openDesk(await open())
    const lifts = await buildEstate(desk, { name: 'S', lifts: 5 })
    for (const lift of lifts) {
      await desk.incidents.receiveFindings([trap(lift)])
      desk.clock.advance(150_250)
    }
    expect(await areasOf(desk)).toEqual([])
  })

  it('three times as many incidents as the hour is used to, all over the city', async () => {
    const desk = await openDesk(await open())
    for (let i = 0; i < 18; i++) await buildEstate(desk, { name: `S${i}`, lifts: 1, north: 20 * i })
    for (let i = 0; i < 14; i++) await desk.incidents.receiveFindings([trap(`S${i}-1`)])
    expect(await areasOf(desk)).toEqual([])
    await desk.incidents.receiveFindings([trap('S14-1')])
    const area = await onlyArea(desk)
    expect(area.list).toMatchObject({ kind: 'city', counts: { lifts: 15, unknown: 15 } })
    expect(area.evidence).toMatchObject([{ key: 'incidents-in-the-hour', value: 15 }])
    await desk.incidents.receiveFindings([trap('S15-1')])
    expect((await onlyArea(desk)).sweep?.lifts).toBe(16)
    // The next hour is an ordinary one.
    desk.clock.advance(60 * MINUTE)
    await desk.incidents.receiveFindings([trap('S16-1')])
    expect((await onlyArea(desk)).sweep?.lifts).toBe(16)
  })

  it('two consoles that see one lift each make one area', async () => {
    const at = await address()
    const one = await openDesk(await openAt(at))
    const other = await openDesk(await openAt(at), one.clock)
    await buildEstate(one, { name: 'S', lifts: 6 })
    await Promise.all(
      [1, 2, 3, 4, 5, 6].map((i) => (i % 2 ? one : other).incidents.receiveFindings([dark(`S-${i}`, i)])),
    )
    const area = await onlyArea(one)
    expect(area.evidence).toMatchObject([{ key: 'lifts-without-mains', value: 6 }])
  })

  it('in whatever order they come, however often, over restarts: the same findings make the same area', async () => {
    const database = await open()
    let desk = await openDesk(database)
    let run = 0
    const kinds = ['dark', 'silent', 'moving'] as const
    const said = fc.record({
      lift: fc.integer({ min: 1, max: 4 }),
      kind: fc.constantFrom(...kinds),
      at: fc.integer({ min: 0, max: 15 }).map((halves) => halves * 30 * SECOND),
    })
    async function areaAfter(site: string, findings: readonly Finding[], restarts: readonly boolean[]) {
      for (const [i, one] of findings.entries()) {
        if (restarts[i]) desk = await openDesk(database, desk.clock)
        await desk.incidents.receiveFindings([one])
      }
      const nameless = (value: unknown) => JSON.parse(JSON.stringify(value).replaceAll(site, 'SITE'))
      const area = (await areasOf(desk)).find((one) => one.place?.text === site)
      if (!area) return null
      const { list, evidence } = {
        list: await desk.incidents.sweep(area.id, DISPATCHER),
        evidence: (await desk.incidents.get(area.id, DISPATCHER)).evidence,
      }
      const lines = list.lines.map(({ incident, ...line }) => ({ ...line, incident: incident !== null }))
      const { cause, startedAt, counts } = list
      return nameless({ cause, startedAt, counts, lines, evidence })
    }
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(said, { selector: ({ lift, kind, at }) => `${lift} ${kind} ${at}`, maxLength: 6 }),
        fc.array(fc.nat({ max: 100 }), { minLength: 12, maxLength: 12 }),
        fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
        async (all, shuffle, restarts) => {
          run++
          const findingsFor = (site: string) =>
            all.map(({ lift, kind, at }) => {
              if (kind === 'dark') return dark(`${site}-${lift}`, at)
              return silent(`${site}-${lift}`, at, kind === 'moving' ? ['last-moving'] : [])
            })
          const [plain, mixed] = [`P${run}`, `M${run}`]
          for (const [i, name] of [plain, mixed].entries())
            await buildEstate(desk, { name, lifts: 4, north: 100 + 40 * run + 20 * i })
          const inOrder = findingsFor(plain)
          const doubled = [...findingsFor(mixed), ...findingsFor(mixed)]
          const random = doubled
            .map((one, i) => ({ one, by: shuffle[i] ?? 0 }))
            .sort((a, b) => a.by - b.by)
            .map(({ one }) => one)
          expect(await areaAfter(mixed, random, restarts)).toEqual(await areaAfter(plain, inOrder, []))
        },
      ),
      { numRuns: dialect === 'sqlite' ? 20 : 5, seed: 5, endOnFailure: true },
    )
  }, 60_000)
})
