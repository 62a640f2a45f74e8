/**
 * Messages of an outside broker, taken in beside our own door: the same intake, the same journal, and the broker's
 * PUBACK only after the commit. One consumer with a persistent session, so that what is published while we are away
 * waits there, and order is kept.
 */
import mqtt, { type MqttClient } from 'mqtt'
import { stateMessage, stateTopics } from '../codecs/sparkplug.js'
import { TesheError } from '../errors.js'
import type { Intake } from './intake.js'
import { createMeter } from './limits.js'
import { type AckedMessage, acknowledgeManually } from './manual-acks.js'
import type { UplinkData, UplinkStats } from './messages.js'
import type { Session, Sessions } from './sessions.js'
import { createTally } from './standing.js'

const RECONNECT_MS = 1_000
/** Messages between the outside broker and our disk; it sends no more than its own `max_inflight_messages` at QoS 1. */
const MAX_IN_FLIGHT = 5_000
/** ms after a message could not be stored until the connection is made anew, so that the broker offers it again. */
const RETRY_MS = 5_000
const NAME = 'uplink'

export interface UplinkOptions extends UplinkData {
  intake: Intake
  sessions: Sessions
  sparkplugHost: string
  newSessionId: () => string
  now: () => number
  /** Called when the connection came up, and with why it is down. */
  onState: (error: string | null) => void
}

export interface Uplink {
  stats(): UplinkStats
  /** Takes no more; what is in flight is acknowledged as far as it is on disk. */
  close(): Promise<void>
}

export function openUplink(options: UplinkOptions): Uplink {
  const { intake, sessions, topics, sparkplugHost, now, onState } = options
  const stats: UplinkStats = { connected: false, messages: 0, inFlight: 0, refused: 0, lastError: null }
  let closing = false
  let retryTimer: NodeJS.Timeout | null = null

  const client: MqttClient = mqtt.connect(options.url, {
    protocolVersion: 4,
    clientId: options.clientId,
    clean: false,
    resubscribe: false,
    reconnectPeriod: RECONNECT_MS,
    will: stateWill(sparkplugHost, now()),
  })
  const session: Session = {
    id: options.newSessionId(),
    kind: 'uplink',
    username: NAME,
    equipment: null,
    address: new URL(options.url).host,
    destinations: new Map(),
    present: new Set(),
    listens: new Set(),
    meter: createMeter({ messages: 0, bytes: 0 }),
    tally: createTally(),
    nodes: new Map(),
    send: (topic, payload, qos) => void client.publish(topic, Buffer.from(payload), { qos }),
    cut: () => undefined,
  }
  sessions.open(session)

  const flow = acknowledgeManually(client, {
    full: () => stats.inFlight >= MAX_IN_FLIGHT,
    onMessage: receive,
  })

  function receive({ packet, acknowledge }: AckedMessage): void {
    if (closing) return
    stats.messages++
    stats.inFlight++
    intake.take(session, packet, (error, withheld) => {
      stats.inFlight--
      if (withheld || (error && !isForeign(error))) offerAgain(error?.message ?? 'the journal is nearly full')
      else {
        // What is foreign would come again and again; it is counted and acknowledged.
        if (error) stats.refused++
        acknowledge()
      }
      if (stats.inFlight < MAX_IN_FLIGHT) flow.resume()
    })
  }

  function offerAgain(why: string): void {
    stats.lastError = why
    retryTimer ??= setTimeout(() => {
      retryTimer = null
      if (!closing) client.stream.destroy()
    }, RETRY_MS)
  }

  client.on('connect', () => {
    stats.connected = true
    stats.lastError = null
    for (const topic of stateTopics(sparkplugHost)) {
      const { payload } = stateMessage(topic, true, now())
      client.publish(topic, Buffer.from(payload), { qos: 1, retain: true })
    }
    // At QoS 2 the packet would be acknowledged before it is on disk.
    client.subscribe(topics, { qos: 1 }, (error, granted) => {
      const denied = granted?.filter(({ qos }) => qos > 2).map(({ topic }) => topic) ?? []
      if (error || denied.length > 0)
        stats.lastError = `not subscribed to ${denied.join(', ') || error?.message}`
      onState(stats.lastError)
    })
  })
  client.on('close', () => {
    if (!stats.connected) return
    stats.connected = false
    if (!closing) onState(stats.lastError ?? 'the connection ended')
  })
  client.on('error', ({ message }) => {
    stats.lastError = message
    onState(message)
  })

  return {
    stats: () => ({ ...stats }),
    async close() {
      closing = true
      if (retryTimer) clearTimeout(retryTimer)
      sessions.close(session)
      await client.endAsync(false)
    },
  }
}

function isForeign(error: Error): boolean {
  return error instanceof TesheError && error.code === 'TOPIC_FOREIGN'
}

/** Sparkplug edge nodes that wait for their host learn from it that we are gone. */
function stateWill(host: string, ms: number): mqtt.IClientOptions['will'] {
  const { topic, payload } = stateMessage(stateTopics(host)[0], false, ms)
  return { topic, payload: Buffer.from(payload), qos: 1, retain: true }
}
