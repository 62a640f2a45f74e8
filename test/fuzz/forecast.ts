/**
 * What must come of the bytes of a life: they go through the parser that the service uses, and what emerges is followed
 * up to the first packet that ends the connection. So every PUBLISH is known to have been reached, or not.
 */
import mqttPacket, { type Packet } from 'mqtt-packet'
import { createFrameWatch } from '../../src/broker/frame-guard.js'
import { destinationOf, type Speaker } from '../../src/broker/topics.js'
import type { Character } from './packets.js'

/** Deeper topics are refused by the service. */
const MAX_TOPIC_LEVELS = 16

export interface Forecast {
  /** PUBLISH packets that reach the intake and leave the connection open. */
  taken: number
  /** Ends the connection, and by which counter that is seen; null: nothing ends it. */
  end: 'publish-foreign' | 'topic-too-deep' | 'packet-too-large' | 'protocol-error' | 'disconnect' | null
  /** The last byte belongs to a whole packet: the PINGREQ at the end is answered. */
  answered: boolean
  /** Whole packets that emerged. */
  seen: number
}

/** `bytes` come in one piece on an accepted connection, after whole packets; they should end with a PINGREQ. */
export function forecast(bytes: Buffer, who: Character, maxPacket: number): Forecast {
  const result: Forecast = { taken: 0, end: null, answered: false, seen: 0 }
  // The guard before the parser sees the piece first, and nothing of it is parsed when it finds a fault.
  const fault = createFrameWatch(() => maxPacket)(bytes)
  if (fault !== null) return { ...result, end: fault }
  const speaker: Speaker = { kind: who.kind, username: who.username, equipment: new Set(who.ids) }
  const parser = mqttPacket.parser()
  parser.on('packet', (packet) => {
    if (result.end !== null) return
    result.seen++
    result.answered = packet.cmd === 'pingreq'
    result.end = endBy(packet, speaker)
    if (packet.cmd === 'publish' && result.end === null) result.taken++
  })
  parser.on('error', () => {
    result.end ??= 'protocol-error'
  })
  parser.parse(bytes)
  if (result.end !== null) result.answered = false
  return result
}

/** What a packet ends that is right in form. */
function endBy(packet: Packet, speaker: Speaker): Forecast['end'] {
  switch (packet.cmd) {
    case 'publish':
      return endByTopic(packet.topic, speaker)
    case 'subscribe':
      // A subscription to nothing is none [MQTT-3.8.3-3].
      return packet.subscriptions.length === 0
        ? 'protocol-error'
        : endByFilters(packet.subscriptions.map(({ topic }) => topic))
    case 'unsubscribe':
      return endByFilters(packet.unsubscriptions)
    case 'disconnect':
      return 'disconnect'
    case 'connect':
    case 'connack':
    case 'suback':
    case 'unsuback':
    case 'pingresp':
    case 'auth':
      return 'protocol-error'
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
    case 'pingreq':
      return null
  }
}

const levelsOf = (topic: string) => topic.split('/').length

function endByTopic(topic: string, speaker: Speaker): Forecast['end'] {
  if (topic === '' || topic.includes('#') || topic.includes('+')) return 'protocol-error'
  if (levelsOf(topic) > MAX_TOPIC_LEVELS) return 'topic-too-deep'
  return destinationOf(topic, speaker).at === 'foreign' ? 'publish-foreign' : null
}

function endByFilters(filters: readonly string[]): Forecast['end'] {
  for (const filter of filters) {
    if (filter !== '' && levelsOf(filter) > MAX_TOPIC_LEVELS) return 'topic-too-deep'
    if (!isFilter(filter)) return 'protocol-error'
  }
  return null
}

/** As aedes judges, which lets `a+` pass. */
function isFilter(filter: string): boolean {
  const end = filter.length - 1
  if (filter === '') return false
  return Array.from(filter, (_, i) => i).every((i) => {
    if (filter[i] === '#') return i === end && !(end > 1 && filter[end - 1] !== '/')
    if (filter[i] !== '+') return true
    return !(i < end - 1 && filter[i + 1] !== '/') && !(i > 1 && filter[i - 1] !== '/')
  })
}
