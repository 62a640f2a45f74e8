/** The clients that field engineers have in their hands, against the service as it runs. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type House, openHouse, PATIENCE, waitForMetric } from '../acceptance/house.js'
import { leftOut } from '../helpers/installed.js'
import { mosquittoPub, mosquittoSub } from '../helpers/mosquitto.js'
import { waitFor } from '../helpers/wait-for.js'
import { lifts } from '../service/seed.js'
import { textsOf } from './journal-records.js'

const leaveOut = leftOut('mosquitto_pub and mosquitto_sub', 'mosquitto_pub')

describe.skipIf(leaveOut)('mosquitto_pub and mosquitto_sub', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse({ equipment: lifts(6) })
  })
  afterAll(async () => void (await house?.service.stop()))

  function as(id: string): string[] {
    const { service, passwordById } = house
    const password = passwordById.get(id) ?? ''
    return ['-h', '127.0.0.1', '-p', String(service.mqttPort), '-V', 'mqttv311', '-u', id, '-P', password]
  }

  test.each([
    ['0', 'E00001'],
    ['1', 'E00002'],
    ['2', 'E00003'],
  ])('QoS %s: a thousand lines are in the journal, each once and in their order', async (qos, id) => {
    const lines = Array.from({ length: 1000 }, (_, i) => `{"ts":${1_790_000_000_000 + i},"load":${i}}`)
    const args = [...as(id), '-i', 'kit', '-q', qos, '-l', '-t', `teshe/v1/${id}/telemetry`]
    const { exitCode, stderr } = await mosquittoPub(args, { input: `${lines.join('\n')}\n` })
    expect([exitCode, stderr]).toEqual([0, ''])
    const kept = () => textsOf(house.dir, id, 'telemetry')
    // QoS 0 is not acknowledged, so it may still be on its way when the client has ended.
    await waitFor('a thousand records', () => kept().length >= lines.length, PATIENCE)
    expect(kept()).toEqual(lines)
  })

  test('retain and a will: the will of a connection that breaks is recorded once, and retained for nobody', async () => {
    const id = 'E00004'
    const will = '{"online":false,"said":"by the will"}'
    const topic = `teshe/v1/${id}/status`
    const hello = await mosquittoPub([...as(id), '-q', '1', '-r', '-t', topic, '-m', '{"online":true}'])
    expect(hello.exitCode).toBe(0)

    const listener = await mosquittoSub([
      ...as(id),
      ...['-t', `teshe/v1/${id}/command`, '-q', '1'],
      ...['--will-topic', topic, '--will-payload', will, '--will-qos', '1', '--will-retain'],
    ])
    // SIGKILL is a connection that ends without DISCONNECT.
    await listener.close('SIGKILL')
    await waitFor('the will', () => textsOf(house.dir, id, 'status').includes(will), PATIENCE)
    expect(textsOf(house.dir, id, 'status')).toEqual(['{"online":true}', will])
    // A retained message would have been its first line.
    expect(listener.lines()).toEqual([])
  })

  test('subscriptions: the own command is granted, anything else is refused and counted', async () => {
    const own = await mosquittoSub([...as('E00005'), '-t', 'teshe/v1/E00005/command', '-q', '1'])
    expect(own.output()).toMatch(/Subscribed \(mid: 1\): 1/)
    await own.close()
    const before = await refusedSubscriptions()
    for (const foreign of ['teshe/v1/E00006/command', 'teshe/v1/+/telemetry', '#', '$SYS/#']) {
      const denied = await mosquittoSub([...as('E00005'), '-t', foreign])
      await denied.ended
      expect([foreign, denied.stderr()]).toEqual([
        foreign,
        expect.stringContaining('All subscription requests were denied'),
      ])
    }
    await waitForMetric(
      house.service,
      'teshe_broker_refused_total',
      { what: 'subscribe-foreign' },
      before + 4,
    )
  })

  test('a foreign topic closes the connection; the message is in nobody’s journal', async () => {
    const foreign = [...as('E00005'), '-q', '1', '-t', 'teshe/v1/E00006/telemetry', '-m', '{"load":1}']
    const { exitCode } = await mosquittoPub(foreign, { timeoutMs: 3000 })
    expect(exitCode).not.toBe(0)
    expect(textsOf(house.dir, 'E00006', 'telemetry')).toEqual([])
  })

  test('a will on a foreign topic is refused when it connects', async () => {
    const words = ['--will-topic', 'teshe/v1/E00006/status', '--will-payload', '{"online":false}']
    const { exitCode, stderr } = await mosquittoPub([
      ...as('E00005'),
      ...words,
      ...['-t', 'teshe/v1/E00005/telemetry', '-m', '{"load":1}'],
    ])
    expect(exitCode).not.toBe(0)
    expect(stderr).toMatch(/not authori[sz]ed/i)
  })

  async function refusedSubscriptions(): Promise<number> {
    const text = await (await fetch(`${house.service.http}/metrics`)).text()
    const line = text.split('\n').find((one) => one.includes('what="subscribe-foreign"'))
    return Number(line?.slice(line.lastIndexOf(' ')) ?? 0)
  }
})
