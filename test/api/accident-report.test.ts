/** The draft of an accident report over HTTP: who may, in which form, and who is told to have read it. */

import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { READ_ACTION } from '../../src/api/personal-reads.js'
import { apiOf, bearer } from './api-of.js'
import { createWorld, OWN, type World } from './world.js'

let world: World
let app: FastifyInstance
let url: string
beforeAll(async () => {
  world = await createWorld()
  app = await apiOf(world)
  const { incident } = await world.incidents.report(
    { equipmentId: OWN, channel: 'phone', people: 1 },
    world.admin,
  )
  url = `/api/incidents/${incident.id}/accident-report`
})
afterAll(async () => {
  await app.close()
  await world.close()
})

type Role = keyof World['tokens']
const ask = (method: 'GET' | 'POST', path: string, role: Role, headers: Record<string, string> = {}) =>
  app.inject({ method, url: path, headers: { ...bearer(world.tokens[role]), ...headers } })

test('none => 404 => made by the desk => read as JSON and as text, in the language asked for, with the read in the audit', async () => {
  const none = await ask('GET', url, 'dispatcher')
  expect([none.statusCode, none.json().error.code]).toEqual([404, 'ACCIDENT_REPORT_NONE'])

  const made = await ask('POST', url, 'dispatcher')
  expect([made.statusCode, made.json().version]).toEqual([201, 1])
  const again = await ask('POST', url, 'dispatcher')
  expect([again.statusCode, again.json().version]).toEqual([200, 1])

  const json = await ask('GET', url, 'regulator')
  expect(json.json()).toEqual(made.json())
  expect(json.json()).toMatchObject({
    occasion: 'person',
    madeBy: 'dispatcher',
    facts: { people: 1, equipment: { id: OWN, attributes: { ratedSpeed: 1.75 } }, useUnit: '王府井' },
    course: [{ seq: 1, kind: 'opened' }, {}],
  })
  expect(json.json().facts.unknown).toContain('casualties')

  for (const [headers, path, start] of [
    [{ accept: 'text/markdown' }, url, '# 事故报告（草稿）'],
    [{ accept: 'text/markdown', 'accept-language': 'en-GB,en;q=0.9' }, url, '# Accident report (draft)'],
    [{}, `${url}?format=markdown&language=en&version=1`, '# Accident report (draft)'],
  ] as const) {
    const text = await ask('GET', path, 'regulator', headers)
    expect(text.headers['content-type']).toBe('text/markdown; charset=utf-8')
    expect(text.body.split('\n')[0]).toBe(start)
  }
  expect((await ask('GET', `${url}?version=2`, 'admin')).statusCode).toBe(404)

  const subject = made.json().incidentId
  const audit = await ask('GET', `/api/audit?action=${READ_ACTION}&subject=${subject}`, 'admin')
  const readers = audit.json().items.map(({ actorName }: { actorName: string }) => actorName)
  expect([...new Set(readers)].sort()).toEqual(['dispatcher', 'regulator'])
})
