/** The outside broker is a real Mosquitto, the journal a real one; between them stands the uplink. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { MqttClient } from 'mqtt'
import { get } from 'sparkplug-payload'
import { afterEach, describe, expect, it } from 'vitest'
import { openHouse, waitForMetric } from '../acceptance/house.js'
import { textsOf } from '../clients/journal-records.js'
import { createAuthority } from '../helpers/certificates.js'
import { leftOut } from '../helpers/installed.js'
import {
  type MosquittoBroker,
  type MosquittoBrokerOptions,
  startMosquitto,
} from '../helpers/mosquitto-broker.js'
import { waitFor } from '../helpers/wait-for.js'
import { lifts } from '../service/seed.js'
import { startService } from '../service/start-service.js'
import { type RunningBroker, startBroker } from './start-broker.js'
import { outsider, type RunningUplink, startUplink } from './start-uplink.js'

const { encodePayload, decodePayload } = get('spBv1.0') ?? expect.fail('no spBv1.0 codec')
const PATIENCE = { timeout: 20_000 }

describe.skipIf(leftOut('the uplink', 'mosquitto'))('the uplink', () => {
  const ends: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })

  async function mosquitto(options?: MosquittoBrokerOptions): Promise<MosquittoBroker> {
    const broker = await startMosquitto(options)
    ends.push(broker.stop)
    return broker
  }
  async function house(...options: Parameters<typeof startBroker>): Promise<RunningBroker> {
    const running = await startBroker(...options)
    ends.push(running.close)
    return running
  }
  function uplinked(...options: Parameters<typeof startUplink>): RunningUplink {
    const uplink = startUplink(...options)
    ends.push(uplink.close)
    return uplink
  }
  async function publisher(url: string): Promise<MqttClient> {
    const client = await outsider(url)
    ends.push(() => client.endAsync(true))
    return client
  }
  const up = (uplink: RunningUplink) =>
    waitFor('the uplink is up', () => uplink.told.at(-1) === null, { timeoutMs: 20_000 })

  function told({ records }: RunningBroker): string[] {
    return records()
      .filter(({ kind }) => kind !== 'session' && kind !== 'tick')
      .map(({ equipment, kind, payload }) => `${equipment} ${kind} ${Buffer.from(payload).toString()}`)
  }
  function sessions({ records }: RunningBroker): string[] {
    return records()
      .filter(({ kind }) => kind === 'session')
      .map(({ equipment, payload }) => {
        const { open } = JSON.parse(Buffer.from(payload).toString()) as { open: boolean }
        return `${equipment} ${open ? 'on' : 'off'}`
      })
  }
  const reading = (i: number) => `{"ts":${1_790_000_000_000 + i},"load":${i}}`

  describe('what comes in', () => {
    it('our own topics at every QoS, a gateway’s and a Sparkplug node’s reach the journal', async () => {
      const outside = await mosquitto()
      const inside = await house()
      const uplink = uplinked(inside, { url: outside.url })
      await up(uplink)
      const client = await publisher(outside.url)
      for (const qos of [0, 1, 2] as const)
        await client.publishAsync('teshe/v1/X1/telemetry', `{"ts":${qos + 1},"speed":1}`, { qos })
      await client.publishAsync('teshe/v1/X1/event', '{"ts":4,"code":90,"active":true}', { qos: 2 })
      await client.publishAsync(
        'v1/gateway/telemetry',
        '{"X2":[{"ts":5,"values":{"speed":2}}],"X3":[{"ts":6,"values":{"speed":3}}]}',
        { qos: 1 },
      )
      const metrics = [{ name: 'speed', value: 1.5, type: 'Double', timestamp: 1000 }]
      const birth = (seq: number) => Buffer.from(encodePayload({ timestamp: 1000, seq, metrics } as never))
      await client.publishAsync(
        'spBv1.0/g/NBIRTH/N1',
        Buffer.from(encodePayload({ timestamp: 1, seq: 0, metrics: [] })),
      )
      await client.publishAsync('spBv1.0/g/DBIRTH/N1/X4', birth(1))
      await expect
        .poll(() => told(inside).sort(), PATIENCE)
        .toEqual([
          'X1 event {"ts":4,"code":90,"active":true}',
          'X1 telemetry {"ts":1,"speed":1}',
          'X1 telemetry {"ts":2,"speed":1}',
          'X1 telemetry {"ts":3,"speed":1}',
          'X2 telemetry [{"ts":5,"values":{"speed":2}}]',
          'X3 telemetry [{"ts":6,"values":{"speed":3}}]',
          'X4 telemetry {"ts":1000,"values":{"speed":1.5}}',
        ])
      // Only a birth tells who hangs on the outside broker.
      expect(sessions(inside)).toEqual(['X4 on'])
      expect(uplink.stats()).toMatchObject({ connected: true, inFlight: 0, offeredAgain: 0 })
    })

    it('what names nobody, is not trusted or is too long is counted and acknowledged: nothing behind it waits', async () => {
      const outside = await mosquitto({ maxInflight: 1 })
      const inside = await house()
      // A session of before had more filters than are trusted today.
      const before = startUplink(inside, {
        url: outside.url,
        topics: ['teshe/v1/#', 'v1/devices/me/+', 'old/#'],
      })
      await up(before)
      await before.close()
      const client = await publisher(outside.url)
      await client.publishAsync('v1/devices/me/telemetry', '{"speed":1}', { qos: 1 })
      await client.publishAsync('old/topic', '{"speed":1}', { qos: 1 })
      await client.publishAsync('teshe/v1/X1/telemetry', `{"text":"${'x'.repeat(2000)}"}`, { qos: 1 })
      await client.publishAsync('teshe/v1/X1/telemetry', '{"ts":1,"speed":1}', { qos: 1 })
      const uplink = uplinked(inside, {
        url: outside.url,
        topics: ['teshe/v1/#', 'v1/devices/me/+'],
        maxPacketBytes: 1000,
      })
      await expect.poll(() => told(inside), PATIENCE).toEqual(['X1 telemetry {"ts":1,"speed":1}'])
      expect(uplink.stats().refused).toEqual({
        'topic-foreign': 1,
        'topic-untrusted': 1,
        'packet-too-large': 1,
        retained: 0,
      })
      expect(inside.stats.refused['publish-foreign']).toBe(1)
      expect(uplink.refusals).toEqual([
        'publish-foreign old/topic',
        'packet-too-large teshe/v1/X1/telemetry: 2011 bytes',
      ])
    })

    it('a retained message of before is no news; one that is retained while we are away is', async () => {
      const outside = await mosquitto()
      const inside = await house()
      const client = await publisher(outside.url)
      await client.publishAsync('teshe/v1/X1/telemetry', '{"alarmButton":true}', { qos: 1, retain: true })
      const topics = ['teshe/v1/#']
      const first = startUplink(inside, { url: outside.url, topics })
      await up(first)
      await expect.poll(() => first.stats().refused.retained, PATIENCE).toBe(1)
      await first.close()
      await client.publishAsync('teshe/v1/X1/telemetry', '{"speed":1}', { qos: 1, retain: true })
      uplinked(inside, { url: outside.url, topics })
      await expect.poll(() => told(inside), PATIENCE).toEqual(['X1 telemetry {"speed":1}'])
    })

    it('an equipment may be called like the uplink: no change of its log-in reaches us', async () => {
      const outside = await mosquitto()
      const inside = await house()
      await up(uplinked(inside, { url: outside.url }))
      for (const username of ['uplink', 'X1'])
        inside.broker.setLogin(
          username,
          { username, kind: 'device', equipment: [username], secrets: [] },
          false,
        )
      const client = await publisher(outside.url)
      await client.publishAsync('teshe/v1/X2/telemetry', '{"ts":1}', { qos: 1 })
      await expect.poll(() => told(inside), PATIENCE).toHaveLength(1)
    })
  })

  describe('acknowledgements', () => {
    it('with 5 ms in each commit far more than 190 messages a second are taken', async () => {
      const outside = await mosquitto({ maxInflight: 1000 })
      const inside = await house({
        beforeCommit: () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5),
      })
      await (await upAndClosed(inside, outside)).close()
      const client = await publisher(outside.url)
      const count = 5000
      await Promise.all(
        Array.from({ length: count }, (_, i) =>
          client.publishAsync(`teshe/v1/X${i % 50}/telemetry`, reading(i), { qos: 1 }),
        ),
      )
      const began = performance.now()
      uplinked(inside, { url: outside.url })
      await waitFor('all are stored', () => inside.stats.stored >= count, { timeoutMs: 30_000, everyMs: 5 })
      const perSecond = Math.round((count / (performance.now() - began)) * 1000)
      console.log(`5 ms a commit: ${perSecond} messages/s through the outside broker`)
      expect(perSecond).toBeGreaterThan(950)
    })

    it('a journal that is tight keeps telemetry with the broker, takes events, and gets the rest when it writes again', async () => {
      const outside = await mosquitto({ maxInflight: 0 })
      let clock = Date.now()
      const inside = await house({
        budgetBytes: 300_000,
        segmentBytes: 32 * 1024,
        retentionMs: 3_600_000,
        now: () => clock,
      })
      const uplink = uplinked(inside, { url: outside.url })
      await up(uplink)
      const append = (kind: 'telemetry' | 'event', text: string) =>
        new Promise<Error | null>((resolve) =>
          inside.journal.append(kind, 'E1', clock, 0, Buffer.from(text), resolve),
        )
      await waitFor('it is tight', async () => (await append('telemetry', 'f'.repeat(1000))) !== null)
      const client = await publisher(outside.url)
      const lines = Array.from({ length: 30 }, (_, i) => reading(i))
      for (const line of lines) await client.publishAsync('teshe/v1/X1/telemetry', line, { qos: 1 })
      await client.publishAsync('teshe/v1/X1/event', '{"ts":1,"code":90}', { qos: 1 })
      const ofX1 = () => told(inside).filter((line) => line.startsWith('X1 '))
      await expect.poll(ofX1, PATIENCE).toEqual(['X1 event {"ts":1,"code":90}'])
      expect(uplink.stats()).toMatchObject({
        offeredAgain: 30,
        inFlight: 0,
        lastError: expect.stringContaining('budget'),
      })
      clock += 7_200_000
      await append('event', '{}')
      inside.journal.retain([inside.journal.head()], clock)
      await expect.poll(() => inside.journal.state().status).toBe('writing')
      await expect
        .poll(() => ofX1().filter((line) => line.includes('telemetry')), PATIENCE)
        .toEqual(lines.map((line) => `X1 telemetry ${line}`))
      expect(uplink.stats().lastError).toBeNull()
    })

    it('a disk that refuses gets everything once, when it writes again', async () => {
      const outside = await mosquitto()
      let broken = false
      const inside = await house({
        patienceMs: 50,
        retryMs: 20,
        beforeCommit: () => {
          if (broken) throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' })
        },
      })
      const uplink = uplinked(inside, { url: outside.url })
      await up(uplink)
      const client = await publisher(outside.url)
      broken = true
      const lines = Array.from({ length: 100 }, (_, i) => reading(i))
      for (const line of lines) await client.publishAsync('teshe/v1/X1/telemetry', line, { qos: 1 })
      await expect.poll(() => uplink.stats().offeredAgain, PATIENCE).toBeGreaterThan(0)
      expect(inside.stats.stored).toBe(0)
      broken = false
      await expect
        .poll(() => told(inside).sort(), PATIENCE)
        .toEqual(lines.map((line) => `X1 telemetry ${line}`).sort())
    })
  })

  describe('who goes away', () => {
    it('the outside broker and we are restarted in turn: nothing is lost, nothing doubled', async () => {
      const outside = await mosquitto()
      const inside = await house()
      let uplink = startUplink(inside, { url: outside.url })
      ends.push(() => uplink.close())
      await up(uplink)
      const client = await publisher(outside.url)
      const acknowledged: string[] = []
      let publishing = true
      const publish = async () => {
        for (let i = 0; publishing; i++) {
          await client.publishAsync(`teshe/v1/X${i % 5}/telemetry`, reading(i), { qos: 1 })
          acknowledged.push(`X${i % 5} telemetry ${reading(i)}`)
        }
      }
      const published = publish()
      const more = async (count: number) => {
        const goal = acknowledged.length + count
        await waitFor('more is published', () => acknowledged.length >= goal, { timeoutMs: 20_000 })
      }
      for (let round = 0; round < 3; round++) {
        await more(200)
        await outside.stop()
        await outside.start()
        await more(200)
        await uplink.close()
        await more(200)
        uplink = startUplink(inside, { url: outside.url })
      }
      publishing = false
      await published
      await expect.poll(() => inside.stats.stored, PATIENCE).toBeGreaterThanOrEqual(acknowledged.length)
      const stored = told(inside)
      const distinct = new Set(stored)
      expect(acknowledged.filter((line) => !distinct.has(line))).toEqual([])
      expect(stored.length - distinct.size).toBe(0)
    })

    it('is away when we start, refuses the log-in, and is there: each is told once', async () => {
      const outside = await mosquitto({
        later: true,
        config: (dir) => [`password_file ${join(dir, 'passwords')}`, 'allow_anonymous false'],
      })
      const passwords = join(outside.dir, 'passwords')
      const setPassword = (password: string) =>
        execFileSync('mosquitto_passwd', ['-b', '-c', passwords, 'teshe', password])
      setPassword('another')
      const inside = await house()
      const uplink = uplinked(inside, { url: outside.url.replace('//', '//teshe:p%40s%3As@') })
      await expect.poll(() => uplink.told, PATIENCE).toEqual([expect.stringContaining('ECONNREFUSED')])
      await outside.start()
      await expect.poll(() => uplink.told.at(-1), PATIENCE).toMatch(/not authorized/i)
      await outside.stop()
      setPassword('p@s:s')
      await outside.start()
      await up(uplink)
      expect(uplink.stats()).toMatchObject({ connected: true, freshSessions: 1, lastError: null })
    })

    it('speaks TLS to a broker whose authority it is given', async () => {
      const authority = createAuthority()
      const { certFile, keyFile } = authority.issue('localhost', { names: ['IP:127.0.0.1'] })
      const outside = await mosquitto({
        config: () => [
          'allow_anonymous true',
          `cafile ${authority.caFile}`,
          `certfile ${certFile}`,
          `keyfile ${keyFile}`,
        ],
      })
      const url = outside.url.replace('mqtt:', 'mqtts:')
      const inside = await house()
      const stranger = uplinked(inside, { url, clientId: 'stranger' })
      await expect.poll(() => stranger.told[0], PATIENCE).toMatch(/self[- ]signed|unable to verify/i)
      await up(uplinked(inside, { url, ca: authority.ca }))
    })
  })

  it('our service is killed and started again: nothing lost, nothing doubled, and its state is there to read', async () => {
    const outside = await mosquitto()
    const env = {
      TESHE_UPLINK_URL: outside.url,
      TESHE_UPLINK_TOPICS: 'teshe/v1/+/telemetry,teshe/v1/+/event',
    }
    const { dir, service } = await openHouse({ equipment: lifts(2), env })
    let running = service
    ends.push(() => running.stop())
    const part = async () => {
      const { parts } = (await (await fetch(`${service.http}/readyz`)).json()) as {
        parts: { part: string }[]
      }
      return parts.find((one) => one.part === 'uplink')
    }
    await expect.poll(part, PATIENCE).toMatchObject({ ready: true, detail: { connected: true, error: null } })
    const client = await publisher(outside.url)
    const acknowledged: string[] = []
    const publish = async (from: number) => {
      for (let i = from; i < from + 500; i++) {
        const id = i % 2 === 0 ? 'E00001' : 'E00002'
        await client.publishAsync(`teshe/v1/${id}/telemetry`, reading(i), { qos: 1 })
        acknowledged.push(`${id} ${reading(i)}`)
      }
    }
    for (let kill = 0; kill < 2; kill++) {
      const published = publish(kill * 500)
      await waitFor('it is under way', () => acknowledged.length >= kill * 500 + 200)
      await running.kill()
      await published
      running = await startService({ dir, env })
    }
    const stored = () =>
      ['E00001', 'E00002'].flatMap((id) => textsOf(dir, id, 'telemetry').map((text) => `${id} ${text}`))
    await expect
      .poll(() => new Set(stored()).size, { timeout: 30_000, interval: 200 })
      .toBe(acknowledged.length)
    expect(stored().sort()).toEqual(acknowledged.sort())
    await waitForMetric(running, 'teshe_uplink_connected', {}, 1)
  })

  describe('Sparkplug behind it', () => {
    const payload = (body: object) => Buffer.from(encodePayload(body as never))

    it('nodes hear that we are there and that we are gone', async () => {
      const outside = await mosquitto()
      const inside = await house()
      const client = await publisher(outside.url)
      const heard: string[] = []
      client.on('message', (topic, said) => heard.push(`${topic} ${said.toString().replace(/\d+/, 'T')}`))
      await client.subscribeAsync(['STATE/teshe', 'spBv1.0/STATE/teshe'], { qos: 1 })
      const uplink = startUplink(inside, { url: outside.url })
      await up(uplink)
      await expect.poll(() => heard).toHaveLength(2)
      await uplink.close()
      await expect
        .poll(() => heard)
        .toEqual([
          'spBv1.0/STATE/teshe {"online":true,"timestamp":T}',
          'STATE/teshe ONLINE',
          'spBv1.0/STATE/teshe {"online":false,"timestamp":T}',
          'STATE/teshe OFFLINE',
        ])
    })

    it('says nothing of the kind to a broker from which no node is heard', async () => {
      const outside = await mosquitto()
      const client = await publisher(outside.url)
      const heard: string[] = []
      client.on('message', (topic) => heard.push(topic))
      await client.subscribeAsync('#')
      await up(uplinked(await house(), { url: outside.url, topics: ['teshe/v1/#'] }))
      await client.publishAsync('last', '')
      await expect.poll(() => heard).toContain('last')
      expect(heard).toEqual(['last'])
    })

    it('a long absence of the broker takes its equipment along; back again, it asks for births', async () => {
      const outside = await mosquitto()
      const inside = await house()
      const uplink = uplinked(inside, { url: outside.url, absenceMs: 50 })
      await up(uplink)
      const node = await publisher(outside.url)
      const asked: object[] = []
      node.on('message', (_topic, said) => asked.push(decodePayload(said)))
      await node.subscribeAsync('spBv1.0/g/NCMD/N1')
      const metrics = [{ name: 'speed', value: 1.5, type: 'Double', timestamp: 1000 }]
      await node.publishAsync('spBv1.0/g/NBIRTH/N1', payload({ timestamp: 1000, seq: 0, metrics: [] }))
      await node.publishAsync('spBv1.0/g/DBIRTH/N1/X1', payload({ timestamp: 1000, seq: 1, metrics }))
      await expect.poll(() => sessions(inside), PATIENCE).toEqual(['X1 on'])
      await outside.stop()
      await expect.poll(() => sessions(inside), PATIENCE).toEqual(['X1 on', 'X1 off'])
      await outside.start()
      await expect
        .poll(() => asked, PATIENCE)
        .toMatchObject([{ metrics: [{ name: 'Node Control/Rebirth', value: true }] }])
      // Our own command and state come back by the filter, and are nothing foreign.
      expect(uplink.stats().refused['topic-foreign']).toBe(0)
    })
  })

  /** A session that waits at the outside broker. */
  async function upAndClosed(inside: RunningBroker, outside: MosquittoBroker): Promise<RunningUplink> {
    const uplink = startUplink(inside, { url: outside.url })
    await up(uplink)
    return uplink
  }
})
