import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createBacktests } from '../../src/oversight/backtests.js'
import { waitFor } from '../helpers/wait-for.js'
import { caseOf, recordJournal } from '../rules/recorded-journal.js'
import { START } from '../rules/timeline.js'
import { apiOf, bearer, historyOf } from './api-of.js'
import { createWorld, FOREIGN, OWN, type World } from './world.js'

let world: World
let app: FastifyInstance
beforeAll(async () => {
  world = await createWorld()
  const journalDir = await recordJournal({
    [OWN]: caseOf('L-TRAP-1', 'stands-between-floors.fires'),
    [FOREIGN]: caseOf('L-TRAP-1', 'button-orders-at-once.fires'),
  })
  let runs = 0
  const backtests = createBacktests({
    database: world.database,
    journalDir,
    snapshotFile: `${journalDir}/none`,
    history: historyOf({}),
    newId: () => `run-${++runs}`,
    now: () => world.clock.now,
  })
  world.clock.now = START + 86_400_000
  app = await apiOf(world, { backtests })
})
afterAll(async () => {
  await app.close()
  await world.close()
})

const ASKED = { from: START, to: START + 3_600_000, equipment: { ids: [OWN] }, warmUpHours: 0 }

function post(payload: object) {
  return app.inject({
    method: 'POST',
    url: '/api/rules/backtest',
    headers: bearer(world.tokens.dispatcher),
    payload: { ...ASKED, ...payload },
  })
}

async function get(id: string) {
  const reply = await app.inject({ url: `/api/rules/backtest/${id}`, headers: bearer(world.tokens.admin) })
  return { status: reply.statusCode, body: reply.json() }
}

test('a draft is started, another must wait, and the result says what differs', async () => {
  const showMs = {
    pattern: 'L-TRAP-1',
    parameter: 'showMs',
    scope: { level: 'kind', kind: 'elevator' },
    value: 60_000,
  }
  const started = await post({ draft: { parameters: [showMs], rules: [] } })
  expect(started.statusCode).toBe(202)
  const { id } = started.json()
  const second = await post({})
  expect([second.statusCode, second.json().error.code]).toEqual([409, 'BACKTEST_BUSY'])
  const { body } = await waitFor('done', async () => {
    const reply = await get(id)
    return reply.body.status === 'running' ? null : reply
  })
  expect(body).toMatchObject({
    status: 'done',
    startedBy: 'dispatcher',
    from: new Date(START).toISOString(),
    progress: { share: 1 },
    result: {
      equipment: 1,
      draft: { dispatches: 1 },
      live: { dispatches: 1 },
      difference: { counts: { later: 1 } },
    },
  })
  expect(body.result.draft.listed.findings[0].shownAt).toMatch(/^2026-11-2\dT.*Z$/)
})

test('cancelled it says so; once more it is forgotten', async () => {
  const { id } = (await post({})).json()
  const end = () =>
    app.inject({
      method: 'DELETE',
      url: `/api/rules/backtest/${id}`,
      headers: bearer(world.tokens.dispatcher),
    })
  expect((await end()).statusCode).toBe(200)
  expect((await get(id)).body).toMatchObject({ status: 'cancelled', result: null })
  expect((await end()).statusCode).toBe(200)
  expect((await get(id)).body.error.code).toBe('BACKTEST_UNKNOWN')
  expect((await end()).statusCode).toBe(404)
})

test('what cannot be played is refused', async () => {
  expect((await post({ from: START + 3_600_000, to: START })).json().error.code).toBe('REQUEST_INVALID')
  expect((await post({ from: world.clock.now + 1, to: world.clock.now + 2 })).json().error.code).toBe(
    'REQUEST_INVALID',
  )
  expect((await post({ equipment: { ids: ['NOBODY'] } })).json().error.code).toBe('EQUIPMENT_UNKNOWN')
})

test('a month of alarm quality without alarms', async () => {
  const reply = await app.inject({
    url: '/api/reports/alarm-quality?dispatchers=2',
    headers: bearer(world.tokens.regulator),
  })
  expect(reply.statusCode).toBe(200)
  expect(reply.json()).toMatchObject({
    dispatchers: 2,
    limits: { acceptable: 6, manageable: 12 },
    rate: { alarms: 0, hours: 720 },
  })
  const wrong = await app.inject({
    url: '/api/reports/alarm-quality?from=5&to=4',
    headers: bearer(world.tokens.regulator),
  })
  expect(wrong.json().error.code).toBe('REQUEST_INVALID')
})
