/**
 * Messages of an outside broker, taken in beside our own door: the same intake, the same journal, and the broker's
 * PUBACK only after the commit. One consumer with a persistent session, so that what is published while we are away
 * waits there, and order is kept.
 */
import { setTimeout as pause } from 'node:timers/promises'
import mqtt, { type IConnackPacket, type MqttClient } from 'mqtt'
import { TesheError } from '../errors.js'
import type { JournalWriter } from '../journal/journal.js'
import type { Intake } from './intake.js'
import { createMeter } from './limits.js'
import { type AckedMessage, acknowledgeManually } from './manual-acks.js'
import type { Refusal, UplinkData, UplinkRefusal, UplinkStats } from './messages.js'
import type { Session, Sessions } from './sessions.js'
import { createTally } from './standing.js'
import { createUplinkHost } from './uplink-host.js'
import { createTrustedTopics } from './uplink-topics.js'

const RECONNECT_MS = 1_000
/** A broker that froze is noticed half as long after this again. */
const KEEPALIVE_S = 15
/** Messages between the outside broker and our disk; it sends no more than its own `max_inflight_messages` at QoS 1. */
const MAX_IN_FLIGHT = 5_000
/** Of the intake's buffer, so that waiting messages slow the outside broker before they are refused. */
const BUFFER_SHARE = 0.25
/** ms between looks whether the journal writes again, after a message had to stay with the broker. */
const RETRY_MS = 1_000
/** ms that the outside broker may be away until the equipment known by it counts as gone too. */
const ABSENCE_MS = 60_000
/** ms for what is in flight, and for the goodbye, at the end. */
const CLOSE_MS = 1_000
/** No equipment and no gateway can have this name. */
export const UPLINK_NAME = '$uplink'

export interface UplinkOptions extends UplinkData {
  intake: Intake
  sessions: Sessions
  journal: Pick<JournalWriter, 'inTurn' | 'state'>
  sparkplugHost: string
  maxPacketBytes: number
  /** Bytes that may wait for the journal over all connections. */
  bufferBytes: number
  absenceMs?: number
  newSessionId: () => string
  now: () => number
  onRefused: (what: Refusal, username: string, address: string, detail: string) => void
  /** Null when its messages come, else why not all do; told when it changes. */
  onState: (error: string | null) => void
}

export interface Uplink {
  stats(): UplinkStats
  /** Takes no more; what is in flight is acknowledged as far as it is on disk by then. */
  close(): Promise<void>
}

export function openUplink(options: UplinkOptions): Uplink {
  const { intake, sessions, journal, topics, now, onRefused, absenceMs = ABSENCE_MS } = options
  const trusted = createTrustedTopics(topics)
  const host = trusted.sparkplug ? createUplinkHost(options.sparkplugHost) : null
  const stats: Omit<UplinkStats, 'inFlight'> = {
    connected: false,
    since: now(),
    messages: 0,
    refused: { 'topic-foreign': 0, 'topic-untrusted': 0, 'packet-too-large': 0, retained: 0 },
    offeredAgain: 0,
    freshSessions: 0,
    lastError: null,
  }
  let closing = false
  let subscribed = false
  let told: string | null | undefined
  let retry: NodeJS.Timeout | null = null
  let absence: NodeJS.Timeout | null = null
  let wasAbsent = false

  const { url, username, password } = logInOf(options.url)
  const client: MqttClient = mqtt.connect(url, {
    ...(username !== '' && { username, password }),
    ...(options.ca !== null && { ca: options.ca }),
    protocolVersion: 4,
    clientId: options.clientId,
    clean: false,
    resubscribe: false,
    keepalive: KEEPALIVE_S,
    reconnectPeriod: RECONNECT_MS,
    // A broker that refuses us may only be starting.
    reconnectOnConnackError: true,
    ...(host && { will: host.will(now()) }),
  })
  const session: Session = {
    id: options.newSessionId(),
    kind: 'uplink',
    username: UPLINK_NAME,
    equipment: null,
    address: new URL(url).host,
    destinations: new Map(),
    present: new Set(),
    listens: new Set(),
    meter: createMeter({ messages: 0, bytes: 0 }),
    tally: createTally(),
    nodes: new Map(),
    shown: null,
    ending: null,
    ended: false,
    send: (topic, payload, qos) => void client.publish(topic, Buffer.from(payload), { qos }),
    cut: () => undefined,
  }
  sessions.open(session)

  const flow = acknowledgeManually(client, {
    onMessage: receive,
    maxMessages: MAX_IN_FLIGHT,
    maxBytes: options.bufferBytes * BUFFER_SHARE,
  })

  function receive(message: AckedMessage): void {
    if (closing) return message.leave()
    const { packet } = message
    stats.messages++
    const refusal = refusalOf(message)
    // It would come again and again; it is counted and acknowledged in its turn.
    if (refusal) return refuse(refusal, message)
    intake.take(session, packet, (error, withheld) => {
      if (error instanceof TesheError && error.code === 'TOPIC_FOREIGN') refuse('topic-foreign', message)
      else if (error || withheld) leave(message, error?.message ?? journal.state().reason)
      else message.acknowledge()
    })
  }

  function refusalOf({ packet: { topic, payload, retain } }: AckedMessage): UplinkRefusal | null {
    // What the broker remembered is from an unknown past; to a subscription that stands it never sets the flag.
    if (retain) return 'retained'
    if (!trusted.trusts(topic)) {
      onRefused('publish-foreign', UPLINK_NAME, session.address, topic)
      return 'topic-untrusted'
    }
    if (payload.length <= options.maxPacketBytes) return null
    onRefused('packet-too-large', UPLINK_NAME, session.address, `${topic}: ${payload.length} bytes`)
    return 'packet-too-large'
  }

  function refuse(why: UplinkRefusal, message: AckedMessage): void {
    stats.refused[why]++
    journal.inTurn(message.acknowledge)
  }

  /** It stays with the broker; a new connection makes it offer it again, when the journal can take it. */
  function leave(message: AckedMessage, why: string | null): void {
    message.leave()
    stats.offeredAgain++
    report(why)
    retry ??= setInterval(() => {
      if (journal.state().status !== 'writing') return
      stopRetrying()
      client.stream.destroy()
    }, RETRY_MS)
  }

  function stopRetrying(): void {
    if (retry) clearInterval(retry)
    retry = null
  }

  function report(error: string | null): void {
    stats.lastError = error
    if (error === told || closing) return
    told = error
    options.onState(error)
  }

  function subscribe(): void {
    // At QoS 2 the packet would be acknowledged before it is on disk.
    client.subscribe(topics, { qos: 1 }, (error, granted = []) => {
      const denied = granted.filter(({ qos }) => qos !== 1).map(({ topic }) => topic)
      subscribed = !error && denied.length === 0
      report(
        subscribed ? null : `not subscribed at QoS 1: ${denied.join(', ')} ${error?.message ?? ''}`.trim(),
      )
    })
  }

  function connected({ sessionPresent }: IConnackPacket): void {
    stats.connected = true
    stats.since = now()
    if (!sessionPresent) stats.freshSessions++
    if (absence) clearTimeout(absence)
    absence = null
    host?.sayOnline(client)
    if (wasAbsent) host?.askRebirths(client, session.nodes.keys(), now())
    wasAbsent = false
    // Subscribing again brings every retained message again.
    if (subscribed && sessionPresent) report(null)
    else subscribe()
  }

  function disconnected(): void {
    if (!stats.connected) return
    stats.connected = false
    stats.since = now()
    stopRetrying()
    report('the connection ended')
    absence ??= setTimeout(() => {
      wasAbsent = true
      for (const equipment of [...session.present]) intake.leave(session, equipment)
    }, absenceMs)
  }

  client.on('connect', connected)
  client.on('close', disconnected)
  client.on('error', ({ message }) => report(message))
  client.on('reconnect', () => {
    if (host) client.options.will = host.will(now())
  })

  return {
    stats: () => ({ ...stats, inFlight: flow.inFlight }),
    async close() {
      closing = true
      stopRetrying()
      if (absence) clearTimeout(absence)
      for (const until = now() + CLOSE_MS; flow.inFlight > 0 && now() < until; ) await pause(10)
      sessions.close(session)
      if (client.connected) {
        host?.sayOffline(client)
        await Promise.race([client.endAsync(), pause(CLOSE_MS)])
      }
      client.end(true)
    },
  }
}

/** A password may hold any character, written as a URL has it. */
function logInOf(text: string): { url: string; username: string; password: string } {
  const url = new URL(text)
  const { username, password } = url
  url.username = ''
  url.password = ''
  return { url: url.href, username: decoded(username), password: decoded(password) }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
