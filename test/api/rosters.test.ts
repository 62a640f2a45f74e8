import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apiOf, bearer } from './api-of.js'
import { createWorld, type World } from './world.js'

const HOUR = 3_600_000

let world: World
let app: FastifyInstance
beforeAll(async () => {
  world = await createWorld()
  app = await apiOf(world)
})
afterAll(async () => {
  await app.close()
  await world.close()
})

async function ask(
  role: keyof World['tokens'],
  url: string,
  payload?: object,
  method = payload ? 'POST' : 'GET',
) {
  const reply = await app.inject({
    url,
    method: method as 'GET',
    headers: bearer(world.tokens[role]),
    ...(payload && { payload }),
  })
  return { status: reply.statusCode, body: reply.json() }
}

test('a company writes its roster, hands a shift over, and the desk and the regulator read it', async () => {
  const iso = (hours: number) => new Date(world.clock.now + hours * HOUR).toISOString()
  const people: string[] = []
  for (const [name, phone] of [
    ['王建国', '13800000001'],
    ['李志强', '13800000002'],
  ]) {
    const { status, body } = await ask('maintainer', '/api/members', { name, phone })
    expect(status).toBe(201)
    people.push(body.id)
  }
  const [wang = '', li = ''] = people
  const certificate = { class: 'elevator-repair', number: 'T-1', validUntil: '2032-05-01T00:00:00+08:00' }
  for (const id of people)
    expect(await ask('maintainer', `/api/members/${id}/certificates`, certificate)).toMatchObject({
      status: 201,
      body: { certificates: [{ class: 'elevator-repair', validUntil: '2032-04-30T16:00:00.000Z' }] },
    })
  const crew = await ask('maintainer', '/api/crews', {
    name: '西工一组',
    kinds: ['elevator'],
    districts: ['西工区'],
    memberIds: people,
  })
  expect(crew).toMatchObject({ status: 201, body: { memberIds: [...people].sort(), location: null } })
  const shift = async (from: number, until: number, member: string) => {
    const span = { from: iso(from), until: iso(until) }
    const body = { crewId: crew.body.id, ...span, memberIds: [member] }
    return (await ask('maintainer', '/api/shifts', body)).body.items[0].id as string
  }
  const first = await shift(0, 4, wang)
  await shift(4, 12, li)
  const twice = { crewId: crew.body.id, from: iso(2), until: iso(6), memberIds: [li] }
  expect(await ask('maintainer', '/api/shifts', twice)).toMatchObject({
    status: 409,
    body: { error: { code: 'SHIFT_OVERLAPS' } },
  })
  const handover = { fromMemberId: wang, toMemberId: li, note: '3号梯停用' }
  expect(await ask('technician', `/api/shifts/${first}/handover`, handover)).toMatchObject({
    status: 201,
    body: { onUntil: iso(12), handover: { acknowledgedAt: null } },
  })
  world.clock.now += 3 * HOUR
  const taken = await ask('technician', `/api/shifts/${first}/handover/acknowledge`, undefined, 'POST')
  expect(taken).toMatchObject({ status: 200, body: { handover: { acknowledgedBy: 'technician' } } })
  const leave = { from: iso(30), until: iso(40), reason: '年休' }
  const away = await ask('maintainer', `/api/members/${wang}/leave`, leave)
  const gone = await ask(
    'maintainer',
    `/api/members/${wang}/leave/${away.body.leave[0].id}`,
    undefined,
    'DELETE',
  )
  expect(gone).toMatchObject({ status: 200, body: { leave: [] } })

  const url = `/api/roster?to=${encodeURIComponent(iso(48))}`
  const seen = {
    items: [{ shifts: [{ crewName: '西工一组', members: [{ name: '李志强', phone: '13800000002' }] }] }],
  }
  expect((await ask('dispatcher', url)).body).toMatchObject(seen)
  const [roster] = (await ask('regulator', url)).body.items
  expect(roster.shifts[0].members[0]).toMatchObject({ phone: null, certifiedFor: ['elevator', 'escalator'] })
  expect(roster.gaps).toMatchObject([{ kind: null, because: ['no-shift'], districts: ['西工区'] }])
})

test('contacts of the centre are kept by the desk, and asked for by function', async () => {
  const { status, body } = await ask('dispatcher', '/api/contacts', {
    role: 'fire',
    name: '119',
    phone: '119',
  })
  expect([status, body.organisationId]).toEqual([201, null])
  const changed = await ask('admin', `/api/contacts/${body.id}`, { district: '西工区' }, 'PATCH')
  expect(changed.body).toMatchObject({ district: '西工区', phone: '119' })
  expect((await ask('maintainer', '/api/contacts')).body.items).toEqual([])
  expect((await ask('dispatcher', '/api/contacts?ofCentre=true&role=fire')).body.items).toHaveLength(1)
  expect((await ask('dispatcher', `/api/contacts/${body.id}`, undefined, 'DELETE')).status).toBe(200)
  expect((await ask('dispatcher', '/api/contacts?ofCentre=true')).body.items).toEqual([])
})
