/** An edge node built with the `sparkplug-client` package, which is not ours: births, data, a broken sequence, a death. */
import { type ISparkplugClientOptions, newClient, type UPayload } from 'sparkplug-client'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type RunningBroker, startBroker } from '../broker/start-broker.js'

let running: RunningBroker
beforeEach(async () => {
  running = await startBroker()
})
afterEach(() => running.close())

function options(): ISparkplugClientOptions {
  return {
    serverUrl: `mqtt://127.0.0.1:${running.port}`,
    username: 'G1',
    password: 'secret-G1',
    groupId: 'harbour',
    edgeNode: 'G1',
    clientId: 'edge',
    version: 'spBv1.0',
    publishDeath: true,
    mqttOptions: { reconnectPeriod: 0 },
  }
}

function payload(ts: number, values: Record<string, number | boolean>): UPayload {
  const metrics = Object.entries(values).map(([name, value]) => ({
    name,
    value,
    type: typeof value === 'boolean' ? ('Boolean' as const) : ('Double' as const),
    timestamp: ts,
  }))
  return { timestamp: ts, metrics }
}

function told(): string[] {
  return running
    .records()
    .filter(({ kind }) => kind === 'telemetry')
    .map(({ equipment, payload: bytes }) => `${equipment} ${Buffer.from(bytes).toString()}`)
}

function changes(): string[] {
  return running
    .records()
    .filter(({ kind }) => kind === 'session')
    .map(({ equipment, payload: bytes }) => {
      const { open } = JSON.parse(Buffer.from(bytes).toString()) as { open: boolean }
      return `${equipment} ${open ? 'on' : 'off'}`
    })
}

it('its births and data become readings of the equipment, plain and compressed, and its end takes all of it along', async () => {
  const node = newClient(options())
  await new Promise<void>((resolve) => node.once('birth', resolve))
  node.publishNodeBirth(payload(1000, {}))
  node.publishDeviceBirth('E1', payload(1000, { speed: 1.5, doorZone: true }))
  node.publishDeviceBirth('E2', payload(1000, { load: 300 }))
  node.publishDeviceData('E1', payload(2000, { speed: 2.5 }))
  node.publishDeviceData('E2', payload(3000, { load: 450 }), { compress: true, algorithm: 'GZIP' })
  await expect.poll(told, { timeout: 5000 }).toHaveLength(4)
  expect(told().sort()).toEqual([
    'E1 {"ts":1000,"values":{"speed":1.5,"doorZone":true}}',
    'E1 {"ts":2000,"values":{"speed":2.5}}',
    'E2 {"ts":1000,"values":{"load":300}}',
    'E2 {"ts":3000,"values":{"load":450}}',
  ])
  node.publishDeviceDeath('E2', payload(4000, {}))
  await expect.poll(() => changes().sort()).toEqual(['E1 on', 'E2 off', 'E2 on'])
  node.stop()
  await expect.poll(() => changes().sort()).toEqual(['E1 off', 'E1 on', 'E2 off', 'E2 on'])
  expect(running.stats.rebirths).toBe(0)
})

it('a node that is asked for rebirth hears it as its command', async () => {
  const node = newClient(options())
  await new Promise<void>((resolve) => node.once('birth', resolve))
  const heard = new Promise<UPayload>((resolve) => node.once('ncmd', resolve))
  // Data before any birth: nobody knows its table.
  node.publishDeviceData('E1', payload(1000, { speed: 1 }))
  expect((await heard).metrics).toMatchObject([{ name: 'Node Control/Rebirth', value: true }])
  node.stop()
})
