/** Packets after which a connection may end: spoilt by hand, or right in form and wrong where they stand. */
import mqttPacket from 'mqtt-packet'
import type { Dice } from './dice.js'
import { type Character, foreignTopic, type Made, publish, safePackets } from './packets.js'
import { goodReading } from './payloads.js'

const SPOILT = {
  foreign: 14,
  wildcardTopic: 4,
  deepTopic: 3,
  emptyTopic: 3,
  topicNotUtf8: 6,
  qos3: 4,
  reservedBits: 6,
  tooShort: 6,
  tooLong: 6,
  giantLength: 5,
  endlessLength: 3,
  packetIdZero: 3,
  oversize: 0.5,
  secondConnect: 4,
  fromServer: 5,
  reservedType: 3,
  subscribeNothing: 3,
  subscribeBadFilter: 4,
  subscribeQos3: 3,
  unsubscribeNothing: 2,
  flipped: 18,
  cut: 8,
  noise: 6,
} as const

/** One that may close the connection; `name` is what it was made as. */
export function spoiltPacket(dice: Dice, who: Character, now: number, maxPacket: number): Made {
  const name = dice.weighted(SPOILT)
  return { name, bytes: spoil(dice, name, who, now, maxPacket) }
}

function spoil(
  dice: Dice,
  name: keyof typeof SPOILT,
  who: Character,
  now: number,
  maxPacket: number,
): Buffer {
  const reading = Buffer.from(goodReading(dice, now))
  const own = `teshe/v1/${dice.pick(who.ids)}/telemetry`
  const good = () => publish(dice, own, reading)
  const any = () => Buffer.from(safePackets(dice, who, now)[0]?.bytes ?? good())
  switch (name) {
    case 'foreign':
      return publish(dice, foreignTopic(dice, who), reading)
    case 'wildcardTopic':
      return rawPublish(
        dice,
        Buffer.from(dice.pick([`teshe/v1/${who.username}/#`, '+', `${own}/+`])),
        reading,
      )
    case 'deepTopic':
      return publish(dice, `${own}${'/x'.repeat(dice.pick([100, 1000, 20_000]))}`, reading)
    case 'emptyTopic':
      return rawPublish(dice, Buffer.alloc(0), reading)
    case 'topicNotUtf8': {
      const bad = dice.pick([[0xff, 0xfe], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0], [0xef, 0xbf, 0xbf]])
      return rawPublish(dice, Buffer.concat([Buffer.from(own), Buffer.from(bad)]), reading)
    }
    case 'qos3':
      return withHeader(good(), (byte) => byte | 0x06)
    case 'reservedBits':
      return withHeader(any(), (byte) => byte ^ (1 << dice.below(4)))
    case 'tooShort':
      return withLength(good(), (length) => dice.below(Math.min(length, 127)))
    case 'tooLong':
      return withLength(good(), (length) => length + 1 + dice.below(40))
    case 'giantLength':
      return Buffer.concat([Buffer.from([0x32, 0xff, 0xff, 0xff, 0x7f]), reading])
    case 'endlessLength':
      return Buffer.from([0x32, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01])
    case 'packetIdZero': {
      const topic = Buffer.from(own)
      return framed(0x32, Buffer.concat([sized(topic), Buffer.from([0, 0]), reading]))
    }
    case 'oversize':
      return publish(dice, own, Buffer.alloc(maxPacket + 1, 0x20))
    case 'secondConnect':
      return connectBytes(who.username, who.password)
    case 'fromServer':
      return dice.pick([
        Buffer.from([0x20, 2, 0, 0]),
        Buffer.from([0x90, 3, 0, 1, 0]),
        Buffer.from([0xb0, 2, 0, 1]),
        Buffer.from([0xd0, 0]),
      ])
    case 'reservedType':
      return Buffer.from([dice.pick([0x00, 0xf0, 0xff]), 2, 0, 0])
    case 'subscribeNothing':
      return Buffer.from([0x82, 2, 0, 1])
    case 'subscribeBadFilter': {
      const filter = Buffer.from(dice.pick(['a/#/b', 'a+', '', 'a/b#', `${'/x'.repeat(500)}`]))
      return framed(0x82, Buffer.concat([Buffer.from([0, 1]), sized(filter), Buffer.from([0])]))
    }
    case 'subscribeQos3':
      return framed(0x82, Buffer.concat([Buffer.from([0, 1]), sized(Buffer.from('a')), Buffer.from([3])]))
    case 'unsubscribeNothing':
      return Buffer.from([0xa2, 2, 0, 1])
    case 'flipped': {
      const bytes = any()
      for (let flips = 1 + dice.below(4); flips > 0; flips--)
        bytes[dice.below(Math.min(bytes.length, 40))] = dice.below(256)
      return bytes
    }
    case 'cut': {
      const bytes = good()
      return bytes.subarray(0, 1 + dice.below(bytes.length - 1))
    }
    case 'noise':
      return dice.bytes(1 + dice.below(80))
  }
}

function sized(text: Buffer): Buffer {
  return Buffer.concat([Buffer.from([text.length >> 8, text.length & 0xff]), text])
}

/** A packet with a right remaining length around whatever stands in it. */
function framed(header: number, body: Buffer): Buffer {
  const length: number[] = []
  for (let left = body.length; ; ) {
    const low = left % 128
    left = Math.floor(left / 128)
    length.push(left > 0 ? low | 0x80 : low)
    if (left === 0) break
  }
  return Buffer.concat([Buffer.from([header, ...length]), body])
}

function rawPublish(dice: Dice, topic: Buffer, payload: Buffer): Buffer {
  return framed(0x32, Buffer.concat([sized(topic), Buffer.from([0, 1 + dice.below(200)]), payload]))
}

function withHeader(bytes: Buffer, change: (byte: number) => number): Buffer {
  bytes[0] = change(bytes[0] ?? 0) & 0xff
  return bytes
}

/** Says another length than the packet has; lengths of these packets take one or two bytes. */
function withLength(bytes: Buffer, change: (length: number) => number): Buffer {
  const two = (bytes[1] ?? 0) >= 0x80
  const length = change(two ? ((bytes[1] ?? 0) & 0x7f) + (bytes[2] ?? 0) * 128 : (bytes[1] ?? 0))
  const header = bytes[0] ?? 0
  const head = length < 128 ? [header, length] : [header, (length & 0x7f) | 0x80, length >> 7]
  return Buffer.concat([Buffer.from(head), bytes.subarray(two ? 3 : 2)])
}

export function connectBytes(username: string, password: string): Buffer {
  return mqttPacket.generate({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    clientId: 'fuzz',
    keepalive: 60,
    username,
    password: Buffer.from(password),
  })
}
