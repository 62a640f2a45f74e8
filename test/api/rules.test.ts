/** Changes of the rules over HTTP: versions with author and reason, and refusals that leave the set in force as it is. */
import type { FastifyInstance, InjectOptions } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Role } from '../../src/model/incident.js'
import { apiOf, bearer } from './api-of.js'
import { createWorld, FOREIGN, OWN, type World } from './world.js'

const LIFTS = Array.from({ length: 9 }, (_, i) => `EL-${i}`)
const HOT = `# spelled by hand
id: X-HOT
kind: elevator
name: {zh: 电机热, en: Hot motor}
class: fault
priority: P2
raise: motorTemp > $limit
for: 20s
parameters:
  limit: {default: 90, unit: °C, min: 60, max: 120, source: test}
`
const ROOM = HOT.replace('X-HOT', 'X-ROOM')
  .replace('motorTemp', 'machineRoomTemp')
  .replace('default: 90', 'default: 60')

let world: World
let app: FastifyInstance
/** Degrees of each lift's motor now. */
const motors = new Map<string, number>([OWN, ...LIFTS].map((id) => [id, 50]))

beforeAll(async () => {
  world = await createWorld()
  for (const id of LIFTS)
    await world.registry.equipment.create(
      {
        id,
        kind: 'elevator',
        name: id,
        maintainerId: world.organisations.maintainerB,
        attributes: { model: 'KX-9' },
      },
      world.admin,
    )
  const state = (id: string) => {
    const motorTemp = motors.get(id)
    if (motorTemp === undefined) return null
    return { online: true, arrival: 1, signals: { motorTemp: { value: motorTemp, at: 1 } } }
  }
  app = await apiOf(world, { latest: { state } })
})
afterAll(async () => {
  await app.close()
  await world.close()
})

async function ask(
  method: 'GET' | 'PUT' | 'POST' | 'DELETE',
  url: string,
  payload?: object,
  role: Role = 'admin',
) {
  const request: InjectOptions = {
    method,
    url,
    headers: bearer(world.tokens[role]),
    ...(payload && { payload }),
  }
  const reply = await app.inject(request)
  return {
    status: reply.statusCode,
    body: String(reply.headers['content-type']).includes('json') ? reply.json() : reply.body,
  }
}

async function versionNow(): Promise<number> {
  return (await ask('GET', '/api/rules')).body.version
}

/** What the journal has yet to be told. */
async function told(): Promise<{ version: number }[]> {
  const rows = await world.database.db
    .selectFrom('outbox')
    .select('payload')
    .where('kind', '=', 'rules')
    .execute()
  return rows.map(({ payload }) => JSON.parse(payload))
}

interface PatternReply {
  id: string
  settings: unknown[]
  own: { text: string; reason: string } | null
}
async function pattern(id: string, role: Role = 'admin'): Promise<PatternReply | undefined> {
  const { body } = await ask('GET', '/api/rules', undefined, role)
  return body.patterns.find((one: PatternReply) => one.id === id)
}

test('parameters for a scope become the next version, with author and reason, for the journal and the audit', async () => {
  const basedOn = await versionNow()
  const scope = { level: 'equipment', equipment: OWN }
  const change = { basedOn, reason: '轿厢光幕迟钝', scope, values: { showMs: 20_000 } }
  const { status, body } = await ask('PUT', '/api/rules/L-TRAP-1', change)
  expect(status).toBe(200)
  expect(body.version).toBe(basedOn + 1)
  expect(body.changes).toEqual([
    { what: 'setting', pattern: 'L-TRAP-1', parameter: 'showMs', scope, before: null, after: 20_000 },
  ])
  expect((await pattern('L-TRAP-1'))?.settings).toMatchObject([
    {
      parameter: 'showMs',
      scope,
      value: 20_000,
      version: basedOn + 1,
      author: 'admin',
      reason: '轿厢光幕迟钝',
    },
  ])
  expect((await told()).at(-1)).toMatchObject({
    version: basedOn + 1,
    parameters: [{ pattern: 'L-TRAP-1', parameter: 'showMs', scope, value: 20_000 }],
  })
  const [entry] = (await world.registry.audit.list({ action: 'rules.change' }, world.admin)).items
  expect(entry).toMatchObject({
    actorName: 'admin',
    detail: { version: basedOn + 1, reason: '轿厢光幕迟钝' },
  })

  const again = await ask('PUT', '/api/rules/L-TRAP-1', { ...change, basedOn: basedOn + 1 })
  expect(again.body.version).toBe(basedOn + 1)
  const late = await ask('PUT', '/api/rules/L-TRAP-1', { ...change, values: { showMs: 25_000 } })
  expect([late.status, late.body.error.code]).toEqual([409, 'RULES_CHANGED'])

  const of = `level=equipment&of=${OWN}`
  const removed = await ask('DELETE', `/api/rules/L-TRAP-1?basedOn=${basedOn + 1}&reason=back&${of}`)
  expect(removed.body.changes).toMatchObject([{ before: 20_000, after: null }])
  expect((await pattern('L-TRAP-1'))?.settings).toEqual([])
})

const kind = { level: 'kind', kind: 'elevator' }
const limits = { showMs: 20_000 }
test.each([
  {
    name: 'a pattern that is not there',
    id: 'L-NONE',
    body: { scope: kind, values: limits },
    says: /L-NONE.*no such pattern/,
  },
  {
    name: 'a parameter that is not there',
    id: 'L-TRAP-1',
    body: { scope: kind, values: { showSeconds: 1 } },
    says: /showSeconds.*showMs/,
  },
  {
    name: 'a value outside its bounds',
    id: 'L-TRAP-1',
    body: { scope: kind, values: { showMs: 1 } },
    says: /showMs.*from 5000 to 300000 ms \(is 1\)/,
  },
  {
    name: 'another kind',
    id: 'L-TRAP-1',
    body: { scope: { level: 'kind', kind: 'boiler' }, values: limits },
    says: /scope\.kind.*elevator/,
  },
  {
    name: 'an equipment that nobody registered',
    id: 'L-TRAP-1',
    body: { scope: { level: 'equipment', equipment: 'EL-X' }, values: limits },
    says: /scope\.equipment.*EL-X/,
  },
  {
    name: 'an equipment of another kind',
    id: 'L-TRAP-1',
    body: { scope: { level: 'equipment', equipment: FOREIGN }, values: limits },
    says: /scope\.equipment/,
  },
  {
    name: 'a model that nothing has',
    id: 'L-TRAP-1',
    body: { scope: { level: 'model', model: 'NO-1' }, values: limits },
    says: /scope\.model.*NO-1/,
  },
  {
    name: 'an expression with a fault',
    id: 'X-HOT',
    body: { text: HOT.replace('motorTemp >', 'motorTmp >') },
    says: /line 7, column 8.*raise.*motorTemp/,
  },
  {
    name: 'a condition that is always true',
    id: 'X-HOT',
    body: { text: HOT.replace('motorTemp > $limit', 'motorTemp > $limit or true') },
    says: /line 7.*fire on everything/,
  },
  { name: 'a text under another id', id: 'X-COLD', body: { text: HOT }, says: /X-HOT.*must be X-COLD/ },
])('refused with place and reason, the set in force untouched: $name', async ({ id, body, says }) => {
  const basedOn = await versionNow()
  const before = (await told()).length
  const reply = await ask('PUT', `/api/rules/${id}`, { basedOn, reason: 'x', ...body })
  expect([reply.status, reply.body.error.code]).toEqual([400, 'RULES_REFUSED'])
  expect(reply.body.error.message).toMatch(says)
  expect(reply.body.error.fields.length).toBeGreaterThan(0)
  expect(await versionNow()).toBe(basedOn)
  expect((await told()).length).toBe(before)
})

test('rules of one’s own come, change, go out as YAML and come back; all or none', async () => {
  let basedOn = await versionNow()
  const put = await ask('PUT', '/api/rules/X-HOT', { basedOn, reason: 'summer', text: HOT })
  expect(put.status).toBe(200)
  expect(put.body.fires).toEqual([{ rule: 'X-HOT', looked: 10, fires: 0, before: 0, equipment: [] }])
  expect((await pattern('X-HOT'))?.own).toMatchObject({ name: { zh: '电机热' }, reason: 'summer' })
  basedOn = put.body.version

  const torn = `${ROOM}---\n${HOT.replace('P2', 'P9')}`
  const refused = await ask('POST', '/api/rules/import', { basedOn, reason: 'x', text: torn })
  expect(refused.body.error.message).toMatch(/line \d+, column \d+.*priority/)
  expect(await pattern('X-ROOM')).toBeUndefined()

  const both = await ask('POST', '/api/rules/import', {
    basedOn,
    reason: 'rooms',
    text: `${ROOM}---\n${HOT}`,
  })
  expect(both.body.changes).toMatchObject([{ what: 'rule', rule: 'X-ROOM', before: null }])
  const exported = await ask('GET', '/api/rules/export', undefined, 'dispatcher')
  expect(exported.body).toContain('id: X-HOT')
  const same = await ask('POST', '/api/rules/import', {
    basedOn: both.body.version,
    reason: 'x',
    text: exported.body,
  })
  expect(same.body).toMatchObject({ version: both.body.version, changes: [] })

  const reverted = await ask('POST', '/api/rules/revert', {
    basedOn: both.body.version,
    version: basedOn,
    reason: 'no rooms',
  })
  expect(reverted.body.version).toBe(both.body.version + 1)
  expect(await pattern('X-ROOM')).toBeUndefined()
  const gone = await ask('DELETE', `/api/rules/X-HOT?basedOn=${reverted.body.version}&reason=done`)
  expect(gone.body.changes).toMatchObject([{ rule: 'X-HOT', after: null }])
  const { body } = await ask('GET', '/api/rules/versions', undefined, 'dispatcher')
  expect(body.items.slice(0, 3).map(({ reason }: { reason: string }) => reason)).toEqual([
    'done',
    'no rooms',
    'rooms',
  ])
  const unknown = await ask('DELETE', `/api/rules/X-HOT?basedOn=${gone.body.version}&reason=x`)
  expect([unknown.status, unknown.body.error.code]).toEqual([404, 'RULE_UNKNOWN'])
})

test('what would fire on a fifth of the fleet needs force, and what sends people may not at all', async () => {
  for (const id of LIFTS.slice(0, 3)) motors.set(id, 95)
  const basedOn = await versionNow()
  const flood = { basedOn, reason: 'x', text: HOT }
  const refused = await ask('PUT', '/api/rules/X-HOT', flood)
  expect([refused.status, refused.body.error.code]).toEqual([409, 'RULE_FLOODS'])
  expect(refused.body.error.message).toMatch(/3 of 10/)
  const urgent = await ask('PUT', '/api/rules/X-HOT', {
    ...flood,
    text: HOT.replace('P2', 'P1'),
    force: true,
  })
  expect(urgent.body.error.code).toBe('RULE_FLOODS')
  const draft = await ask('POST', '/api/rules/check', { text: HOT }, 'dispatcher')
  expect(draft.body).toMatchObject({
    faults: [],
    fires: [{ looked: 10, fires: 3, equipment: LIFTS.slice(0, 3) }],
  })
  expect(draft.body.refused).toMatch(/3 of 10/)
  expect(await versionNow()).toBe(basedOn)
  const forced = await ask('PUT', '/api/rules/X-HOT', { ...flood, force: true })
  expect(forced.status).toBe(200)
  await ask('DELETE', `/api/rules/X-HOT?basedOn=${forced.body.version}&reason=x`)
})

test('a draft is checked with the places of its faults', async () => {
  const { body } = await ask('POST', '/api/rules/check', { text: HOT.replace('motorTemp >', 'motorTmp >') })
  expect(body.faults).toMatchObject([{ field: 'raise', line: 7, column: 8 }])
  expect(body.refused).toMatch(/motorTemp/)
})

test('a maintenance company sees what is set for all and for its own, not for others', async () => {
  const { maintainerA, maintainerB } = world.organisations
  for (const scope of [
    { level: 'company', organisation: maintainerA },
    { level: 'company', organisation: maintainerB },
    { level: 'model', model: 'KX-9' },
    kind,
  ])
    await ask('PUT', '/api/rules/L-DLO', {
      basedOn: await versionNow(),
      reason: 'x',
      scope,
      values: { openMs: 240_000 },
    })
  const levels = ((await pattern('L-DLO', 'maintainer'))?.settings ?? []) as { scope: { level: string } }[]
  const all = (await pattern('L-DLO'))?.settings ?? []
  expect(all.length).toBe(4)
  expect(levels.map(({ scope }) => scope.level).sort()).toEqual(['company', 'kind'])
  const { body } = await ask('GET', '/api/rules/versions', undefined, 'maintainer')
  expect(JSON.stringify(body)).not.toContain(maintainerB)
})
