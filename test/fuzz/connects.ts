/** How a life begins: CONNECT as it should be, and every way in which it should not. */
import mqttPacket, { type IConnectPacket } from 'mqtt-packet'
import type { Dice } from './dice.js'
import type { Character, Made } from './packets.js'
import { goodReading } from './payloads.js'

const BEGINNINGS = {
  connect: 84,
  connectWithWill: 6,
  wrongPassword: 1.2,
  unknownName: 1,
  noName: 0.8,
  version5: 1,
  badProtocol: 1,
  reservedFlag: 1,
  willForeign: 1,
  willWildcard: 0.4,
  publishFirst: 0.8,
  pingFirst: 0.6,
  hugeConnect: 0.4,
  cutConnect: 0.8,
  noise: 1,
} as const

export interface Beginning extends Made {
  /** The log-in is right, so it should be accepted. */
  accepted: boolean
  /** Topic of the will that it comes with. */
  will: string | null
}

export function beginning(dice: Dice, who: Character, now: number): Beginning {
  const name = dice.weighted(BEGINNINGS)
  const made = (more: Partial<IConnectPacket>, accepted: boolean, will: string | null = null): Beginning => ({
    name,
    accepted,
    will,
    bytes: mqttPacket.generate(packet(dice, who, more)),
  })
  const willOn = (topic: string) => ({
    will: {
      topic,
      payload: Buffer.from(dice.pick(['{"online":false}', '', goodReading(dice, now)])),
      qos: dice.pick([0, 1, 2] as const),
      retain: dice.chance(0.5),
    },
  })
  switch (name) {
    case 'connect':
      // 3.1 is what some old devices still say.
      return dice.chance(0.1)
        ? made({ protocolVersion: 3, protocolId: 'MQIsdp' }, true)
        : made({ clientId: dice.pick(['fuzz', '', 'é', 'x'.repeat(200)]), clean: true }, true)
    case 'connectWithWill': {
      const id = dice.pick(who.ids)
      const topic = dice.pick([`teshe/v1/${id}/status`, `teshe/v1/${id}/telemetry`, `teshe/v1/${id}/x`])
      return made(willOn(topic), true, topic)
    }
    case 'wrongPassword':
      return made({ username: dice.pick(who.strangers), password: dice.bytes(20) }, false)
    case 'unknownName':
      return made({ username: dice.pick(['nobody', '../../etc', 'x'.repeat(500), '🛗', '']) }, false)
    case 'noName': {
      const { username: _, password: __, ...rest } = packet(dice, who, {})
      return { name, accepted: false, will: null, bytes: mqttPacket.generate(rest) }
    }
    case 'version5':
      return made({ protocolVersion: 5, properties: {} }, false)
    case 'badProtocol': {
      const bytes = mqttPacket.generate(packet(dice, who, {}))
      bytes[4 + dice.below(4)] = dice.below(256)
      bytes[8] = dice.pick([0, 1, 6, 127])
      return { name, accepted: false, will: null, bytes }
    }
    case 'reservedFlag': {
      const bytes = mqttPacket.generate(packet(dice, who, {}))
      const flags = bytes.indexOf('MQTT') + 5
      bytes[flags] = (bytes[flags] ?? 0) | 0x01
      return { name, accepted: false, will: null, bytes }
    }
    case 'willForeign':
      return made(willOn(`teshe/v1/${dice.pick(who.strangers)}/status`), false)
    case 'willWildcard':
      return made(willOn(dice.pick(['#', 'teshe/v1/+/status'])), false)
    case 'publishFirst': {
      const topic = `teshe/v1/${who.username}/telemetry`
      const payload = goodReading(dice, now)
      const publish = { cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false } as const
      return { name, accepted: false, will: null, bytes: mqttPacket.generate(publish) }
    }
    case 'pingFirst':
      return { name, accepted: false, will: null, bytes: mqttPacket.generate({ cmd: 'pingreq' }) }
    case 'hugeConnect':
      return made({ clientId: 'x'.repeat(20_000) }, false)
    case 'cutConnect': {
      const bytes = mqttPacket.generate(packet(dice, who, {}))
      return { name, accepted: false, will: null, bytes: bytes.subarray(0, 1 + dice.below(bytes.length - 1)) }
    }
    case 'noise':
      return { name, accepted: false, will: null, bytes: dice.bytes(1 + dice.below(60)) }
  }
}

function packet(dice: Dice, who: Character, more: Partial<IConnectPacket>): IConnectPacket {
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: dice.chance(0.7),
    clientId: 'fuzz',
    keepalive: dice.pick([0, 30, 600, 65_535]),
    username: who.username,
    password: Buffer.from(who.password),
    ...more,
  }
}
