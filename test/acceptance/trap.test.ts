/**
 * A trap from end to end: a lift stops between floors with somebody inside, the alarm button is pressed, a dispatcher
 * sees it without touching anything, and every step of the rescue stands in the timeline. In the middle the service
 * is killed.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileDashboards, root } from '../../scripts/compile.mjs'
import type { ClientToServer, IncidentSummary, ServerToClient, WatchReply } from '../../src/live/events.js'
import { terms as zh } from '../../src/model/words/zh-terms.js'
import { openChromium } from '../helpers/chromium.js'
import { freePort } from '../helpers/free-port.js'
import { leftOut } from '../helpers/installed.js'
import { waitFor } from '../helpers/wait-for.js'
import { SEEDER } from '../service/seed.js'
import { startService } from '../service/start-service.js'
import { ask, connectDevice, DESK, type Device, type House, openHouse, PATIENCE } from './house.js'

const LIFT = 'LY-LIFT-1'
const LIFT_NAME = '王府井 3号楼 1号梯'
const CREW = { username: 'crew', password: 'crew-of-yuan-an' }
const withoutBrowser = leftOut('the trap on the dispatcher’s desk', 'chromium')

interface Incident {
  id: string
  status: string
  version: number
  outcome: string | null
  conditionActive: boolean
  assignments: { id: string; level: number; party: string; status: string }[]
  deadlines: { id: string; kind: string; assignmentId: string | null; dueAt: string }[]
  times: Record<string, string | null>
}
interface Entry {
  seq: number
  at: string
  kind: string
  actorName: string
  previousHash: string
  hash: string
}

let house: House
let device: Device
let env: Record<string, string>
let tokens: { desk: string; crew: string }

beforeAll(async () => {
  // The same ports after the kill, so that browser and device find it again.
  env = { TESHE_HTTP_PORT: String(await freePort()), TESHE_MQTT_PORT: String(await freePort()) }
  house = await openHouse({
    env,
    equipment: [
      {
        id: LIFT,
        kind: 'elevator',
        name: LIFT_NAME,
        rescueCode: '102331',
        district: '西工区',
        location: { lat: 34.66, lon: 112.43 },
        maintainerId: 'yuan-an',
        attributes: { ratedSpeed: 1.75, floors: 18, reportPeriod: 1, presenceSource: 'controller' },
      },
    ],
    async more({ organisations, accounts }) {
      const location = { lat: 34.62, lon: 112.45 }
      await organisations.create({ id: 'yuan-an', name: '豫安电梯', type: 'maintainer', location }, SEEDER)
      await accounts.create({ ...CREW, role: 'technician', organisationId: 'yuan-an' }, SEEDER)
    },
  })
  const logIn = async (body: object) =>
    (await ask<{ token: string }>(house.service.http, 'POST', '/api/session', { body })).body.token
  tokens = { desk: await logIn(DESK), crew: await logIn(CREW) }
  device = await connectDevice(house, LIFT)
  if (!existsSync(join(root, 'dist/dashboards/index.html'))) compileDashboards()
})
afterAll(async () => {
  device?.client.end(true)
  await house?.service.stop()
})

const readIncident = async (id: string) =>
  (await ask<Incident>(house.service.http, 'GET', `/api/incidents/${id}`, { token: tokens.desk })).body
const incidents = async () =>
  (
    await ask<{ items: Incident[] }>(house.service.http, 'GET', `/api/incidents?equipment=${LIFT}`, {
      token: tokens.desk,
    })
  ).body.items
const act = (id: string, body: object, who: keyof typeof tokens) =>
  ask<Incident & { error?: { code: string } }>(house.service.http, 'POST', `/api/incidents/${id}/actions`, {
    token: tokens[who],
    body: { via: 'app', ...body },
  })

/**
 * A passenger steps in on floor 3, the car leaves and stops in the shaft, and the button is pressed. Gives the time of
 * the last publish, ms since 1970.
 */
async function trap(): Promise<number> {
  // Without speeds: said within moments, a stop from any of them would be a fault of its own.
  const standing = { serviceMode: 1, floor: 3, doorZone: true, carStatus: 0, mainsPower: true }
  await device.say('telemetry', { ...standing, door: 4, passenger: true })
  await device.say('telemetry', { ...standing, door: 1, passenger: true })
  await device.say('telemetry', { ...standing, door: 2, passenger: true })
  await device.say('telemetry', { carStatus: 1, direction: 1, doorZone: false })
  await device.say('telemetry', { carStatus: 0, direction: 0, doorZone: false })
  const lastAt = Date.now()
  await device.say('event', { code: 90, active: true, key: 'alarm-1' })
  return lastAt
}

/** The crew has moved the car to the landing; the doors are open and nobody is inside. */
async function setFree(): Promise<void> {
  await device.say('event', { code: 90, active: false, key: 'alarm-1' })
  await device.say('telemetry', { carStatus: 1 })
  await device.say('telemetry', { carStatus: 0, doorZone: true, floor: 4 })
  await device.say('telemetry', { door: 3 })
  await device.say('telemetry', { door: 4, passenger: false })
}

async function watchIncidents(): Promise<{
  socket: Socket<ServerToClient, ClientToServer>
  next: Promise<{ summary: IncidentSummary; at: number }>
}> {
  const socket: Socket<ServerToClient, ClientToServer> = io(house.service.http, {
    auth: { token: tokens.desk },
    transports: ['websocket'],
  })
  const next = new Promise<{ summary: IncidentSummary; at: number }>((resolve) =>
    socket.once('incident', (summary) => resolve({ summary, at: Date.now() })),
  )
  const reply = await new Promise<WatchReply>((resolve) => socket.emit('watch', { incidents: true }, resolve))
  expect(reply).toMatchObject({ ok: true, incidents: [] })
  return { socket, next }
}

/** The dispatcher's desk in a real browser; `null` where there is none. */
async function openDesk() {
  if (withoutBrowser) return null
  const browser = await openChromium()
  const page = await browser.newPage({ viewport: { width: 1600, height: 900 }, locale: 'zh-CN' })
  page.setDefaultTimeout(PATIENCE.timeoutMs)
  await page.goto(house.service.http)
  await page.fill('input[name=username]', DESK.username)
  await page.fill('input[name=password]', DESK.password)
  await page.click('button[type=submit]')
  await page.waitForSelector('[role=listbox]')
  await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }))
  return {
    /** ms since 1970 at which a row of the queue was visible with all these words. */
    async rowWith(...words: string[]): Promise<number> {
      let row = page.locator('[role=option]')
      for (const word of words) row = row.filter({ hasText: word })
      await row.first().waitFor({ state: 'visible' })
      return Date.now()
    },
    sameDocument: () => page.evaluate(() => 'sameDocument' in globalThis),
    close: () => browser.close(),
  }
}

describe('a trap between floors', { timeout: 150_000 }, () => {
  test('alarm => desk => killed and back => accept => arrive => release => close, all in the timeline', async () => {
    const desk = await openDesk()
    const { socket, next } = await watchIncidents()
    const visible = desk?.rowWith(LIFT_NAME)
    const publishedAt = await trap()
    const { summary, at: receivedAt } = await next
    const shownAt = await visible
    console.log(
      `trap: last message published → incident frame ${receivedAt - publishedAt} ms` +
        (shownAt === undefined ? ', no browser' : ` → visible on the desk ${shownAt - publishedAt} ms`),
    )
    expect(summary).toMatchObject({
      equipmentId: LIFT,
      class: 'trapped',
      priority: 'P1',
      group: 'life-safety',
    })
    const { id } = summary

    const ordered = await waitFor(
      'level 1 is sent',
      async () => {
        const incident = await readIncident(id)
        return incident.status === 'dispatched' && incident
      },
      PATIENCE,
    )
    expect(ordered.assignments).toMatchObject([{ level: 1, party: 'yuan-an', status: 'offered' }])
    expect(ordered.deadlines).toContainEqual(
      expect.objectContaining({ kind: 'accept-by', assignmentId: ordered.assignments[0]?.id }),
    )

    await device.client.endAsync(true)
    await house.service.kill()
    house = { ...house, service: await startService({ dir: house.dir, env }) }
    device = await connectDevice(house, LIFT)
    const again = await readIncident(id)
    expect(again.assignments).toEqual(ordered.assignments)
    expect(again.deadlines).toEqual(ordered.deadlines)

    // What the state does not allow is refused and changes nothing.
    const refuse = async (body: object, who: keyof typeof tokens) => {
      const before = await readIncident(id)
      const refused = await act(id, body, who)
      expect([body, refused.status, refused.body.error?.code]).toEqual([body, 409, 'ACTION_NOT_ALLOWED'])
      expect(await readIncident(id)).toEqual(before)
    }
    const allow = async (body: object, who: keyof typeof tokens, status: string) => {
      const allowed = await act(id, body, who)
      expect([body, allowed.status, allowed.body.status]).toEqual([body, 200, status])
    }
    await refuse({ action: 'depart' }, 'crew')
    await refuse({ action: 'close' }, 'desk')
    await refuse({ action: 'reopen', reason: 'too early' }, 'desk')
    await allow({ action: 'accept', person: '李工' }, 'crew', 'accepted')
    await refuse({ action: 'accept' }, 'crew')
    await desk?.rowWith(LIFT_NAME, zh.status.accepted)
    await allow({ action: 'depart' }, 'crew', 'accepted')
    await allow({ action: 'arrive' }, 'crew', 'on-site')
    await refuse({ action: 'resolve' }, 'crew')
    await setFree()
    await allow({ action: 'release', outcome: 'freed-by-level-1', people: 1 }, 'crew', 'released')
    await refuse({ action: 'release' }, 'crew')
    await waitFor(
      'the rules see the trap end',
      async () => !(await readIncident(id)).conditionActive,
      PATIENCE,
    )
    await allow({ action: 'resolve', cause: '门锁触点' }, 'crew', 'resolved')
    await allow({ action: 'review' }, 'desk', 'resolved')
    await allow({ action: 'close' }, 'desk', 'closed')
    await desk?.rowWith(LIFT_NAME, zh.status.closed)
    expect(await desk?.sameDocument()).toBe(desk ? true : undefined)

    const closed = await readIncident(id)
    expect(closed).toMatchObject({ outcome: 'freed-by-level-1', deadlines: [] })
    const { reportedAt, dispatchedAt, acceptedAt, departedAt, arrivedAt, releasedAt, closedAt } = closed.times
    const moments = [reportedAt, dispatchedAt, acceptedAt, departedAt, arrivedAt, releasedAt, closedAt].map(
      (time) => Date.parse(time ?? ''),
    )
    expect(moments.every(Number.isFinite)).toBe(true)
    expect(moments).toEqual(moments.toSorted((a, b) => a - b))

    const { items } = (
      await ask<{ items: Entry[] }>(house.service.http, 'GET', `/api/incidents/${id}/timeline?limit=200`, {
        token: tokens.desk,
      })
    ).body
    const steps = [
      'opened',
      'assignment-offered',
      'accept',
      'depart',
      'arrive',
      'release',
      'resolve',
      'review',
      'close',
    ]
    expect(items.map(({ kind }) => kind).filter((kind) => steps.includes(kind))).toEqual(steps)
    expect(items.map(({ seq }) => seq)).toEqual(items.map((_, index) => index + 1))
    for (const [index, entry] of items.entries())
      if (index > 0) expect(entry.previousHash).toBe(items[index - 1]?.hash)
    console.log(
      items.map(({ seq, at, kind, actorName }) => `  ${seq} ${at} ${kind} (${actorName})`).join('\n'),
    )

    // The kill and what the journal told again have made no second rescue.
    expect(await incidents()).toHaveLength(1)
    socket.close()
    await desk?.close()
  })
})
