import { get } from 'sparkplug-payload'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type RunningBroker, startBroker } from './start-broker.js'

const { encodePayload, decodePayload } = get('spBv1.0') ?? expect.fail('no spBv1.0 codec')

let running: RunningBroker
beforeEach(async () => {
  running = await startBroker()
})
afterEach(() => running.close())

/** Records of devices as `equipment kind payload`. */
function told(): string[] {
  return running
    .records()
    .filter(({ kind }) => kind !== 'session')
    .map(({ equipment, kind, payload }) => `${equipment} ${kind} ${Buffer.from(payload).toString()}`)
}

function sessions(): string[] {
  return running
    .records()
    .filter(({ kind }) => kind === 'session')
    .map(({ equipment, payload }) => {
      const { open } = JSON.parse(Buffer.from(payload).toString()) as { open: boolean }
      return `${equipment} ${open ? 'on' : 'off'}`
    })
}

describe("ThingsBoard's API", () => {
  it('takes telemetry and attributes of the device itself', async () => {
    const device = await running.client('E1')
    await device.publishAsync('v1/devices/me/telemetry', '{"ts":1,"values":{"speed":1}}', { qos: 1 })
    await device.publishAsync('v1/devices/me/attributes', '{"firmware":"1.2"}', { qos: 1 })
    expect(told()).toEqual(['E1 telemetry {"ts":1,"values":{"speed":1}}', 'E1 telemetry {"firmware":"1.2"}'])
  })

  it('a token is a user name without a password', async () => {
    const device = await running.client('secret-E1', { password: '' })
    await device.publishAsync('v1/devices/me/telemetry', '{"speed":1}', { qos: 1 })
    expect(told()).toEqual(['E1 telemetry {"speed":1}'])
  })

  it('answers a request for attributes and sends commands as rpc', async () => {
    const device = await running.client('E1')
    const heard: string[] = []
    device.on('message', (topic, payload) => heard.push(`${topic} ${payload.toString()}`))
    await device.subscribeAsync(['v1/devices/me/attributes/response/+', 'v1/devices/me/rpc/request/+'])
    await device.publishAsync('v1/devices/me/attributes/request/7', '{}', { qos: 1 })
    const delivered = running.broker.command('E1', Buffer.from('{"command":"report-now"}'))
    expect(delivered).toBe(true)
    await expect.poll(() => heard.length).toBe(2)
    expect(heard).toEqual([
      'v1/devices/me/attributes/response/7 {}',
      'v1/devices/me/rpc/request/1 {"method":"report-now","params":{}}',
    ])
  })

  it('a gateway speaks for what is bound to it, and what is not costs the rest nothing', async () => {
    const gateway = await running.client('G1')
    await gateway.publishAsync(
      'v1/gateway/telemetry',
      '{"E1":[{"ts":1,"values":{"speed":1}}],"E3":[{"ts":1,"values":{}}],"E2":[{"ts":2,"values":{"speed":2}}]}',
      { qos: 1 },
    )
    expect(told()).toEqual([
      'E1 telemetry [{"ts":1,"values":{"speed":1}}]',
      'E2 telemetry [{"ts":2,"values":{"speed":2}}]',
    ])
    expect(running.rejections).toEqual([{ username: 'G1', reason: 'device-unbound', detail: 'E3' }])
    expect(running.stats.rejected['device-unbound']).toBe(1)
  })

  it('a gateway brings its equipment online and takes it along when it leaves', async () => {
    const gateway = await running.client('G1')
    await gateway.publishAsync('v1/gateway/connect', '{"device":"E1"}', { qos: 1 })
    await gateway.publishAsync('teshe/v1/E2/telemetry', '{"speed":1}', { qos: 1 })
    await gateway.publishAsync('v1/gateway/disconnect', '{"device":"E1"}', { qos: 1 })
    await gateway.endAsync()
    await expect.poll(() => sessions().sort()).toEqual(['E1 off', 'E1 on', 'E2 off', 'E2 on'])
  })

  it('a gateway may not speak on the topics of equipment that is not its own', async () => {
    const gateway = await running.client('G1')
    const gone = new Promise<void>((resolve) => gateway.once('close', () => resolve()))
    gateway.publish('teshe/v1/E3/telemetry', '{"speed":1}', { qos: 1 })
    await gone
    expect(running.stats.refused['publish-foreign']).toBe(1)
  })

  it('what cannot be read is acknowledged in its turn and told', async () => {
    const gateway = await running.client('G1')
    await gateway.publishAsync('v1/gateway/telemetry', '[1,2', { qos: 1 })
    await gateway.publishAsync('v1/devices/me/attributes', '{"own":1}', { qos: 1 })
    expect(running.rejections).toMatchObject([{ username: 'G1', reason: 'not-json' }])
    expect(told()).toEqual([])
  })
})

describe('Sparkplug B', () => {
  const metric = (name: string, value: number, more: object = {}) =>
    ({ name, value, type: 'Double', timestamp: 1000, ...more }) as never
  const birth = (seq: number, metrics: never[]) =>
    Buffer.from(encodePayload({ timestamp: 1000, seq, metrics }))

  it('resolves aliases at the intake: a birth, data by alias, a death', async () => {
    const node = await running.client('G1')
    await node.publishAsync('spBv1.0/g/NBIRTH/G1', birth(0, [metric('bdSeq', 0)]))
    await node.publishAsync('spBv1.0/g/DBIRTH/G1/E1', birth(1, [metric('speed', 1.5, { alias: 7 })]))
    const data = {
      timestamp: 2000,
      seq: 2,
      metrics: [{ alias: 7, value: 2.5, type: 'Double', timestamp: 2000 }],
    }
    await node.publishAsync('spBv1.0/g/DDATA/G1/E1', Buffer.from(encodePayload(data as never)))
    await node.publishAsync('spBv1.0/g/DDEATH/G1/E1', birth(3, []))
    await expect.poll(() => sessions()).toEqual(['E1 on', 'E1 off'])
    expect(told()).toEqual([
      'E1 telemetry {"ts":1000,"values":{"speed":1.5}}',
      'E1 telemetry {"ts":2000,"values":{"speed":2.5}}',
    ])
  })

  it('a gap in seq asks for rebirth, once', async () => {
    const node = await running.client('G1')
    const heard: { topic: string; payload: Buffer }[] = []
    node.on('message', (topic, payload) => heard.push({ topic, payload }))
    await node.subscribeAsync('spBv1.0/g/NCMD/G1')
    await node.publishAsync('spBv1.0/g/NBIRTH/G1', birth(0, [metric('bdSeq', 0)]))
    await node.publishAsync('spBv1.0/g/DBIRTH/G1/E1', birth(5, [metric('speed', 1)]))
    await node.publishAsync('spBv1.0/g/DDATA/G1/E1', birth(9, [metric('speed', 1)]))
    await expect.poll(() => heard.length).toBe(1)
    expect(heard[0]?.topic).toBe('spBv1.0/g/NCMD/G1')
    const { metrics } = decodePayload(heard[0]?.payload ?? Buffer.alloc(0))
    expect(metrics).toMatchObject([{ name: 'Node Control/Rebirth', value: true }])
    expect(running.stats.rebirths).toBe(1)
    expect(running.stats.sparkplug['sequence-gap']).toBe(2)
  })

  it.each([
    ['STATE/teshe', 'STATE/teshe', /^ONLINE$/],
    ['spBv1.0/STATE/teshe', 'spBv1.0/STATE/teshe', /^\{"online":true,"timestamp":\d+\}$/],
    ['STATE/+', 'STATE/teshe', /^ONLINE$/],
  ])('says on %s that it is there', async (filter, topic, payload) => {
    const node = await running.client('G1')
    const heard: [string, string][] = []
    node.on('message', (at, said) => heard.push([at, said.toString()]))
    await node.subscribeAsync(filter)
    await expect.poll(() => heard.length).toBe(1)
    expect(heard[0]).toEqual([topic, expect.stringMatching(payload)])
  })

  it('a node speaks under its own log-in only', async () => {
    const node = await running.client('G1')
    const gone = new Promise<void>((resolve) => node.once('close', () => resolve()))
    node.publish('spBv1.0/g/NBIRTH/other', birth(0, []))
    await gone
    expect(running.stats.refused['publish-foreign']).toBe(1)
  })
})
