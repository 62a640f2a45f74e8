/** Paho, the library under most gateways written in Python: every QoS, wills, and a network that cuts it in the middle. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packageRoot } from '../../src/runtime/package-root.js'
import { type House, openHouse, PATIENCE } from '../acceptance/house.js'
import { type Network, startNetwork } from '../chaos/network.js'
import { leftOut } from '../helpers/installed.js'
import { waitFor } from '../helpers/wait-for.js'
import { lifts } from '../service/seed.js'
import { textsOf } from './journal-records.js'

/** Debian's own: another Python on the PATH does not see Debian's packages. */
const PYTHON = '/usr/bin/python3'
const leaveOut = leftOut('paho', 'paho')

interface Outcome {
  /** `seq` of what was acknowledged, in that order. */
  acknowledged: number[]
  /** Return code of each CONNACK. */
  connects: number[]
}

describe.skipIf(leaveOut)('paho', () => {
  let house: House
  let network: Network
  beforeAll(async () => {
    house = await openHouse({ equipment: lifts(8) })
    network = await startNetwork({ to: house.service.mqttPort })
  })
  afterAll(async () => {
    await network?.close()
    await house?.service.stop()
  })

  function paho(id: string, more: Record<string, unknown>): Promise<Outcome> {
    const spec = {
      port: house.service.mqttPort,
      username: id,
      password: house.passwordById.get(id),
      clientId: 'paho',
      clean: true,
      topic: `teshe/v1/${id}/telemetry`,
      ...more,
    }
    const script = join(packageRoot(), 'test/clients/paho-device.py')
    return new Promise((resolve, reject) => {
      execFile(PYTHON, [script, JSON.stringify(spec)], { timeout: 40_000 }, (error, stdout, stderr) => {
        if (stdout.trim() === '') return reject(new Error(`paho said nothing: ${stderr}`, { cause: error }))
        resolve(JSON.parse(stdout) as Outcome)
      })
    })
  }

  /** How often each `seq` stands in the journal. */
  function timesKept(id: string): Map<number, number> {
    const times = new Map<number, number>()
    for (const text of textsOf(house.dir, id, 'telemetry')) {
      const { seq } = JSON.parse(text) as { seq: number }
      times.set(seq, (times.get(seq) ?? 0) + 1)
    }
    return times
  }

  const once = (count: number) => new Map(Array.from({ length: count }, (_, i) => [i + 1, 1]))

  test.each([
    [0, 'E00001'],
    [1, 'E00002'],
    [2, 'E00003'],
  ])('QoS %i: every message is in the journal, once', async (qos, id) => {
    const { acknowledged } = await paho(id, { qos, messages: 500, retain: true })
    expect(acknowledged).toHaveLength(500)
    // QoS 0 counts as sent when it has left.
    await waitFor('all of it', () => timesKept(id).size === 500, PATIENCE)
    expect(timesKept(id)).toEqual(once(500))
  })

  test.each([
    { qos: 1, clean: true, id: 'E00004' },
    { qos: 2, clean: true, id: 'E00005' },
    { qos: 2, clean: false, id: 'E00006' },
  ])(
    'QoS $qos, clean session $clean: cut with messages in flight, it comes back and all of it is kept once',
    async ({ qos, clean, id }) => {
      const messages = 400
      let cuts = 0
      const cutting = setInterval(() => {
        if (network.open === 0 || cuts >= 8) return
        if (cuts++ % 2 === 0) network.reset()
        else network.drop()
      }, 150)
      const { acknowledged, connects } = await paho(id, {
        port: network.port,
        qos,
        clean,
        messages,
        everyMs: 3,
      }).finally(() => clearInterval(cutting))
      expect(connects.length).toBeGreaterThan(3)
      expect(connects.every((code) => code === 0)).toBe(true)
      expect(new Set(acknowledged).size).toBe(messages)
      expect(timesKept(id)).toEqual(once(messages))
    },
  )

  test('a retained will: killed, its will is recorded; saying goodbye, it is not', async () => {
    const status = (id: string) => textsOf(house.dir, id, 'status')
    for (const [id, ends] of [
      ['E00007', 'killed'],
      ['E00008', 'politely'],
    ] as const) {
      const will = { topic: `teshe/v1/${id}/status`, payload: '{"online":false}' }
      await paho(id, { qos: 1, messages: 1, will, ends })
    }
    await waitFor('the will', () => status('E00007').length > 0, PATIENCE)
    expect([status('E00007'), status('E00008')]).toEqual([['{"online":false}'], []])
  })
})
