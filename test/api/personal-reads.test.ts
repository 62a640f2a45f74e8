/** Who saw whose data: every route that names people is among the audited ones, and a read is there before its reply. */
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ONCE_IN_MS, READ_ACTION } from '../../src/api/personal-reads.js'
import type { Route } from '../../src/api/route.js'
import { createRoutes, type Handlers } from '../../src/api/routes.js'
import { apiOf, bearer } from './api-of.js'
import { createWorld, FOREIGN, OWN, type World } from './world.js'

/** Names of fields that hold somebody's data, in any reply. `mustChangePassword` is found in accounts of people only. */
const NAMES_PEOPLE = ['callers', 'rescueCard', 'phone', 'email', 'person', 'mustChangePassword']

const room = new Proxy({}, { get: () => () => undefined })
const table = createRoutes(new Proxy({}, { get: () => room }) as Handlers)
const nameOf = ({ method, path }: Route) => `${method} ${path}`

/** Every field name in a schema, however deep. */
function fieldsOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  if (Array.isArray(schema)) return schema.flatMap(fieldsOf)
  return Object.entries(schema).flatMap(([key, value]) =>
    key === 'properties' ? [...Object.keys(value as object), ...fieldsOf(value)] : fieldsOf(value),
  )
}

describe('the route table', () => {
  // Who asks about themselves needs no witness.
  const others = table.filter(({ roles, scope }) => roles !== 'open' && scope !== 'self')

  test('a reply that names people is among the audited ones', () => {
    const naming = others.filter(({ schema }) =>
      fieldsOf(schema.reply).some((field) => NAMES_PEOPLE.includes(field)),
    )
    expect(naming.length).toBeGreaterThan(8)
    expect(naming.filter((line) => !line.personal).map(nameOf)).toEqual([])
  })

  test('so is whatever shows or exports an incident: free words may name people', () => {
    const shown = others.filter(({ method, scope }) => method === 'GET' && scope === 'incident')
    expect(shown.map(nameOf)).toContain('GET /api/incidents/:id/timeline')
    expect(shown.filter((line) => !line.personal).map(nameOf)).toEqual([])
    const exported = others.filter(({ path }) => path.startsWith('/api/record/export'))
    expect(exported.filter((line) => !line.personal).map(nameOf)).toEqual([])
  })

  test('what is entered under an id has one', () => {
    for (const line of table) {
      if (line.personal === 'path') expect(line.path).toContain(':id')
      if (line.personal === 'reply')
        expect([nameOf(line), fieldsOf(line.schema.reply)[0]]).toEqual([nameOf(line), 'id'])
    }
  })
})

describe('reads', () => {
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

  type Role = keyof World['tokens']
  const get = async (url: string, role: Role) => {
    const reply = await app.inject({ url, headers: bearer(world.tokens[role]) })
    return { status: reply.statusCode, body: reply.json() }
  }
  const readsOf = async (subject: string, role: Role = 'admin') => {
    const { body } = await get(
      `/api/audit?action=${READ_ACTION}&subject=${encodeURIComponent(subject)}`,
      role,
    )
    return (body.items as { actorName: string; detail: { route: string } }[]).map(
      ({ actorName, detail }) => `${actorName} ${detail.route}`,
    )
  }

  test('a rescue card and an incident: once for each viewer in ten minutes, newest first', async () => {
    const called = await app.inject({
      method: 'POST',
      url: '/api/incidents',
      headers: bearer(world.tokens.dispatcher),
      payload: { equipmentId: OWN, channel: 'phone', callers: [{ name: '张三', phone: '13800000000' }] },
    })
    const { id } = called.json()
    for (let i = 0; i < 3; i++) {
      await get(`/api/equipment/${OWN}`, 'technician')
      await get(`/api/incidents/${id}`, 'technician')
      await get(`/api/incidents/${id}/timeline`, 'regulator')
    }
    expect(await readsOf(OWN)).toEqual(['technician GET /api/equipment/:id'])
    expect(await readsOf(id)).toEqual([
      'regulator GET /api/incidents/:id/timeline',
      'technician GET /api/incidents/:id',
      'dispatcher POST /api/incidents',
    ])
    world.clock.now += ONCE_IN_MS
    await get(`/api/incidents/${id}`, 'technician')
    expect((await readsOf(id))[0]).toBe('technician GET /api/incidents/:id')
    expect(await readsOf(id)).toHaveLength(4)
  })

  test('a list of equipment brings no rescue cards, and is no read', async () => {
    const { body } = await get('/api/equipment', 'regulator')
    expect(body.items[0]).not.toHaveProperty('rescueCard')
    expect(await readsOf(OWN)).not.toContain('regulator GET /api/equipment')
    await get('/api/users?role=technician', 'admin')
    expect(await readsOf('/api/users')).toEqual(['admin GET /api/users'])
  })

  test('what was refused is no read', async () => {
    expect((await get(`/api/equipment/${FOREIGN}`, 'technician')).status).toBe(404)
    expect(await readsOf(FOREIGN)).toEqual([])
  })

  test('a regulator sees the reads of the area, and no others', async () => {
    await get(`/api/equipment/${FOREIGN}`, 'dispatcher')
    expect(await readsOf(FOREIGN)).toEqual(['dispatcher GET /api/equipment/:id'])
    expect(await readsOf(FOREIGN, 'regulator')).toEqual([])
    expect(await readsOf(OWN, 'regulator')).toEqual(await readsOf(OWN))
    const { body } = await get('/api/audit?limit=500', 'regulator')
    expect(JSON.stringify(body)).not.toContain(FOREIGN)
    expect((await get('/api/audit', 'dispatcher')).status).toBe(403)
  })

  test('an entry that cannot be made is an answer that is not given; the next try is entered', async () => {
    await sql`create trigger audit_full before insert on audit begin select raise(abort, 'disk full'); end`.execute(
      world.database.db,
    )
    const refused = await get(`/api/equipment/${OWN}`, 'operator')
    expect(refused.status).toBeGreaterThanOrEqual(500)
    expect(JSON.stringify(refused.body)).not.toContain('值班室')
    await sql`drop trigger audit_full`.execute(world.database.db)
    expect((await get(`/api/equipment/${OWN}`, 'operator')).status).toBe(200)
    expect((await readsOf(OWN))[0]).toBe('operator GET /api/equipment/:id')
  })

  test('entries cannot be changed or taken away', async () => {
    const { db } = world.database
    await expect(db.updateTable('audit').set({ actor_name: 'nobody' }).execute()).rejects.toThrow(
      'append-only',
    )
    await expect(db.deleteFrom('audit').execute()).rejects.toThrow('append-only')
  })
})
