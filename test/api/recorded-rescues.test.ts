/** 63 real calls of a fire department, told to the API as they happened, and once more from paper on another day. */
import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ActionBody, Incident } from '../../src/api/incident-schemas.js'
import { apiOf, bearer } from './api-of.js'
import { createWorld, type World } from './world.js'

/** One unit sent to one call; `test/recordings/sf_elevator_rescue_dispatch/SOURCE.md` says what is what. */
interface Unit {
  call_number: string
  unit_id: string
  address_block: string
  final_disposition: 'Fire' | 'No Merit' | 'Cancelled'
  received: string
  entry: string
  dispatch: string
  en_route: string
  on_scene: string
  available: string
  lat: string
  lon: string
  s_received_to_dispatch: string
  s_dispatch_to_en_route: string
  s_dispatch_to_on_scene: string
  s_received_to_on_scene: string
  s_on_scene_to_available: string
}

const FILE = new URL(
  '../recordings/sf_elevator_rescue_dispatch/elevator_escalator_rescue_units.csv',
  import.meta.url,
)
const units = parse(readFileSync(FILE, 'utf8'), { columns: true, bom: true }) as Unit[]
const calls = [...new Set(units.map((unit) => unit.call_number))].map((number) =>
  units.filter((unit) => unit.call_number === number),
)
const without = units.filter((unit) => unit.on_scene === '')

/** Local time of San Francisco: summer time in April, none in December and January. */
const msOf = (local: string) =>
  Date.parse(`${local.replace(' ', 'T')}${local.includes('-04-') ? '-07:00' : '-08:00'}`)
const partyOf = ({ unit_id }: Unit) => `unit-${unit_id}`

/** What one unit does, and when. */
function actsOf(unit: Unit): { at: string; unit: Unit; act: ActionBody['action'] }[] {
  const { dispatch, en_route, on_scene, available } = unit
  const acts = [
    { at: dispatch, unit, act: 'dispatch' as const },
    { at: en_route, unit, act: 'accept' as const },
    { at: en_route, unit, act: 'depart' as const },
    { at: on_scene, unit, act: 'arrive' as const },
    { at: available, unit, act: 'recall' as const },
  ]
  return acts.filter(({ at }) => at !== '')
}

/** The last unit's end is that of the incident. */
const lastOf = (call: readonly Unit[]) =>
  call.reduce((last, unit) => (msOf(unit.available) > msOf(last.available) ? unit : last))

function endOf({ final_disposition }: Unit): ActionBody[] {
  switch (final_disposition) {
    case 'Fire':
      return [{ action: 'release', outcome: 'freed-by-fire' }, { action: 'resolve' }, { action: 'close' }]
    case 'No Merit':
      return [{ action: 'resolve', outcome: 'not-a-trap' }, { action: 'close' }]
    case 'Cancelled':
      return [{ action: 'false-alarm', reason: 'cancelled by the caller' }, { action: 'close' }]
  }
}

let world: World
let app: FastifyInstance
let base: string
beforeAll(async () => {
  world = await createWorld()
  for (const party of new Set(units.map(partyOf)))
    await world.registry.organisations.create({ id: party, name: party, type: 'station' }, world.admin)
  app = await apiOf(world)
  base = await app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await app.close()
  await world.close()
})

async function ask<T>(path: string, body?: object): Promise<T> {
  const response = await fetch(base + path, {
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
    headers: { ...bearer(world.tokens.dispatcher), ...(body && { 'content-type': 'application/json' }) },
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${path} ${JSON.stringify(body)}: ${text}`)
  return JSON.parse(text) as T
}

/** Tells one call, unit by unit or in the order of time; `tell` sets the clock before each word. */
async function replay(
  call: readonly Unit[],
  { byTime, tell }: { byTime: boolean; tell: (at: number) => void },
): Promise<Incident> {
  const [first] = call
  if (!first) throw new Error('a call without units')
  tell(msOf(first.received))
  const { id } = await ask<Incident>('/api/incidents', {
    channel: 'phone',
    callId: first.call_number,
    place: { text: first.address_block, lat: Number(first.lat), lon: Number(first.lon) },
    at: msOf(first.received),
  })
  const say = async (at: string, action: ActionBody) => {
    tell(msOf(at))
    return await ask<Incident>(`/api/incidents/${id}/actions`, { ...action, at: msOf(at) })
  }
  await say(first.entry, { action: 'confirm' })
  const last = lastOf(call)
  const acts = call.flatMap(actsOf).filter(({ unit, act }) => unit !== last || act !== 'recall')
  if (byTime) acts.sort((a, b) => msOf(a.at) - msOf(b.at))
  const assignmentByUnit = new Map<Unit, string>()
  for (const { at, unit, act } of acts) {
    const incident = await say(
      at,
      act === 'dispatch'
        ? { action: act, party: partyOf(unit), person: unit.unit_id }
        : { action: act, assignmentId: assignmentByUnit.get(unit) ?? '' },
    )
    const sent = incident.assignments.find(({ party }) => party === partyOf(unit))
    if (sent) assignmentByUnit.set(unit, sent.id)
  }
  for (const end of endOf(last)) await say(last.available, end)
  // What is stored, not what the last act answered.
  return await ask<Incident>(`/api/incidents/${id}`)
}

const seconds = (from: string | null | undefined, to: string | null | undefined) =>
  from && to ? String((Date.parse(to) - Date.parse(from)) / 1000) : ''
const isoOf = (local: string) => new Date(msOf(local)).toISOString()
const earliest = (times: readonly string[]) =>
  times.filter((time) => time !== '').sort((a, b) => msOf(a) - msOf(b))[0]
const isoOrNull = (local: string | undefined) => (local === undefined ? null : isoOf(local))

/** Every time of the file, and every duration that it counts, against what is stored. */
function expectAsRecorded(call: readonly Unit[], incident: Incident, timeline: readonly Entry[]): void {
  const { times, assignments } = incident
  const last = lastOf(call)
  const released = last.final_disposition === 'Fire'
  expect(times).toMatchObject({
    reportedAt: isoOf(last.received),
    dispatchedAt: isoOrNull(earliest(call.map((unit) => unit.dispatch))),
    acceptedAt: isoOrNull(earliest(call.map((unit) => unit.en_route))),
    departedAt: isoOrNull(earliest(call.map((unit) => unit.en_route))),
    arrivedAt: isoOrNull(earliest(call.map((unit) => unit.on_scene))),
    releasedAt: released ? isoOf(last.available) : null,
    closedAt: isoOf(last.available),
  })
  expect(assignments).toHaveLength(call.length)
  for (const unit of call) {
    const sent = assignments.find(({ party }) => party === partyOf(unit))
    expect({
      s_received_to_dispatch: seconds(times.reportedAt, sent?.offeredAt),
      s_dispatch_to_en_route: seconds(sent?.offeredAt, sent?.departedAt),
      s_dispatch_to_on_scene: seconds(sent?.offeredAt, sent?.arrivedAt),
      s_received_to_on_scene: seconds(times.reportedAt, sent?.arrivedAt),
      s_on_scene_to_available: seconds(sent?.arrivedAt, sent?.endedAt),
      available: sent?.endedAt,
    }).toEqual({
      s_received_to_dispatch: unit.s_received_to_dispatch,
      s_dispatch_to_en_route: unit.s_dispatch_to_en_route,
      s_dispatch_to_on_scene: unit.s_dispatch_to_on_scene,
      s_received_to_on_scene: unit.s_received_to_on_scene,
      s_on_scene_to_available: unit.s_on_scene_to_available,
      available: isoOf(unit.available),
    })
    expectTimeline(unit, timeline, sent?.id)
  }
}

interface Entry {
  at: string
  recordedAt: string
  kind: string
  assignmentId: string | null
}
async function timelineOf({ id }: Incident): Promise<Entry[]> {
  return (await ask<{ items: Entry[] }>(`/api/incidents/${id}/timeline?limit=500`)).items
}

function expectTimeline(unit: Unit, entries: readonly Entry[], assignmentId: string | undefined): void {
  const atOf = (kind: string, of?: string) =>
    entries.find((entry) => entry.kind === kind && (of === undefined || entry.assignmentId === of))?.at ??
    null
  expect({
    entry: atOf('confirm'),
    dispatch: atOf('assignment-offered', assignmentId),
    accept: atOf('accept', assignmentId),
    depart: atOf('depart', assignmentId),
    arrive: atOf('arrive', assignmentId),
  }).toEqual({
    entry: isoOf(unit.entry),
    dispatch: isoOf(unit.dispatch),
    accept: isoOf(unit.en_route),
    depart: isoOf(unit.en_route),
    arrive: unit.on_scene === '' ? null : isoOf(unit.on_scene),
  })
}

function expectClosed(call: readonly Unit[], incident: Incident): void {
  expect(incident.status).toBe('closed')
  const outcomes = { Fire: 'freed-by-fire', 'No Merit': 'not-a-trap', Cancelled: 'false-alarm' } as const
  expect(incident.outcome).toBe(outcomes[lastOf(call).final_disposition])
  expect(incident.deadlines).toEqual([])
  for (const unit of call) {
    const sent = incident.assignments.find(({ party }) => party === partyOf(unit))
    if (unit.on_scene === '') expect(sent).toMatchObject({ status: 'recalled', arrivedAt: null })
    else expect(['ended', 'recalled']).toContain(sent?.status)
  }
}

test('the file is the one that is meant', () => {
  expect([calls.length, units.length, without.length]).toEqual([63, 68, 7])
})

describe('told as it happens', () => {
  test.each(calls.map((call) => [call[0]?.call_number, call] as const))('call %s', async (_, call) => {
    const incident = await replay(call, {
      byTime: true,
      tell(at) {
        world.clock.now = at
      },
    })
    const timeline = await timelineOf(incident)
    expectAsRecorded(call, incident, timeline)
    expectClosed(call, incident)
    for (const { at, recordedAt } of timeline) expect(recordedAt).toBe(at)
  })
})

describe('entered from paper on another day, one unit after the other', () => {
  const OTHER_DAY = Date.UTC(2026, 10, 21, 6)
  test.each(calls.map((call) => [call[0]?.call_number, call] as const))('call %s', async (_, call) => {
    world.clock.now = OTHER_DAY
    const incident = await replay(call, { byTime: false, tell: () => undefined })
    const timeline = await timelineOf(incident)
    expectAsRecorded(call, incident, timeline)
    expectClosed(call, incident)
    for (const { recordedAt } of timeline) expect(recordedAt).toBe(new Date(OTHER_DAY).toISOString())
  })
})
