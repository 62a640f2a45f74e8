import { createHmac } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { expect, it } from 'vitest'
import { openChannels } from '../../src/dispatch/channels/open-channels.js'
import { startDispatch } from '../../src/dispatch/dispatch.js'
import { silentLog } from '../../src/runtime/log.js'
import { onEachDatabase } from '../helpers/databases.js'
import { type Desk, DISPATCHER, finding, KEEPER, MINUTE, onlyIncident, openDesk } from '../helpers/desk.js'
import { waitFor } from '../helpers/wait-for.js'
import { startReceiver } from './receiver.js'

const SECRET = 'webhook-secret'

function accept(_nth: number, response: ServerResponse): void {
  response.writeHead(204).end()
}

function run(desk: Desk, webhook?: { url: string; timeoutMs?: number; maxAttempts?: number }) {
  const { database, bus, planner, clock } = desk
  const { maxAttempts: other = 12, ...options } = webhook ?? {}
  return startDispatch({
    database,
    bus,
    planner,
    log: silentLog,
    now: clock.now,
    sleep: clock.sleep,
    telling: {
      channels: openChannels({
        ...(webhook && { webhook: { secret: SECRET, url: webhook.url, ...options } }),
        now: clock.now,
      }),
      attempts: { urgent: 4, other },
    },
  })
}

function statuses({ database }: Desk): Promise<{ kind: string; status: string; attempts: number }[]> {
  return database.db
    .selectFrom('notice')
    .select(['kind', 'status', 'attempts'])
    .orderBy('created_at')
    .orderBy('kind')
    .execute()
}

onEachDatabase('notices', ({ open, address, openAt }) => {
  it('a fault is work and no call: no notice, no clock, no attention, also when it comes back', async () => {
    const desk = await openDesk(await open())
    const door = { pattern: 'L-DCF', class: 'door', priority: 'P2' } as const
    await desk.incidents.receiveFindings([finding({ id: 'EL1/L-DCF/1', ...door })])
    const { id } = await onlyIncident(desk)
    for (const action of ['release', 'resolve'] as const) await desk.incidents.act(id, { action }, DISPATCHER)
    await desk.incidents.receiveFindings([finding({ id: 'EL1/L-DCF/2', ...door })])
    expect(await onlyIncident(desk)).toMatchObject({ reopenOffered: true, attention: null, deadlines: [] })
    expect(await desk.database.db.selectFrom('notice').selectAll().execute()).toEqual([])
  })

  it('a rescue tells the desk and the company, signed, each once', async () => {
    const desk = await openDesk(await open())
    const receiver = await startReceiver(accept)
    const dispatch = run(desk, receiver)
    await desk.incidents.receiveFindings([finding()])
    await waitFor('both are sent', async () => (await dispatch.figures()).pendingNotices === 0)
    expect(receiver.received).toHaveLength(2)
    for (const { id, signature, body } of receiver.received) {
      const [, seconds, hex] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? []
      expect(hex).toBe(createHmac('sha256', SECRET).update(`${seconds}.${body}`).digest('hex'))
      expect(JSON.parse(body)).toMatchObject({ id, incident: { number: '20261121-0001', class: 'trapped' } })
    }
    const kinds = receiver.received
      .map(({ body }) => JSON.parse(body))
      .map(({ kind, party }) => [kind, party])
    expect(kinds.sort()).toEqual([
      ['assignment-offered', 'company-a'],
      ['incident-opened', null],
    ])
    expect((await statuses(desk)).map((one) => one.status)).toEqual(['sent', 'sent'])
    await dispatch.close()
  })

  it('500 and silence: tried again with the same id after growing pauses, then sent', async () => {
    const desk = await openDesk(await open())
    const receiver = await startReceiver((nth, response) => {
      if (nth <= 2) response.writeHead(500).end()
      // The third and fourth get no answer at all.
      else if (nth > 4) response.writeHead(204).end()
    })
    await desk.incidents.receiveFindings([finding()])
    const dispatch = run(desk, { ...receiver, timeoutMs: 150 })
    await waitFor('both are sent', async () => {
      if (desk.clock.sleepers() > 0) desk.clock.advance(10_000)
      return (await statuses(desk)).every((one) => one.status === 'sent')
    })
    // On a slow machine the clock runs far enough for an escalation, which has notices of its own.
    const ids = receiver.received.map((one) => one.id)
    const both = new Set(ids.slice(0, 2))
    expect(both.size).toBe(2)
    expect(ids.filter((id) => both.has(id)).length).toBeGreaterThanOrEqual(6)
    await dispatch.close()
  })

  it('never answered: failed after the last try, and visible', async () => {
    const desk = await openDesk(await open())
    const receiver = await startReceiver((_nth, response) => response.writeHead(503).end())
    await desk.incidents.receiveFindings([finding()])
    const dispatch = run(desk, { ...receiver, maxAttempts: 3 })
    await waitFor('given up', async () => {
      desk.clock.advance(5_000)
      return (await dispatch.figures()).failedNotices === 2
    })
    const { items } = await dispatch.notices({ status: ['failed'] })
    expect(items).toHaveLength(2)
    expect(items[0]).toMatchObject({ attempts: 3, lastError: 'HTTP 503', sentAt: null })
    await dispatch.close()
  })

  it('refused with 400: failed at once, for another try would get the same answer', async () => {
    const desk = await openDesk(await open())
    const receiver = await startReceiver((_nth, response) => response.writeHead(400).end())
    await desk.incidents.receiveFindings([finding()])
    const dispatch = run(desk, receiver)
    await waitFor('given up', async () => (await dispatch.figures()).failedNotices === 2)
    expect(receiver.received).toHaveLength(2)
    await dispatch.close()
  })

  it('closed in the middle of a request: the next start sends it again with the same id, none is lost', async () => {
    const at = await address()
    const desk = await openDesk(await openAt(at))
    const receiver = await startReceiver((nth, response) => {
      if (nth > 2) response.writeHead(204).end()
    })
    await desk.incidents.receiveFindings([finding()])
    const first = run(desk, { ...receiver, timeoutMs: 60_000 })
    await waitFor('both are on their way', () => receiver.received.length === 2)
    await first.close()
    expect((await statuses(desk)).map((one) => one.status)).toEqual(['sending', 'sending'])
    const later = await openDesk(await openAt(at), desk.clock)
    const second = run(later, receiver)
    await waitFor('both are sent', async () => (await second.figures()).pendingNotices === 0)
    const ids = receiver.received.map((one) => one.id)
    expect(ids.slice(2).sort()).toEqual(ids.slice(0, 2).sort())
    await second.close()
  })

  it('without a webhook they are kept, shown and marked skipped', async () => {
    const desk = await openDesk(await open())
    const dispatch = run(desk)
    await desk.incidents.receiveFindings([finding()])
    await waitFor('skipped', async () => (await statuses(desk)).every((one) => one.status === 'skipped'))
    const { items } = await dispatch.notices({})
    expect(await dispatch.notice(items[0]?.id ?? '')).toEqual(items[0])
    expect(await dispatch.notice('none')).toBeNull()
    await dispatch.close()
  })

  it('expired, escalated, recalled: everybody concerned is told once', async () => {
    const desk = await openDesk(await open())
    const receiver = await startReceiver(accept)
    const dispatch = run(desk, receiver)
    await desk.incidents.receiveFindings([finding()])
    await waitFor('asleep', () => desk.clock.sleepers() === 2)
    desk.clock.advance(3 * MINUTE)
    await waitFor('level 2', async () => (await onlyIncident(desk)).assignments.length === 2)
    const { id } = await onlyIncident(desk)
    await desk.incidents.act(id, { action: 'release', outcome: 'self-released' }, DISPATCHER)
    await waitFor('all are sent', async () => (await dispatch.figures()).pendingNotices === 0)
    const told = receiver.received
      .map(({ body }) => JSON.parse(body))
      .map(({ kind, party }) => `${kind} ${party ?? 'desk'}`)
    expect(told.sort()).toEqual([
      'assignment-expired company-a',
      'assignment-expired desk',
      'assignment-offered company-a',
      'assignment-offered station-1',
      'assignment-recalled station-1',
      'escalated desk',
      'incident-opened desk',
    ])
    await expect(desk.incidents.act(id, { action: 'accept' }, KEEPER)).rejects.toMatchObject({ status: 409 })
    await dispatch.close()
  })
})
