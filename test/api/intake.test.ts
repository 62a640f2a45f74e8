/** What an operator is shown of a device that is not seen, from the service as it runs. */
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EquipmentIntake, IntakeOverview } from '../../src/api/intake-schemas.js'
import { createRecentRejections } from '../../src/live/rejections.js'
import { connectDevice, DESK, type House, openHouse, PATIENCE } from '../acceptance/house.js'
import { lifts } from '../service/seed.js'
import { type Signed, signIn } from '../service/sign-in.js'

const POLL = { timeout: PATIENCE.timeoutMs, interval: PATIENCE.everyMs }

describe('the intake of an equipment', () => {
  let house: House
  let desk: Signed
  beforeAll(async () => {
    house = await openHouse({ equipment: lifts(3), env: { TESHE_DEVICE_MESSAGES: '5' } })
    desk = await signIn(house.service.http, DESK.username, DESK.password)
  })
  afterAll(() => house?.service.stop())

  const intake = (id: string) => desk.get<EquipmentIntake>(`/api/equipment/${id}/intake`)

  test('one that was never heard', async () => {
    expect(await intake('E00003')).toMatchObject({
      online: false,
      lastMessageAt: null,
      otherGateways: 0,
      unreadable: [],
      logins: [
        {
          username: 'E00003',
          kind: 'device',
          name: null,
          connections: 0,
          address: null,
          connectedAt: null,
          lastMessageAt: null,
          messages: 0,
          slowed: { messages: 0, ms: 0 },
          refused: {},
          lastRefusal: null,
        },
      ],
    })
  })

  test('its connection, what could not be read, what was refused, and its clock', async () => {
    const device = await connectDevice(house, 'E00001')
    await device.say('telemetry', { speed: 1 })
    await device.publish('teshe/v1/E00001/telemetry', 'speed=1')
    await device.publish('teshe/v1/E00001/telemetry', '{"ts":1000,"speed":1}')
    await device.publish('teshe/v1/E00001/unheard-of', '{}')
    await device.client.subscribeAsync('teshe/v1/E00002/command').catch(() => {})
    await expect
      .poll(() => intake('E00001'), POLL)
      .toMatchObject({
        online: true,
        logins: [
          {
            connections: 1,
            address: '127.0.0.1',
            messages: 4,
            bytes: expect.any(Number),
            unreadable: 1,
            refused: { 'subscribe-foreign': 1 },
            lastRefusal: { what: 'subscribe-foreign', detail: 'teshe/v1/E00002/command' },
          },
        ],
        unreadable: [{ login: null, reason: 'not-json', head: 'speed=1' }],
        clock: { known: false, fault: 'ancient', ahead: 0, ancient: 1 },
      })
    await device.say('telemetry', { speed: 1 })
    await expect
      .poll(async () => (await intake('E00001')).clock, POLL)
      .toMatchObject({ known: true, fault: null })
    await device.close()
    await expect.poll(async () => (await intake('E00001')).logins[0]?.connections, POLL).toBe(0)
  })

  test('who is too fast is slowed, and that is shown', async () => {
    const device = await connectDevice(house, 'E00002')
    await Promise.all(Array.from({ length: 55 }, (_, i) => device.say('telemetry', { load: i })))
    const { logins } = await intake('E00002')
    expect(logins[0]?.slowed.messages).toBeGreaterThan(0)
    expect(logins[0]?.slowed.ms).toBeGreaterThan(0)
    await device.close()
  })

  test('the gateway that speaks for it, and what could not be read of that', async () => {
    await desk.post('/api/gateways', { username: 'GW-1', name: 'Roof', equipment: ['E00003'] })
    const { password } = await desk.post<{ password: string }>('/api/gateways/GW-1/credentials')
    const client = await mqtt.connectAsync({
      port: house.service.mqttPort,
      username: 'GW-1',
      password,
      reconnectPeriod: 0,
    })
    const said = '{"E00003":[{"ts":1,"values":{"speed":1}}],"E00001":[{"ts":1,"values":{"speed":1}}]}'
    await client.publishAsync('v1/gateway/telemetry', said, { qos: 1 })
    await expect
      .poll(() => intake('E00003'), POLL)
      .toMatchObject({
        online: true,
        otherGateways: 0,
        logins: [
          { username: 'E00003', connections: 0 },
          { username: 'GW-1', kind: 'gateway', name: 'Roof', connections: 1, messages: 1, unreadable: 1 },
        ],
        unreadable: [{ login: 'GW-1', reason: 'device-unbound', detail: 'E00001' }],
      })
    await client.endAsync()
  })

  test('everybody together: totals, and who has most trouble', async () => {
    await expect
      .poll(() => desk.get<IntakeOverview>('/api/intake'), POLL)
      .toMatchObject({
        refused: { 'subscribe-foreign': 1 },
        unreadable: { 'not-json': 1, 'device-unbound': 1, 'topic-unread': 1 },
        setAside: { 'ts-ancient': expect.any(Number) },
        journal: { status: 'writing' },
        history: { store: 'embedded', error: null },
        uplink: null,
        offenders: [
          { username: 'E00002', kind: 'device' },
          { username: 'E00001', kind: 'device', unreadable: 1, refused: { 'subscribe-foreign': 1 } },
          { username: 'GW-1', kind: 'gateway', unreadable: 1 },
        ],
      })
  })
})

describe('recent rejections', () => {
  const rejection = (at: number) => ({ at, reason: 'not-json', detail: '', head: '' })

  test('five of a name, newest first; the name that was silent longest is forgotten', () => {
    const rejections = createRecentRejections({ names: 2 })
    for (let at = 1; at <= 7; at++) rejections.note('A', rejection(at))
    expect(rejections.of('A').map(({ at }) => at)).toEqual([7, 6, 5, 4, 3])
    rejections.note('B', rejection(8))
    rejections.note('A', rejection(9))
    rejections.note('C', rejection(10))
    expect(['A', 'B', 'C'].map((name) => rejections.of(name).length)).toEqual([5, 0, 1])
  })
})
