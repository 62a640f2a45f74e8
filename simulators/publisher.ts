/**
 * Carries out what devices do, over real MQTT: one connection a device with its own log-in and last will, QoS 1. What
 * was not acknowledged when a connection broke is sent again on the next one, as a real terminal does.
 */
import mqtt, { type MqttClient } from 'mqtt'
import { type DeviceAction, OFFLINE_PAYLOAD, ONLINE_PAYLOAD, type Topic, topicName } from './message.js'

export interface PublisherStats {
  connected: number
  /** Log-ins refused, or addresses that did not answer. */
  refused: number
  published: number
  acknowledged: number
  /** Given up because too many of the device's messages waited for acknowledgement. */
  skipped: number
}

export interface Publisher {
  readonly stats: PublisherStats
  /** What the last refused connection was told, for people. */
  readonly lastRefusal: string | null
  /** Connects these, a few at a time; ends when each is connected or was refused once. */
  connectAll(devices: readonly string[]): Promise<void>
  act(action: DeviceAction): void
  /** Waits for acknowledgements, says farewell, and closes. Bounded. */
  close(): Promise<void>
}

/** Password of a device, or `undefined` if there is none. */
export type Passwords = (device: string) => string | undefined

const CONNECTING_AT_ONCE = 64
const MAX_WAITING = 5_000
const RECONNECT_MS = 3_000
const KEEP_ALIVE_S = 60
const DRAIN_MS = 3_000

interface Message {
  topic: Topic
  payload: string
}

interface Session {
  client: MqttClient
  open: boolean
  refused: boolean
}

export function openPublisher(options: { url: string; password: Passwords }): Publisher {
  const { url, password } = options
  const stats: PublisherStats = { connected: 0, refused: 0, published: 0, acknowledged: 0, skipped: 0 }
  const sessions = new Map<string, Session>()
  const waiting = new Map<string, Set<Message>>()
  const connecting = new Set<string>()
  const queue: string[] = []
  let lastRefusal: string | null = null
  let settled: (() => void)[] = []
  let closing = false

  function messagesOf(device: string): Set<Message> {
    const messages = waiting.get(device) ?? new Set()
    waiting.set(device, messages)
    return messages
  }

  function connect(device: string): void {
    if (sessions.has(device) || connecting.has(device) || closing) return
    connecting.add(device)
    queue.push(device)
    openNext()
  }

  function openNext(): void {
    while (connecting.size - queue.length < CONNECTING_AT_ONCE) {
      const device = queue.shift()
      if (device === undefined) break
      openSession(device)
    }
    if (connecting.size > 0) return
    for (const done of settled) done()
    settled = []
  }

  function openSession(device: string): void {
    const secret = password(device)
    const client = mqtt.connect(url, {
      clientId: device,
      username: device,
      ...(secret === undefined ? {} : { password: secret }),
      will: {
        topic: topicName(device, 'status'),
        payload: Buffer.from(OFFLINE_PAYLOAD),
        qos: 1,
        retain: false,
      },
      keepalive: KEEP_ALIVE_S,
      reconnectPeriod: RECONNECT_MS,
      clean: true,
    })
    const session: Session = { client, open: false, refused: false }
    sessions.set(device, session)
    const settle = () => {
      if (connecting.delete(device)) openNext()
    }
    client.on('connect', () => {
      session.open = true
      if (session.refused) stats.refused -= 1
      session.refused = false
      stats.connected += 1
      client.publish(topicName(device, 'status'), ONLINE_PAYLOAD, { qos: 1 })
      settle()
    })
    client.on('error', (error) => {
      lastRefusal = `${device}: ${error.message}`
    })
    client.on('close', () => {
      if (session.open) stats.connected -= 1
      else if (!session.refused && sessions.get(device) === session) {
        session.refused = true
        stats.refused += 1
      }
      session.open = false
      settle()
    })
    // What the last connection left unacknowledged goes first.
    for (const message of messagesOf(device)) sendOn(session, device, message)
  }

  function sendOn(session: Session, device: string, message: Message): void {
    session.client.publish(topicName(device, message.topic), message.payload, { qos: 1 }, (error) => {
      if (!error && waiting.get(device)?.delete(message)) stats.acknowledged += 1
    })
  }

  function publish(device: string, message: Message): void {
    const messages = messagesOf(device)
    if (messages.size >= MAX_WAITING) {
      stats.skipped += 1
      return
    }
    messages.add(message)
    stats.published += 1
    const session = sessions.get(device)
    if (session) sendOn(session, device, message)
  }

  function drop(device: string): void {
    const session = sessions.get(device)
    sessions.delete(device)
    // Forced: the socket is cut without DISCONNECT, so that the broker raises the will.
    session?.client.end(true)
    if (session?.refused) stats.refused -= 1
  }

  async function drain(): Promise<void> {
    const until = Date.now() + DRAIN_MS
    while (Date.now() < until && stats.connected > 0 && stats.acknowledged < stats.published) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  async function closeAll(): Promise<void> {
    closing = true
    queue.length = 0
    await drain()
    const ends = [...sessions.values()].map(
      ({ client, open }) => new Promise<void>((resolve) => void client.end(!open, {}, () => resolve())),
    )
    await Promise.race([Promise.all(ends), new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref())])
  }

  return {
    stats,
    get lastRefusal() {
      return lastRefusal
    },
    connectAll(devices) {
      for (const device of devices) connect(device)
      if (connecting.size === 0) return Promise.resolve()
      return new Promise((resolve) => settled.push(resolve))
    },
    act(action) {
      switch (action.type) {
        case 'connect':
          return connect(action.device)
        case 'drop':
          return drop(action.device)
        case 'publish':
          return publish(action.device, { topic: action.topic, payload: action.payload })
      }
    },
    close: closeAll,
  }
}
