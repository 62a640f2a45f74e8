/** The record over HTTP: a period as one file that the command accepts, who took it, and the check of what is stored. */
import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RecordCheck } from '../../src/api/record-schemas.js'
import { type IncidentRecord, startRecord } from '../../src/incidents/record.js'
import { silentLog } from '../../src/runtime/log.js'
import { verifyCommand } from '../../src/upkeep/verify-command.js'
import { tempDir } from '../helpers/temp-dir.js'
import { apiOf, bearer } from './api-of.js'
import { createWorld, FOREIGN, OWN, type World } from './world.js'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')

let world: World
let app: FastifyInstance
let record: IncidentRecord
let ids: { own: string; foreign: string }
beforeAll(async () => {
  world = await createWorld()
  record = startRecord({
    database: world.database,
    bus: world.bus,
    log: silentLog,
    key: privateKey,
    now: () => world.clock.now,
    sleep: (_until, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    anchorFile: null,
    anchorUrl: null,
    anchorMinutes: 1,
  })
  app = await apiOf(world, { record })
  const report = async (equipmentId: string) => {
    const { incident } = await world.incidents.report({ channel: 'phone', equipmentId }, world.admin)
    await world.incidents.act(incident.id, { action: 'note', note: '已回拨' }, world.admin)
    return incident.id
  }
  ids = { own: await report(OWN), foreign: await report(FOREIGN) }
})
afterAll(async () => {
  await app.close()
  await record.close()
  await world.close()
})

const get = (url: string, role: 'admin' | 'regulator' | 'dispatcher' = 'admin') =>
  app.inject({ url, headers: bearer(world.tokens[role]) })
const hours = (count: number) => world.clock.now + count * 3_600_000

test('a period is one file that the command accepts; who took which incident is in the audit', async () => {
  const url = `/api/record/export?from=${hours(-1)}&to=${hours(1)}`
  const reply = await get(url)
  expect(reply.statusCode).toBe(200)
  expect(reply.headers['content-disposition']).toMatch(/teshe-records-.*\.jsonl/)
  const dir = tempDir('period')
  writeFileSync(join(dir, 'period.jsonl'), reply.body)
  writeFileSync(join(dir, 'key.pem'), publicKey.export({ type: 'spki', format: 'pem' }))
  const said: string[] = []
  const code = verifyCommand([join(dir, 'period.jsonl'), '--key', join(dir, 'key.pem')], (line) =>
    said.push(line),
  )
  expect([code, said[0]]).toEqual([0, expect.stringContaining('intact: 2 incidents')])
  const { items } = (await get('/api/audit?action=record.export')).json()
  expect(items.map(({ subject }: { subject: string }) => subject).sort()).toEqual(
    [ids.own, ids.foreign].sort(),
  )
  expect((await get('/api/audit?action=record.export-period')).json().items).toHaveLength(1)
})

test('a regulator takes the area along, and no more; a dispatcher nothing', async () => {
  const url = `/api/record/export?from=${hours(-1)}&to=${hours(1)}`
  const reply = await get(url, 'regulator')
  expect(reply.body).toContain(ids.own)
  expect(reply.body).not.toContain(ids.foreign)
  expect((await get(url, 'dispatcher')).statusCode).toBe(403)
})

test('a period that ends before it begins, or is too long, is refused', async () => {
  for (const [from, to] of [
    [2, 1],
    [0, 401 * 86_400_000],
  ])
    expect((await get(`/api/record/export?from=${from}&to=${to}`)).json().error.code).toBe('REQUEST_INVALID')
})

test('what is stored is checked page by page', async () => {
  let entries = 0
  let next: string | null = ''
  for (let pages = 0; next !== null && pages < 50; pages++) {
    const page: Static<typeof RecordCheck> = (
      await get(`/api/record/verify?limit=2${next && `&cursor=${next}`}`, 'regulator')
    ).json()
    expect(page).toMatchObject({ verdict: 'intact', faults: [], latest: { counter: expect.any(Number) } })
    entries += page.entries
    next = page.next
  }
  expect(next).toBeNull()
  expect(entries).toBeGreaterThan(3)
  expect((await get(`/api/record/verify?incident=${ids.foreign}`, 'regulator')).json().error.code).toBe(
    'INCIDENT_UNKNOWN',
  )
  expect((await get('/api/record/verify?cursor=x')).json().error.code).toBe('CURSOR_INVALID')
})
