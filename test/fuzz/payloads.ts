/** Payloads as devices of every dialect send them, and as broken ones do. */

import type { Dice } from './dice.js'
import { encodePayload } from './sparkplug-encode.js'

const SIGNALS = [
  ...['serviceMode', 'carStatus', 'direction', 'doorZone', 'floor', 'door', 'passenger', 'speed', 'load'],
  ...['alarmButton', 'safetyCircuit', 'mainsPower', 'motorTemp', 'runs', 'Door_Status', 'Car_Position'],
  ...[
    'unknown',
    '',
    '__proto__',
    'constructor',
    'toString',
    'x'.repeat(300),
    '名字',
    'a b',
    'deviceTs',
    'ts',
  ],
] as const
const ODD_NUMBERS = [
  ...['0', '-0', '1', '1.5', '-1', '1e308', '1e999', '-1e999', '1e-400', '9007199254740993', '007', '0x10'],
  ...['NaN', 'Infinity', '-Infinity', '123456789012345678901234567890', '4294967296', '.5', '5.', '1e', '+1'],
] as const
const ODD_VALUES = [
  'null',
  'true',
  'false',
  '""',
  '"text"',
  '[]',
  '{}',
  '[1,2]',
  '{"a":1}',
  '"\\u0000"',
] as const
const TIMES = [
  ...['0', '1', '-1', '1790000000000', '1790000000', '9999999999999', '253402300800000', '1e13', 'null'],
  ...[
    '"2026-11-22T01:02:03Z"',
    '"2026-11-22 01:02:03"',
    '"yesterday"',
    'true',
    '1.5',
    '99999999999999999999',
  ],
] as const

/** What a device would send: a reading with what it should hold. */
export function goodReading(dice: Dice, now: number): string {
  const ts = now - dice.below(3000)
  return (
    `{"ts":${ts},"serviceMode":1,"carStatus":${dice.below(2)},"doorZone":${dice.chance(0.5)},` +
    `"floor":${dice.below(30)},"door":${dice.below(7)},"speed":${(dice.share() * 1.75).toFixed(2)}}`
  )
}

function members(dice: Dice): string {
  const count = dice.chance(0.02) ? 200 : dice.below(8)
  const parts: string[] = []
  for (let i = 0; i < count; i++) {
    const value = dice.chance(0.6) ? dice.pick(ODD_NUMBERS) : dice.pick(ODD_VALUES)
    parts.push(`${JSON.stringify(dice.pick(SIGNALS))}:${value}`)
  }
  return parts.join(',')
}

function reading(dice: Dice, now: number): string {
  if (dice.chance(0.5)) return goodReading(dice, now)
  const ts = dice.chance(0.7) ? `"ts":${dice.pick(TIMES)},` : ''
  return dice.chance(0.3) ? `{${ts}"values":{${members(dice)}}}` : `{${ts}${members(dice) || '"x":1'}}`
}

function event(dice: Dice, now: number): string {
  const code = dice.pick(['5', '90', '40', '1', '-1', '1e9', '"90"', 'null', '90.5'])
  const key = dice.pick(['"k"', '""', 'null', '7', JSON.stringify('k'.repeat(500)), '"\\ud800"'])
  const ts = dice.chance(0.5) ? String(now) : dice.pick(TIMES)
  return `{"ts":${ts},"code":${code},"active":${dice.pick(['true', 'false', '1', 'null', '"yes"'])},"key":${key}}`
}

function nested(dice: Dice): string {
  const depth = dice.pick([10, 100, 5000, 20_000])
  return dice.chance(0.5)
    ? '['.repeat(depth) + ']'.repeat(dice.chance(0.5) ? depth : 0)
    : `${'{"a":'.repeat(depth)}1${'}'.repeat(dice.chance(0.5) ? depth : 0)}`
}

/** ThingsBoard's gateway: many devices in one message. */
function manyDevices(dice: Dice, now: number, ids: readonly string[]): string {
  const devices = Array.from({ length: dice.below(4) + 1 }, () => {
    const rows = Array.from({ length: dice.below(3) + 1 }, () => reading(dice, now)).join(',')
    return `${JSON.stringify(dice.pick([...ids, 'nobody', '__proto__', '']))}:[${rows}]`
  })
  return dice.chance(0.2) ? `{"device":${JSON.stringify(dice.pick(ids))}}` : `{${devices.join(',')}}`
}

const KINDS = {
  reading: 40,
  readings: 8,
  event: 10,
  status: 6,
  gateway: 6,
  nested: 1,
  cut: 8,
  flipped: 8,
  empty: 3,
  bytes: 4,
  text: 3,
  long: 0.3,
  protobuf: 4,
} as const

/** Any of them, whatever the topic is; `ids` are those that the log-in speaks for. */
export function anyPayload(dice: Dice, now: number, ids: readonly string[]): Buffer {
  switch (dice.weighted(KINDS)) {
    case 'reading':
      return Buffer.from(reading(dice, now))
    case 'readings': {
      const count = dice.chance(0.03) ? dice.pick([1000, 1001]) : dice.below(6)
      return Buffer.from(`[${Array.from({ length: count }, () => reading(dice, now)).join(',')}]`)
    }
    case 'event':
      return Buffer.from(event(dice, now))
    case 'status':
      return Buffer.from(dice.pick(['{"online":true}', '{"online":false}', '{"online":2}', '{}', 'false']))
    case 'gateway':
      return Buffer.from(manyDevices(dice, now, ids))
    case 'nested':
      return Buffer.from(nested(dice))
    case 'cut': {
      const whole = Buffer.from(dice.chance(0.5) ? reading(dice, now) : event(dice, now))
      return whole.subarray(0, dice.below(whole.length + 1))
    }
    case 'flipped': {
      const whole = Buffer.from(dice.chance(0.5) ? reading(dice, now) : manyDevices(dice, now, ids))
      for (let flips = dice.below(4) + 1; flips > 0; flips--)
        whole[dice.below(whole.length)] = dice.below(256)
      return whole
    }
    case 'empty':
      return Buffer.alloc(0)
    case 'bytes':
      return dice.bytes(dice.below(200))
    case 'text':
      return Buffer.from(
        dice.pick(['null', 'true', '42', '"text"', 'NaN', '﻿{"speed":1}', '{"speed":1}\n{}', ' ']),
      )
    case 'long':
      return Buffer.from(`{"ts":${now},"text":"${'x'.repeat(dice.pick([70_000, 300_000]))}"}`)
    case 'protobuf':
      return sparkplug(dice, now)
  }
}

/** Sparkplug B: what an edge node says, rightly, with wrong numbers, or as rubbish. */
export function sparkplug(dice: Dice, now: number): Buffer {
  const metrics = Array.from({ length: dice.below(6) }, () => ({
    name: dice.chance(0.8) ? dice.pick(SIGNALS) : undefined,
    alias: dice.chance(0.5) ? dice.below(40) : undefined,
    timestamp: dice.chance(0.5) ? now : undefined,
    datatype: dice.pick([0, 1, 3, 4, 8, 9, 10, 11, 12, 99]),
    value: dice.pick([{ int: dice.below(100) }, { float: dice.share() }, { bool: true }, { text: 'x' }, {}]),
    historical: dice.chance(0.1),
  }))
  const bytes = encodePayload({
    timestamp: now,
    seq: dice.chance(0.9) ? dice.below(300) : undefined,
    metrics,
  })
  if (dice.chance(0.3) && bytes.length > 0)
    for (let flips = dice.below(3) + 1; flips > 0; flips--) bytes[dice.below(bytes.length)] = dice.below(256)
  return dice.chance(0.1) ? bytes.subarray(0, dice.below(bytes.length + 1)) : bytes
}
