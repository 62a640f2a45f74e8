import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectPacket, publishPacket, type RunningBroker, startBroker } from './start-broker.js'

let running: RunningBroker
beforeEach(async () => {
  running = await startBroker()
})
afterEach(() => running.close())

describe('log-in', () => {
  it.each([
    ['an unknown user name', { username: 'E9' }, 'login-unknown'],
    ['a wrong secret', { username: 'E1', password: 'guess' }, 'login-wrong'],
    ['no password', { username: 'E1', password: '' }, 'login-wrong'],
  ])('%s is answered CONNACK 4, counted and told', async (_name, options, what) => {
    await expect(running.client(options.username, options)).rejects.toMatchObject({ code: 4 })
    expect(running.refusals).toMatchObject([{ what, username: options.username }])
  })

  it('MQTT 5 is answered CONNACK 1', async () => {
    const { received, closed } = await running.raw([connectPacket('E1', { protocolVersion: 5 })])
    await closed
    expect(received).toMatchObject([{ cmd: 'connack' }])
    const connack = received[0] as { returnCode?: number; reasonCode?: number }
    expect(connack.returnCode ?? connack.reasonCode).toBe(1)
  })

  it('a will on a foreign topic is refused at CONNECT', async () => {
    const will = { topic: 'teshe/v1/E2/status', payload: Buffer.from('{}'), qos: 1 as const, retain: false }
    await expect(running.client('E1', { will })).rejects.toMatchObject({ code: 5 })
    expect(running.stats.refused['will-foreign']).toBe(1)
  })

  it('a client id belongs to its user name: nobody takes over the session of another', async () => {
    const first = await running.client('E1', { clientId: 'same' })
    await running.client('E2', { clientId: 'same' })
    await first.publishAsync('teshe/v1/E1/telemetry', '{"still":1}', { qos: 1 })
    expect(first.connected).toBe(true)
  })

  it('the same user name and client id replaces its older connection', async () => {
    const first = await running.client('E1', { clientId: 'same' })
    const gone = new Promise<void>((resolve) => first.once('close', () => resolve()))
    await running.client('E1', { clientId: 'same' })
    await gone
  })
})

describe('publishing', () => {
  it.each([0, 1, 2] as const)('QoS %i on the own topics is stored', async (qos) => {
    const client = await running.client('E1')
    await client.publishAsync('teshe/v1/E1/telemetry', '{"ts":1,"speed":1.5}', { qos })
    await client.publishAsync('teshe/v1/E1/event', '{"code":90,"active":true}', { qos })
    await client.publishAsync('teshe/v1/E1/status', '{"online":true}', { qos })
    await expect.poll(() => running.texts().length).toBe(3)
    const kinds = running.records().map((record) => record.kind)
    expect(kinds.filter((kind) => kind !== 'session')).toEqual(['telemetry', 'event', 'status'])
  })

  it('a foreign topic closes the connection and is counted', async () => {
    const client = await running.client('E1')
    const gone = new Promise<void>((resolve) => client.once('close', () => resolve()))
    client.publish('teshe/v1/E2/telemetry', '{}', { qos: 1 })
    await gone
    expect(running.refusals).toMatchObject([{ what: 'publish-foreign', detail: 'teshe/v1/E2/telemetry' }])
    expect(running.texts()).toEqual([])
  })

  it.each(['$SYS/x', 'teshe/v1/E10/telemetry', 'teshe/v1/E', 'spBv1.0/g/NDATA/e'])(
    '%s is foreign to E1',
    async (topic) => {
      const client = await running.client('E1')
      const gone = new Promise<void>((resolve) => client.once('close', () => resolve()))
      client.publish(topic, '{}', { qos: 1 })
      await gone
      expect(running.stats.refused['publish-foreign']).toBe(1)
    },
  )

  it('a topic of its own that means nothing to us is acknowledged and counted', async () => {
    const client = await running.client('E1')
    await client.publishAsync('teshe/v1/E1/diary', 'x', { qos: 1 })
    expect(running.stats.unreadableTopic).toBe(1)
  })

  it.each(['constructor', '__proto__', 'toString'])(
    'a topic that ends in %s means nothing to us',
    async (word) => {
      const client = await running.client('E1')
      await client.publishAsync(`teshe/v1/E1/${word}`, 'x', { qos: 1 })
      expect(running.stats.unreadableTopic).toBe(1)
      expect(running.texts()).toEqual([])
    },
  )

  it('a payload that is not JSON is stored as it came and acknowledged in its turn', async () => {
    const client = await running.client('E1')
    await client.publishAsync('teshe/v1/E1/telemetry', '{"broken', { qos: 1 })
    await client.publishAsync('teshe/v1/E1/telemetry', '{"good":1}', { qos: 1 })
    expect(running.texts()).toEqual(['{"broken', '{"good":1}'])
  })

  it('PUBACKs leave in arrival order, and only when the journal has the message', async () => {
    const raw = await running.raw([connectPacket('E1')])
    await expect.poll(() => raw.received.length).toBe(1)
    for (let id = 1; id <= 200; id++)
      raw.send(publishPacket('teshe/v1/E1/telemetry', `{"n":${id}}`, { messageId: id }))
    await expect.poll(() => raw.received.length).toBe(201)
    const acknowledged = raw.received.slice(1).map((packet) => packet.messageId)
    expect(acknowledged).toEqual(Array.from({ length: 200 }, (_, i) => i + 1))
    expect(running.texts()).toHaveLength(200)
  })

  it('a packet above the limit closes the connection after its fixed header', async () => {
    const raw = await running.raw([connectPacket('E1')])
    await expect.poll(() => raw.received.length).toBe(1)
    raw.socket.write(Buffer.from([0x32, 0x80, 0x80, 0x80, 0x05])) // announces 10 MB
    await raw.closed
    expect(running.stats.refused['packet-too-large']).toBe(1)
  })

  it('before CONNACK 16 KiB are the limit', async () => {
    const raw = await running.raw([connectPacket('E1', { clientId: 'x'.repeat(17_000) })])
    await raw.closed
    expect(raw.received).toEqual([])
    expect(running.stats.refused['packet-too-large']).toBe(1)
  })

  it('bytes that are no MQTT close the connection, and the next device is served', async () => {
    const raw = await running.raw([])
    raw.socket.write('GET / HTTP/1.1\r\n\r\n')
    await raw.closed
    const client = await running.client('E1')
    await client.publishAsync('teshe/v1/E1/telemetry', '{"ok":1}', { qos: 1 })
    expect(running.texts()).toEqual(['{"ok":1}'])
  })
})

describe('redelivery', () => {
  it('a DUP with the same packet id and payload is acknowledged and not appended', async () => {
    const topic = 'teshe/v1/E1/telemetry'
    const raw = await running.raw([connectPacket('E1')])
    raw.send(publishPacket(topic, '{"a":1}', { messageId: 7 }))
    await expect.poll(() => raw.received.length).toBe(2)
    raw.socket.destroy()
    const again = await running.raw([connectPacket('E1')])
    again.send(publishPacket(topic, '{"a":1}', { messageId: 7, dup: true }))
    await expect.poll(() => again.received.length).toBe(2)
    expect(running.texts()).toEqual(['{"a":1}'])
    expect(running.stats.redelivered).toBe(1)
  })

  it('a DUP that was never stored, or differs, is appended', async () => {
    const topic = 'teshe/v1/E1/telemetry'
    const raw = await running.raw([connectPacket('E1')])
    raw.send(publishPacket(topic, '{"a":1}', { messageId: 7 }))
    raw.send(publishPacket(topic, '{"a":2}', { messageId: 7, dup: true }))
    raw.send(publishPacket(topic, '{"a":1}', { messageId: 8, dup: true }))
    await expect.poll(() => raw.received.length).toBe(4)
    expect(running.texts()).toEqual(['{"a":1}', '{"a":2}', '{"a":1}'])
  })

  it('a QoS 2 message that is sent again before PUBREL is stored once', async () => {
    const topic = 'teshe/v1/E1/telemetry'
    const raw = await running.raw([connectPacket('E1')])
    raw.send(publishPacket(topic, '{"q":2}', { messageId: 9, qos: 2 }))
    await expect.poll(() => raw.received.some((packet) => packet.cmd === 'pubrec')).toBe(true)
    raw.send(publishPacket(topic, '{"q":2}', { messageId: 9, qos: 2, dup: true }))
    await expect.poll(() => raw.received.filter((packet) => packet.cmd === 'pubrec').length).toBe(2)
    raw.send({ cmd: 'pubrel', messageId: 9 })
    await expect.poll(() => raw.received.some((packet) => packet.cmd === 'pubcomp')).toBe(true)
    expect(running.texts()).toEqual(['{"q":2}'])
  })
})

describe('an intake, not a bus', () => {
  it('subscribing is allowed to the own command topic only; the connection stays', async () => {
    const client = await running.client('E1')
    for (const topic of [
      '#',
      '+/v1/E1/telemetry',
      'teshe/v1/E2/command',
      'teshe/v1/E1/telemetry',
      '$SYS/#',
    ]) {
      await expect(client.subscribeAsync(topic, { qos: 1 })).rejects.toThrow()
    }
    await expect(client.subscribeAsync('teshe/v1/E1/command', { qos: 1 })).resolves.toMatchObject([
      { qos: 1 },
    ])
    expect(client.connected).toBe(true)
    expect(running.stats.refused['subscribe-foreign']).toBe(5)
  })

  it('a message of a device is never forwarded, a command of ours is', async () => {
    const client = await running.client('E1')
    const got: string[] = []
    client.on('message', (_topic, payload) => got.push(payload.toString()))
    expect(running.broker.command('E1', Buffer.from('nobody listens'))).toBe(false)
    await client.subscribeAsync('teshe/v1/E1/command', { qos: 1 })
    client.publish('teshe/v1/E1/command', '{"forged":true}', { qos: 1 })
    await client.publishAsync('teshe/v1/E1/telemetry', '{"a":1}', { qos: 1 })
    expect(running.broker.command('E1', Buffer.from('{"command":"report-now"}'))).toBe(true)
    await expect.poll(() => got).toEqual(['{"command":"report-now"}'])
  })

  it('sessions are not kept and retained messages are ignored', async () => {
    const first = await running.client('E1', { clean: false, clientId: 'k' })
    await first.subscribeAsync('teshe/v1/E1/command', { qos: 1 })
    await first.publishAsync('teshe/v1/E1/status', '{"online":true}', { qos: 1, retain: true })
    await first.endAsync()
    const raw = await running.raw([connectPacket('E1', { clean: false, clientId: 'k' })])
    await expect.poll(() => raw.received.length).toBe(1)
    expect(raw.received).toMatchObject([{ cmd: 'connack', sessionPresent: false }])
    expect(running.broker.command('E1', Buffer.from('x'))).toBe(false)
  })
})

describe('sessions', () => {
  const will = {
    topic: 'teshe/v1/E1/status',
    payload: Buffer.from('{"online":false}'),
    qos: 1 as const,
    retain: true,
  }

  function sessionRecords(): unknown[] {
    return running
      .records()
      .filter((record) => record.kind === 'session')
      .map((record) => JSON.parse(Buffer.from(record.payload).toString()) as unknown)
  }

  it('opening and closing a connection are in the journal', async () => {
    const client = await running.client('E1')
    await client.endAsync()
    await expect.poll(() => sessionRecords().length).toBe(2)
    expect(sessionRecords()).toMatchObject([{ open: true }, { open: false }])
  })

  it('a lost connection raises its will', async () => {
    const client = await running.client('E1', { will })
    client.stream.destroy()
    await expect.poll(() => running.texts()).toEqual(['{"online":false}'])
  })

  it('a will of an older session counts no more', async () => {
    const older = await running.client('E1', { will, clientId: 'a' })
    await running.client('E1', { will, clientId: 'b' })
    older.stream.destroy()
    await expect.poll(() => sessionRecords().length).toBe(3)
    expect(running.texts()).toEqual([])
  })

  it('a connection that dies by an error raises its will as well', async () => {
    const client = await running.client('E1', { will })
    client.stream.write(Buffer.from([0xf0, 0x00])) // a packet type that MQTT has reserved
    await expect.poll(() => running.texts()).toEqual(['{"online":false}'])
  })

  it('a word of being offline from an older connection counts no more', async () => {
    const older = await running.client('E1', { clientId: 'a' })
    const newer = await running.client('E1', { clientId: 'b' })
    await older.publishAsync('teshe/v1/E1/status', '{"online":false}', { qos: 1 })
    await newer.publishAsync('teshe/v1/E1/status', '{"online":true}', { qos: 1 })
    expect(running.texts()).toEqual(['{"online":true}'])
    expect(running.stats.staleStatus).toBe(1)
  })

  it('wills raised by our own shutdown are not recorded', async () => {
    await running.client('E1', { will })
    await running.broker.close()
    expect(running.texts()).toEqual([])
  })

  it('a revoked log-in loses its connection', async () => {
    const client = await running.client('E1')
    const gone = new Promise<void>((resolve) => client.once('close', () => resolve()))
    running.broker.setLogin('E1', null, true)
    await gone
  })
})

describe('a journal that refuses', () => {
  it('means no PUBACK, CONNACK 3, and recovery without a restart', async () => {
    await running.close()
    let broken = false
    running = await startBroker({
      patienceMs: 300,
      retryMs: 20,
      beforeCommit: () => {
        if (broken) throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' })
      },
    })
    const raw = await running.raw([connectPacket('E1')])
    await expect.poll(() => raw.received.length).toBe(1)
    broken = true
    raw.send(publishPacket('teshe/v1/E1/telemetry', '{"n":1}'))
    await raw.closed
    expect(raw.received).toHaveLength(1)
    expect(running.stats.refused['publish-not-stored']).toBe(1)
    await expect(running.client('E2')).rejects.toMatchObject({ code: 3 })
    broken = false
    await expect.poll(() => running.journal.state().status).toBe('writing')
    const client = await running.client('E2')
    await client.publishAsync('teshe/v1/E2/telemetry', '{"n":2}', { qos: 1 })
    expect(running.texts()).toEqual(['{"n":2}'])
  })
})

describe('a journal near the end of its budget', () => {
  it('acknowledges no telemetry, and still takes the alarm behind it on the same connection', async () => {
    await running.close()
    running = await startBroker({ budgetBytes: 60_000 })
    const raw = await running.raw([connectPacket('E1')])
    await expect.poll(() => raw.received.length).toBe(1)
    let id = 0
    while (running.journal.state().status === 'writing') {
      raw.send(
        publishPacket('teshe/v1/E1/telemetry', JSON.stringify({ filler: '.'.repeat(1500) }), {
          messageId: ++id,
        }),
      )
      const sent = id
      await expect.poll(() => raw.received.length).toBe(1 + sent)
    }
    expect(running.journal.state().status).toBe('tight')
    raw.send(publishPacket('teshe/v1/E1/telemetry', '{"late":1}', { messageId: 900 }))
    raw.send(publishPacket('teshe/v1/E1/event', '{"code":90,"active":true}', { messageId: 901 }))
    await expect.poll(() => raw.received.at(-1)?.messageId).toBe(901)
    expect(raw.received.some((packet) => packet.messageId === 900)).toBe(false)
    expect(running.texts().at(-1)).toBe('{"code":90,"active":true}')
  })
})

describe('several connections of one equipment', () => {
  const offline = { topic: 'teshe/v1/E1/status', payload: Buffer.from('{"online":false}'), qos: 1 as const }

  function sessionChanges(): string[] {
    return running
      .records()
      .filter(({ kind }) => kind === 'session')
      .map(({ payload }) => JSON.parse(Buffer.from(payload).toString()) as { session: string; open: boolean })
      .map(({ session, open }) => `${session} ${open ? 'open' : 'closed'}`)
  }

  it('the end of a short one leaves the long one speaking', async () => {
    const long = await running.client('E1', { clientId: 'long' })
    await long.subscribeAsync('teshe/v1/E1/command')
    const short = await running.client('E1', { clientId: 'short' })
    await short.endAsync()
    await expect.poll(() => sessionChanges()).toEqual(['s1 open', 's2 open', 's2 closed', 's1 open'])
    expect(running.broker.command('E1', Buffer.from('{"command":"report-now"}'))).toBe(true)
    await long.publishAsync('teshe/v1/E1/status', '{"online":false}', { qos: 1 })
    expect(running.texts()).toEqual(['{"online":false}'])
  })

  it('the last will of an old gateway connection takes nobody offline who speaks by the new one', async () => {
    const old = await running.client('G1', { clientId: 'old', will: { ...offline, retain: false } })
    const fresh = await running.client('G1', { clientId: 'new' })
    await fresh.publishAsync('teshe/v1/E1/telemetry', '{"speed":1}', { qos: 1 })
    old.stream.destroy()
    await expect.poll(() => running.stats.staleStatus).toBe(1)
    expect(running.texts()).toEqual(['{"speed":1}'])
    expect(sessionChanges()).toEqual(['s2 open'])
  })

  it('two connects of one client id at once leave no session behind', async () => {
    const first = await running.client('E1', { clientId: 'same' })
    await first.subscribeAsync('teshe/v1/E1/command')
    const again = [connectPacket('E1', { clientId: 'same' })]
    const raws = await Promise.all([running.raw(again), running.raw(again)])
    await expect.poll(() => first.connected).toBe(false)
    for (const { socket } of raws) socket.destroy()
    await expect.poll(() => running.stats.connections, { timeout: 5000 }).toBe(0)
    const changes = sessionChanges()
    expect(changes.filter((change) => change.endsWith('closed'))).toHaveLength(
      new Set(changes.map((change) => change.split(' ')[0])).size,
    )
  })
})

describe('a log-in that changes', () => {
  const KEY = Buffer.from('a server key of thirty-two bytes')
  const secretOf = (text: string, until: number | null = null) => ({
    hmac: createHmac('sha256', KEY).update(text).digest(),
    until,
  })
  const login = (...secrets: ReturnType<typeof secretOf>[]) =>
    ({ username: 'E1', kind: 'device', equipment: ['E1'], secrets }) as const

  it('a connection ends with the overlap of its secret, and one by the new secret stays', async () => {
    const old = await running.client('E1', { clientId: 'old' })
    const gone = new Promise<void>((resolve) => old.once('close', () => resolve()))
    running.broker.setLogin('E1', login(secretOf('new'), secretOf('secret-E1', Date.now() + 300)), false)
    const fresh = await running.client('E1', { clientId: 'new', password: 'new' })
    await gone
    expect(fresh.connected).toBe(true)
  })

  it('a secret revoked while its answer is held back opens nothing', async () => {
    for (let i = 0; i < 6; i++) await running.client('E1', { password: 'guess' }).catch(() => {})
    const held = running.client('E1')
    // Whose CONNECT comes behind it is answered at once, so that one is being held by then.
    await running.client('E2')
    running.broker.setLogin('E1', null, true)
    await expect(held).rejects.toMatchObject({ code: 5 })
  }, 15_000)
})

describe('limits', () => {
  it('slow a log-in down, keep its order, and count it', async () => {
    await running.close()
    running = await startBroker({}, { device: { messages: 100, bytes: 0 } })
    const raw = await running.raw([connectPacket('E1')])
    await expect.poll(() => raw.received.length).toBe(1)
    // Ten seconds of its rate are saved up; what comes after that waits.
    const texts = Array.from({ length: 1050 }, (_, n) => `{"n":${n}}`)
    for (const [n, text] of texts.entries())
      raw.send(publishPacket('teshe/v1/E1/telemetry', text, { messageId: n + 1 }))
    await expect.poll(() => raw.received.length, { timeout: 5000 }).toBe(1051)
    expect(raw.received.slice(1).map((packet) => packet.messageId)).toEqual(texts.map((_, n) => n + 1))
    expect(running.texts()).toEqual(texts)
    expect(running.stats.slowed).toBeGreaterThan(0)
  })

  it('cut who is too far ahead', async () => {
    await running.close()
    running = await startBroker({}, { device: { messages: 0, bytes: 100 } })
    const device = await running.client('E1')
    const gone = new Promise<void>((resolve) => device.once('close', () => resolve()))
    device.publish('teshe/v1/E1/telemetry', 'x'.repeat(3000), { qos: 1 })
    await gone
    expect(running.stats.refused['rate-exceeded']).toBe(1)
  })

  it('bound the connections of one address', async () => {
    await running.close()
    running = await startBroker({}, { connectionsPerAddress: 1 })
    await running.client('E1')
    const { closed } = await running.raw([connectPacket('E2')])
    await closed
    expect(running.stats.refused['too-many-connections']).toBe(1)
  })
})

describe('redelivery of many', () => {
  it('finds all of 200 messages that were in flight', async () => {
    const packets = Array.from({ length: 200 }, (_, n) =>
      publishPacket('teshe/v1/E1/telemetry', `{"n":${n}}`, { messageId: n + 1 }),
    )
    const first = await running.raw([connectPacket('E1'), ...packets])
    await expect.poll(() => first.received.length).toBe(201)
    first.socket.destroy()
    const again = packets.map((packet) => ({ ...packet, dup: true }) as typeof packet)
    const second = await running.raw([connectPacket('E1'), ...again])
    await expect.poll(() => second.received.length).toBe(201)
    expect(running.stats.redelivered).toBe(200)
    expect(running.texts()).toHaveLength(200)
  })
})
