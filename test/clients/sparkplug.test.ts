/** A Sparkplug B edge node as its makers write it, with the package of the Eclipse Tahu project. */
import { once } from 'node:events'
import sparkplug, { type UPayload } from 'sparkplug-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DESK, type House, openHouse, PATIENCE, waitForMetric } from '../acceptance/house.js'
import { waitFor } from '../helpers/wait-for.js'
import { lifts } from '../service/seed.js'
import { type Signed, signIn } from '../service/sign-in.js'
import { recordsOf, textsOf } from './journal-records.js'

const EDGE = 'EDGE-1'
const LIFT = 'E00001'
type Client = ReturnType<typeof sparkplug.newClient>
type Metrics = NonNullable<UPayload['metrics']>

describe('a Sparkplug B edge node', () => {
  let house: House
  let desk: Signed
  let node: Client
  const commands: UPayload[] = []

  beforeAll(async () => {
    house = await openHouse({ equipment: lifts(2) })
    desk = await signIn(house.service.http, DESK.username, DESK.password)
    await desk.post('/api/gateways', { username: EDGE, name: 'Edge node', equipment: [LIFT] })
    const { password } = await desk.post<{ password: string }>(`/api/gateways/${EDGE}/credentials`)
    node = sparkplug.newClient({
      serverUrl: `mqtt://127.0.0.1:${house.service.mqttPort}`,
      username: EDGE,
      password,
      groupId: 'plant',
      edgeNode: EDGE,
      clientId: EDGE,
      publishDeath: true,
    })
    node.on('error', () => {})
    node.on('ncmd', (payload) => commands.push(payload))
    await once(node, 'birth')
  })
  afterAll(async () => {
    node?.stop()
    await house?.service.stop()
  })

  const payload = (metrics: Metrics): UPayload => ({ timestamp: Date.now(), metrics })
  const telemetry = () => textsOf(house.dir, LIFT, 'telemetry').map((text) => JSON.parse(text) as Told)
  const openings = () =>
    recordsOf(house.dir, LIFT).flatMap(({ kind, text }) =>
      kind === 'session' ? [(JSON.parse(text) as { open: boolean }).open] : [],
    )
  interface Told {
    ts: number
    values: Record<string, unknown>
    historical?: boolean
  }

  function birth(): void {
    node.publishNodeBirth(payload([{ name: 'Node Control/Rebirth', type: 'Boolean', value: false }]))
    node.publishDeviceBirth(
      LIFT,
      payload([
        { name: 'speed', alias: 1, type: 'Double', value: 0.5 },
        { name: 'doorZone', alias: 2, type: 'Boolean', value: true },
        { name: 'floor', alias: 3, type: 'Int32', value: 3 },
      ]),
    )
  }

  test('births and data by alias => readings of the lift, which is online by them', async () => {
    birth()
    const data = [
      { alias: 1, type: 'Double', value: 1.25 },
      { alias: 3, type: 'Int32', value: 7 },
    ]
    // The package's types ask for a name; a node that has named an alias at birth sends the alias alone.
    node.publishDeviceData(LIFT, payload(data as unknown as Metrics))
    await waitFor('both messages', () => telemetry().length >= 2, PATIENCE)
    expect(telemetry().map(({ values }) => values)).toEqual([
      { speed: 0.5, doorZone: true, floor: 3 },
      { speed: 1.25, floor: 7 },
    ])
    const state = await waitFor(
      'the state of the lift',
      async () => {
        const now = await desk.get<{ online: boolean; signals: Record<string, { value: unknown }> }>(
          `/api/equipment/${LIFT}/state`,
        )
        return now.signals.floor?.value === 7 && now
      },
      PATIENCE,
    )
    expect([state.online, state.signals.speed?.value, openings()]).toEqual([true, 1.25, [true]])
  })

  test('a lost message => the gap is counted and a rebirth is asked for', async () => {
    // The package counts on without sending, as when a message of QoS 0 is lost.
    const lose = (node as unknown as { incrementSeqNum(): number }).incrementSeqNum
    lose.call(node)
    node.publishDeviceData(LIFT, payload([{ name: 'floor', alias: 3, type: 'Int32', value: 8 }] as Metrics))
    await waitFor('the rebirth command', () => commands.length > 0, PATIENCE)
    expect(commands[0]?.metrics).toMatchObject([{ name: 'Node Control/Rebirth', value: true }])
    await waitForMetric(house.service, 'teshe_broker_sparkplug_rebirths_total', {}, 1)
    birth()
    const before = telemetry().length
    await waitFor('data after the rebirth', () => telemetry().length > before, PATIENCE)
  })

  test('a device that dies => its lift has left', async () => {
    node.publishDeviceDeath(LIFT, payload([]))
    await waitFor('the end of its session', () => openings().at(-1) === false, PATIENCE)
  })
})
