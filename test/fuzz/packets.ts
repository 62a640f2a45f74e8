/**
 * The packets of one life: valid ones that leave the connection open, and one at the end that may not. Everything is built
 * by hand or by mqtt-packet and then spoilt, so that a seed gives the same bytes every time.
 */
import mqttPacket, { type Packet } from 'mqtt-packet'
import type { Dice } from './dice.js'
import { anyPayload, sparkplug } from './payloads.js'

/** Who speaks in a life. */
export interface Character {
  kind: 'device' | 'gateway'
  username: string
  password: string
  /** Ids that it speaks for. */
  ids: readonly string[]
  /** Ids of others. */
  strangers: readonly string[]
}

/** A packet with the name it is counted by. */
export interface Made {
  name: string
  bytes: Buffer
}

const SAFE = {
  publish: 82,
  pingreq: 4,
  subscribe: 4,
  unsubscribe: 2,
  pubrel: 3,
  strayAck: 2,
  burst: 3,
} as const
const REPORTS = ['NBIRTH', 'NDATA', 'NDEATH', 'DBIRTH', 'DDATA', 'DDEATH'] as const

const generate = (packet: Packet): Buffer => mqttPacket.generate(packet)

/** A topic on which this log-in may speak, of any dialect that it has. */
function ownTopic(dice: Dice, who: Character): string {
  const id = dice.pick(who.ids)
  if (who.kind === 'gateway' && dice.chance(0.7)) {
    if (dice.chance(0.5))
      return `v1/gateway/${dice.pick(['telemetry', 'attributes', 'connect', 'disconnect', 'rpc', 'nothing'])}`
    const verb = dice.pick(REPORTS)
    return `spBv1.0/plant/${verb}/${who.username}${verb.startsWith('D') ? `/${dice.pick([...who.ids, 'stranger'])}` : ''}`
  }
  if (dice.chance(0.25)) {
    const what = [
      'telemetry',
      'attributes',
      'attributes/request/1',
      'rpc/response/1',
      'rpc/request/1',
      'nothing',
      '',
    ]
    return `v1/devices/me/${dice.pick(what)}`
  }
  const what = [
    'telemetry',
    'telemetry',
    'telemetry',
    'event',
    'status',
    'command',
    'constructor',
    '__proto__',
    '',
  ]
  return `teshe/v1/${id}/${dice.pick(what)}`
}

export function foreignTopic(dice: Dice, who: Character): string {
  const stranger = dice.pick(who.strangers)
  return dice.pick([
    `teshe/v1/${stranger}/telemetry`,
    `teshe/v1/${stranger}/event`,
    'teshe/v1//telemetry',
    'teshe/v1/telemetry',
    'teshe/v2/x/telemetry',
    `spBv1.0/plant/NDATA/${stranger}`,
    `spBv1.0/plant/NCMD/${who.username}`,
    'spBv1.0/STATE/teshe',
    'spBv1.0//NDATA/x',
    '$SYS/broker/uptime',
    '/',
    'somewhere',
    who.kind === 'device' ? 'v1/gateway/telemetry' : 'v1/gateways/telemetry',
  ])
}

export function publish(dice: Dice, topic: string, payload: Buffer): Buffer {
  const qos = dice.pick([0, 1, 1, 1, 2] as const)
  return generate({
    cmd: 'publish',
    topic,
    payload,
    qos,
    ...(qos > 0 && { messageId: dice.chance(0.9) ? 1 + dice.below(30) : 1 + dice.below(65_535) }),
    dup: qos > 0 && dice.chance(0.1),
    retain: dice.chance(0.2),
  })
}

function anyPublish(dice: Dice, who: Character, now: number): Buffer {
  const topic = ownTopic(dice, who)
  const node = topic.startsWith('spBv1.0') && dice.chance(0.8)
  return publish(dice, topic, node ? sparkplug(dice, now) : anyPayload(dice, now, who.ids))
}

function filters(dice: Dice, who: Character): string[] {
  const own = [
    `teshe/v1/${dice.pick(who.ids)}/command`,
    'v1/devices/me/rpc/request/+',
    `spBv1.0/plant/NCMD/${who.username}`,
  ]
  const other = ['#', '+/+', '$SYS/#', `teshe/v1/${dice.pick(who.strangers)}/command`, 'spBv1.0/#', '/', 'é']
  return Array.from({ length: 1 + dice.below(4) }, () => dice.pick(dice.chance(0.5) ? own : other))
}

/** Packets that every server must survive and answer without closing. */
export function safePackets(dice: Dice, who: Character, now: number): Made[] {
  const messageId = 1 + dice.below(65_535)
  const name = dice.weighted(SAFE)
  const made = (packet: Packet): Made[] => [{ name, bytes: generate(packet) }]
  switch (name) {
    case 'publish':
      return [{ name, bytes: anyPublish(dice, who, now) }]
    case 'burst': {
      // The same packet again and again, with DUP as after a reconnect.
      const bytes = publish(dice, ownTopic(dice, who), anyPayload(dice, now, who.ids))
      const again = Buffer.from(bytes)
      if ((again[0] ?? 0) & 0x06) again[0] = (again[0] ?? 0) | 0x08
      return [bytes, again, again].map((each) => ({ name: 'publish', bytes: each }))
    }
    case 'pingreq':
      return made({ cmd: 'pingreq' })
    case 'subscribe':
      return made({
        cmd: 'subscribe',
        messageId,
        subscriptions: filters(dice, who).map((topic) => ({ topic, qos: dice.pick([0, 1, 2] as const) })),
      })
    case 'unsubscribe':
      return made({ cmd: 'unsubscribe', messageId, unsubscriptions: filters(dice, who) })
    case 'pubrel':
      return made({ cmd: 'pubrel', messageId: 1 + dice.below(30) })
    case 'strayAck':
      return made({ cmd: dice.pick(['puback', 'pubrec', 'pubcomp'] as const), messageId })
  }
}
