/** Keys pressed in calls, as a provider reports them to the real app: JSON or a form, twice, too late, with a wrong token. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPlanner } from '../../src/dispatch/dispatch.js'
import { startTelling, type Telling } from '../../src/dispatch/telling.js'
import { silentLog } from '../../src/runtime/log.js'
import { type Receiver, startReceiver } from '../dispatch/receiver.js'
import { type Clock, createClock } from '../helpers/clock.js'
import { waitFor } from '../helpers/wait-for.js'
import { apiOf, bearer } from './api-of.js'
import { createWorld, OWN, type World } from './world.js'

const MINUTE = 60_000

let world: World
let clock: Clock
let provider: Receiver
let telling: Telling
let app: FastifyInstance
beforeEach(async () => {
  world = await createWorld()
  clock = createClock(world.clock.now)
  provider = await startReceiver((nth, response) => response.end(`{"call":"V${nth}"}`))
  telling = startTelling({
    ...{ database: world.database, bus: world.bus, incidents: world.incidents, log: silentLog },
    ...{ planner: createPlanner({ newId: randomUUID }), now: clock.now, sleep: clock.sleep },
    settings: {
      ...{ language: 'zh', publicUrl: 'https://desk.example', deskEmail: null },
      push: { keys: undefined, subject: 'mailto:desk@centre.example', hosts: [] },
      answers: { keyPath: 'dtmf.key', statusPath: 'status' },
      voice: {
        ...{ url: provider.url, method: 'POST', headers: {}, success: null, referencePath: 'call' },
        body: '{"to":"{{phone}}","say":"{{text}}","id":"{{id}}","back":"{{callback}}"}',
      },
    },
    secretFile: (_name, generate) => generate(),
    callKey: Buffer.from('k'.repeat(32)),
  })
  const { answers, pushes, pushKey, dispatch } = telling
  app = await apiOf(world, { telling: { notices: dispatch, pushes, pushKey, answers } })
  await world.database.db
    .insertInto('contact')
    .values({
      ...{ id: 'C1', organisation_id: world.organisations.maintainerA, district: null, role: 'hotline' },
      ...{ name: '值班电话', phone: '037912345', email: null, user_id: null },
      ...{ created_at: clock.now(), ended_at: null },
    })
    .execute()
})
afterEach(async () => {
  await telling.dispatch.close()
  await app.close()
  await world.close()
})

function turn(ms: number): void {
  world.clock.now += ms
  clock.advance(ms)
}

async function asDispatcher(url: string, payload: object) {
  const headers = bearer(world.tokens.dispatcher)
  const reply = await app.inject({ method: 'POST', url, payload, headers })
  expect([url, reply.statusCode, reply.json().error]).toEqual([url, expect.any(Number), undefined])
  return reply.json()
}

/** A passenger rings, so the company is ordered and its hotline called: where that call's keys are reported. */
async function ordered(): Promise<{ id: string; back: string }> {
  const { id } = await asDispatcher('/api/incidents', { equipmentId: OWN, channel: 'phone' })
  return { id, back: await lastCall(1) }
}

async function lastCall(count: number): Promise<string> {
  await waitFor(`call ${count} came`, () => provider.received.length === count)
  await waitFor('it rings', async () => {
    const rows = await world.database.db.selectFrom('delivery').select(['status']).execute()
    return rows.some(({ status }) => status === 'ringing') && rows.every(({ status }) => status !== 'sending')
  })
  const { pathname, search } = new URL(JSON.parse(provider.received.at(-1)?.body ?? '{}').back)
  return pathname + search
}

async function report(url: string, payload: string | object, type = 'application/json') {
  const reply = await app.inject({ method: 'POST', url, payload, headers: { 'content-type': type } })
  return { status: reply.statusCode, body: reply.json() }
}
const key = (pressed: string) => ({ dtmf: { key: pressed } })

interface Shown {
  version: number
  assignments: { id: string; status: string; person: string | null }[]
}

async function incident(id: string): Promise<Shown> {
  const headers = bearer(world.tokens.dispatcher)
  return (await app.inject({ url: `/api/incidents/${id}`, headers })).json()
}
const assignmentsOf = async (id: string) => (await incident(id)).assignments

async function timeline(
  id: string,
  kind: string,
): Promise<{ via: string; callId: string; onBehalfOf: string }[]> {
  const headers = bearer(world.tokens.dispatcher)
  const reply = await app.inject({ url: `/api/incidents/${id}/timeline?limit=500`, headers })
  return reply.json().items.filter((entry: { kind: string }) => entry.kind === kind)
}

describe('a key in a call', () => {
  it('1 accepts, for whoever was called, with the number of the call', async () => {
    const { id, back } = await ordered()
    expect(await report(back, key('1'))).toEqual({
      status: 200,
      body: { result: 'accepted', text: '已接单，请尽快到场' },
    })
    expect(await assignmentsOf(id)).toMatchObject([{ status: 'accepted', person: '值班电话' }])
    expect(await timeline(id, 'accept')).toMatchObject([{ via: 'phone', callId: 'V1' }])
  })

  it('2 declines, and the desk or the next one is asked', async () => {
    const { id, back } = await ordered()
    expect(await report(back, key('2'))).toMatchObject({ status: 200, body: { result: 'declined' } })
    expect((await assignmentsOf(id))[0]).toMatchObject({ status: 'declined' })
    expect(await timeline(id, 'decline')).toMatchObject([{ via: 'phone' }])
  })

  it('another key changes nothing, and the next one still counts', async () => {
    const { id, back } = await ordered()
    for (const pressed of ['9', '', '11', '#'])
      expect((await report(back, key(pressed))).body.result).toBe('not-understood')
    expect(await assignmentsOf(id)).toMatchObject([{ status: 'offered' }])
    expect((await report(back, key('1'))).body.result).toBe('accepted')
  })

  it('as a form', async () => {
    const { id, back } = await ordered()
    const form = 'application/x-www-form-urlencoded'
    expect((await report(back, 'CallSid=1&dtmf.key=1', form)).body.result).toBe('accepted')
    expect(await assignmentsOf(id)).toMatchObject([{ status: 'accepted' }])
  })

  it('reported twice at once and once more later: done once, answered the same', async () => {
    const { id, back } = await ordered()
    const both = await Promise.all([report(back, key('1')), report(back, key('1'))])
    turn(MINUTE)
    for (const { status, body } of [...both, await report(back, key('1'))])
      expect({ status, result: body.result }).toEqual({ status: 200, result: 'accepted' })
    expect(await timeline(id, 'accept')).toHaveLength(1)
    // What was pressed first counts.
    expect((await report(back, key('2'))).body.result).toBe('accepted')
    expect(await timeline(id, 'decline')).toEqual([])
  })
})

describe('a call that came too late', () => {
  it('the time to answer is over', async () => {
    const { id, back } = await ordered()
    turn(4 * MINUTE)
    await waitFor('expired', async () => (await assignmentsOf(id))[0]?.status === 'expired')
    for (const pressed of ['1', '2']) expect((await report(back, key(pressed))).body.result).toBe('too-late')
    expect(await timeline(id, 'accept')).toEqual([])
  })

  it('the company declined meanwhile', async () => {
    const { id, back } = await ordered()
    const headers = bearer(world.tokens.technician)
    const { version } = await incident(id)
    const said = { action: 'decline', reason: 'busy', version }
    const reply = await app.inject({
      ...{ method: 'POST', url: `/api/incidents/${id}/actions`, headers, payload: said },
    })
    expect(reply.statusCode).toBe(200)
    expect((await report(back, key('1'))).body).toEqual({
      result: 'too-late',
      text: '派遣已由他人处理或已结束，无需操作',
    })
    expect((await assignmentsOf(id))[0]).toMatchObject({ status: 'declined' })
  })

  it.each([
    { action: 'recall', reason: 'another-is-nearer' },
    { action: 'release', outcome: 'self-released' },
  ])('the dispatcher ended it by $action', async (said) => {
    const { id, back } = await ordered()
    const { version, assignments } = await incident(id)
    const about = said.action === 'recall' ? { assignmentId: assignments[0]?.id } : {}
    await asDispatcher(`/api/incidents/${id}/actions`, { ...said, ...about, version })
    for (const pressed of ['1', '2']) expect((await report(back, key(pressed))).body.result).toBe('too-late')
    expect(await timeline(id, 'accept')).toEqual([])
  })
})

describe('what is no answer', () => {
  it('a wrong token, or that of another call: refused, and guessing is slowed; the right one is not', async () => {
    const { id, back } = await ordered()
    const wrong = back.replace(/token=....../, 'token=AAAAAA')
    const other = back.replace(/call=[^&]+/, 'call=none')
    for (const url of [wrong, other])
      expect(await report(url, key('1'))).toMatchObject({
        status: 404,
        body: { error: { code: 'CALL_UNKNOWN' } },
      })
    for (let guess = 0; guess < 4; guess++) await report(wrong, key('1'))
    expect((await report(wrong, key('1'))).status).toBe(429)
    expect((await report(back.replace(/&token=.*/, ''), key('1'))).status).toBe(400)
    expect(await assignmentsOf(id)).toMatchObject([{ status: 'offered' }])
    expect((await report(back, key('1'))).body.result).toBe('accepted')
  })

  it('how the call stands is kept, and it goes on ringing', async () => {
    const { id, back } = await ordered()
    for (const body of [{ status: 'busy' }, {}, 'no JSON'])
      expect(await report(back, body)).toEqual({ status: 200, body: { result: 'recorded', text: '' } })
    const headers = bearer(world.tokens.dispatcher)
    const { items } = (await app.inject({ url: `/api/incidents/${id}/notices`, headers })).json()
    const calls = items
      .flatMap((notice: { deliveries: object[] }) => notice.deliveries)
      .filter(
        (one: { channel: string; status: string }) => one.channel === 'voice' && one.status === 'ringing',
      )
    expect(calls).toMatchObject([{ answer: 'busy', reference: 'V1' }])
    turn(45_000)
    expect(await lastCall(2)).not.toBe(back)
  })
})
