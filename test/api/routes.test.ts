import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Route } from '../../src/api/route.js'
import { createRoutes, type Handlers } from '../../src/api/routes.js'
import { ROLES } from '../../src/model/incident.js'
import { apiOf, bearer } from './api-of.js'
import { createWorld, FOREIGN, OWN, type World } from './world.js'

/** The table without its rooms: its lines are read here, never called. */
const nothing = new Proxy({}, { get: () => () => undefined })
const table: Route[] = createRoutes({
  record: {},
  accidentReports: {},
  people: nothing,
  equipment: nothing,
  exports: nothing,
  devices: nothing,
  telemetry: nothing,
  intake: nothing,
  incidents: nothing,
  marks: nothing,
  audit: nothing,
  telling: nothing,
  rules: nothing,
  plans: nothing,
  backtests: nothing,
  reports: nothing,
  rosters: nothing,
  service: nothing,
} as unknown as Handlers)
const guarded = table.filter((line) => line.roles !== 'open' && line.roles !== 'device')
const forDevices = table.filter((line) => line.roles === 'device')

/** Whose `:id` it is, and how it is called where the caller may not see it. */
const UNKNOWN = {
  equipment: 'EQUIPMENT_UNKNOWN',
  incident: 'INCIDENT_UNKNOWN',
  gateway: 'GATEWAY_UNKNOWN',
  claim: 'CLAIM_UNKNOWN',
  rule: 'RULE_UNKNOWN',
  backtest: 'BACKTEST_UNKNOWN',
  contact: 'CONTACT_UNKNOWN',
  member: 'MEMBER_UNKNOWN',
  crew: 'CREW_UNKNOWN',
  shift: 'SHIFT_UNKNOWN',
} as const
const isOwned = (scope: Route['scope']): scope is keyof typeof UNKNOWN => scope in UNKNOWN
const FOREIGN_GATEWAY = 'GW-FOREIGN'

/** A body that passes the schema, for routes that need one. */
const BODIES: Record<string, object> = {
  'POST /api/session/password': { oldPassword: 'x', newPassword: 'y' },
  'POST /api/equipment': { kind: 'elevator', name: 'x' },
  'PATCH /api/equipment/:id': { name: 'x' },
  'POST /api/equipment/credentials': { ids: [FOREIGN] },
  'POST /api/equipment/:id/marks': { kind: 'drill', reason: 'x' },
  'POST /api/claims/:id/admit': { kind: 'elevator', name: 'x' },
  'POST /api/gateways': { username: 'x', name: 'x' },
  'PATCH /api/gateways/:id': { name: 'x' },
  'POST /api/telemetry/:id': { speed: 1 },
  'POST /api/incidents': { channel: 'phone', equipmentId: FOREIGN },
  'POST /api/incidents/:id/actions': { action: 'note', note: 'x' },
  'POST /api/push-subscriptions': { endpoint: 'https://x', keys: { p256dh: 'x', auth: 'x' } },
  'POST /api/rules/check': { text: 'x' },
  'POST /api/rules/import': { basedOn: 0, reason: 'x', text: 'x' },
  'POST /api/rules/revert': { basedOn: 0, reason: 'x', version: 0 },
  'PUT /api/rules/:id': { basedOn: 0, reason: 'x', text: 'x' },
  'POST /api/rules/backtest': { from: 0, to: 1, equipment: { all: true } },
  'POST /api/incidents/:id/sweep/:equipmentId': { state: 'empty' },
  'POST /api/equipment/:id/unshelve': { pattern: 'L-OFF', reason: 'x' },
  'POST /api/contacts': { role: 'hotline', name: 'x', phone: '110' },
  'PATCH /api/contacts/:id': { name: 'x' },
  'POST /api/members': { name: 'x' },
  'PATCH /api/members/:id': { name: 'x' },
  'POST /api/members/:id/certificates': { class: 'elevator-repair', number: 'x', validUntil: 1 },
  'POST /api/members/:id/leave': { from: 0, until: 1, reason: 'x' },
  'POST /api/crews': { name: 'x', kinds: ['boiler'] },
  'PATCH /api/crews/:id': { name: 'x' },
  'POST /api/shifts': { crewId: 'x', from: 0, until: 1 },
  'PATCH /api/shifts/:id': { kind: 'standby' },
  'POST /api/shifts/:id/handover': { fromMemberId: 'x', toMemberId: 'y' },
  'POST /api/organisations': { name: 'x', type: 'maintainer' },
  'POST /api/users': { username: 'x', password: 'x', role: 'operator' },
}

let world: World
let app: FastifyInstance
let foreignIncident: string
let foreignRoster: Record<'contact' | 'member' | 'crew' | 'shift', string>
beforeAll(async () => {
  world = await createWorld()
  app = await apiOf(world)
  const { incident } = await world.incidents.report(
    { channel: 'phone', equipmentId: FOREIGN, class: 'water' },
    world.admin,
  )
  foreignIncident = incident.id
  foreignRoster = await rosterOf(world)
  await world.registry.gateways.create(
    {
      username: FOREIGN_GATEWAY,
      name: 'x',
      organisationId: world.organisations.maintainerB,
      equipment: [FOREIGN],
    },
    world.admin,
  )
})
afterAll(async () => {
  await app.close()
  await world.close()
})

/** Of a company that nobody but the desk may look into. */
async function rosterOf({ registry: { rosters }, organisations, admin, clock }: World) {
  const organisationId = organisations.maintainerB
  const contact = await rosters.contacts.create(
    { organisationId, role: 'hotline', name: FOREIGN, phone: '110' },
    admin,
  )
  const member = await rosters.members.create({ organisationId, name: FOREIGN }, admin)
  const crew = await rosters.crews.create(
    { organisationId, name: FOREIGN, kinds: ['boiler'], memberIds: [member.id] },
    admin,
  )
  const span = { from: clock.now, until: clock.now + 3_600_000 }
  const [shift] = await rosters.shifts.create({ crewId: crew.id, ...span }, admin)
  return { contact: contact.id, member: member.id, crew: crew.id, shift: shift?.id ?? '' }
}

function ask(line: Route, { token, id = FOREIGN }: { token?: string; id?: string }) {
  const payload = BODIES[`${line.method} ${line.path}`]
  return app.inject({
    method: line.method,
    url: line.path.replace(':id', id).replace(':equipmentId', FOREIGN),
    ...(token && { headers: bearer(token) }),
    ...(payload && { payload }),
  })
}

describe('the route table', () => {
  test('no line is there twice, and every line says who may', () => {
    const names = table.map((line) => `${line.method} ${line.path}`)
    expect(new Set(names).size).toBe(names.length)
    for (const line of table) expect(line.roles === 'open' || line.roles.length > 0).toBe(true)
  })

  test('a path with an id names what the id belongs to', () => {
    for (const line of table)
      expect([line.path, isOwned(line.scope)]).toEqual([line.path, line.path.includes(':id')])
  })

  test.each(guarded)('$method $path without a session is 401', async (line) => {
    const reply = await ask(line, {})
    expect(reply.statusCode).toBe(401)
    expect(reply.json().error.code).toBe('SESSION_REQUIRED')
  })

  const forbidden = guarded.flatMap((line) =>
    ROLES.filter((role) => !line.roles.includes(role)).map((role) => ({
      line,
      role,
      method: line.method,
      path: line.path,
    })),
  )
  test.each(forbidden)('$method $path as $role is 403', async ({ line, role }) => {
    const reply = await ask(line, { token: world.tokens[role] })
    expect(reply.statusCode).toBe(403)
    expect(reply.json().error.code).toBe('ROLE_FORBIDDEN')
  })

  const tenants = guarded
    .filter((line) => isOwned(line.scope))
    .flatMap((line) =>
      ROLES.filter((role) => line.roles.includes(role) && role !== 'admin' && role !== 'dispatcher').map(
        (role) => ({ line, role, method: line.method, path: line.path }),
      ),
    )
  test.each(tenants)(
    "$method $path of a foreign tenant's object is 404 for $role",
    async ({ line, role }) => {
      if (!isOwned(line.scope)) return expect.fail(line.path)
      const ids = {
        equipment: FOREIGN,
        incident: foreignIncident,
        gateway: FOREIGN_GATEWAY,
        claim: 'NOBODY',
        rule: 'NOBODY',
        backtest: 'NONE',
        ...foreignRoster,
      }
      const reply = await ask(line, { token: world.tokens[role], id: ids[line.scope] })
      expect(reply.json().error.code).toBe(UNKNOWN[line.scope])
      expect(reply.statusCode).toBe(404)
    },
  )

  test.each(forDevices)('$method $path is for no person, and for no other device', async (line) => {
    for (const token of [undefined, ...Object.values(world.tokens)]) {
      const reply = await ask(line, token === undefined ? {} : { token })
      expect(reply.statusCode).toBe(401)
      expect(reply.json().error.code).toBe('DEVICE_SECRET_NEEDED')
    }
    const { password } = await world.registry.credentials.create(OWN, world.admin)
    const reply = await ask(line, { token: password, id: FOREIGN })
    expect(reply.statusCode).toBe(404)
    expect(reply.json().error.code).toBe('EQUIPMENT_UNKNOWN')
  })

  const lists = guarded.filter((line) => line.scope === 'list' && line.path !== '/api/equipment/lookup')
  test.each(lists)('$method $path lists nothing of a foreign tenant', async (line) => {
    for (const role of ROLES) {
      if (!line.roles.includes(role) || role === 'admin' || role === 'dispatcher') continue
      const reply = await ask(line, { token: world.tokens[role] })
      expect(reply.statusCode).toBe(200)
      expect(reply.body).not.toContain(FOREIGN)
    }
  })

  test('a foreign code is not found', async () => {
    for (const role of ['maintainer', 'technician', 'use-unit', 'operator', 'regulator'] as const) {
      const reply = await app.inject({
        url: '/api/equipment/lookup?code=990001',
        headers: bearer(world.tokens[role]),
      })
      expect(reply.statusCode).toBe(404)
    }
  })

  test('nobody reports an incident of foreign equipment', async () => {
    for (const role of ['maintainer', 'technician', 'use-unit', 'operator'] as const) {
      const reply = await app.inject({
        method: 'POST',
        url: '/api/incidents',
        headers: bearer(world.tokens[role]),
        payload: { channel: 'app', equipmentId: FOREIGN },
      })
      expect([role, reply.statusCode]).toEqual([role, 404])
    }
  })

  test('the OpenAPI description holds exactly the table', async () => {
    const { paths } = (await app.inject({ url: '/api/openapi.json' })).json() as {
      paths: Record<string, Record<string, unknown>>
    }
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const listed = table.map((line) => `${line.method} ${line.path.replace(/:(\w+)/g, '{$1}')}`)
    expect(described.sort()).toEqual(listed.sort())
  })

  test('the description can be read in a browser', async () => {
    const page = await app.inject({ url: '/api/docs/', headers: { accept: 'text/html' } })
    expect(page.statusCode).toBe(200)
    expect(page.headers['content-type']).toContain('text/html')
  })
})
