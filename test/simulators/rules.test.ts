/** The simulators against the real decoder and the real rules: calm days stay calm, each fault shows as what it is. */
import { expect, test } from 'vitest'
import { demoFleet } from '../../simulators/demo-fleet.js'
import { createFleet } from '../../simulators/fleet.js'
import type { DeviceAction } from '../../simulators/message.js'
import type { EquipmentRegistration } from '../../simulators/registration.js'
import { recordedEquipment, recordedReadings } from '../../simulators/replay/recordings.js'
import { createReplay } from '../../simulators/replay/replay.js'
import { createDecoder } from '../../src/codecs/decode.js'
import { createDirectory } from '../../src/codecs/directory.js'
import { SHARDS, shardOf } from '../../src/model/equipment.js'
import type { Finding } from '../../src/model/finding.js'
import { EVERY_SHARD, type RecordKind } from '../../src/model/record.js'
import { CATALOGUE } from '../../src/rules/catalogue.js'
import { createEngine } from '../../src/rules/engine.js'
import { NOON, scheduled } from './play.js'

/** A service of one decoder and one engine, fed as the journal would be. */
function createDesk(equipment: readonly EquipmentRegistration[]) {
  const findings = new Map<string, Finding>()
  const directory = createDirectory()
  const engine = createEngine({
    catalogue: CATALOGUE,
    shards: Array.from({ length: SHARDS }, (_, i) => i),
    directory,
    emit: (finding) => findings.set(finding.id, structuredClone(finding)),
  })
  const decoder = createDecoder({ directory })
  let position = 0
  const add = (kind: RecordKind, id: string, arrival: number, payload: string) => {
    const shard = id === '' ? EVERY_SHARD : shardOf(id)
    position += 1
    const record = {
      position,
      shard,
      kind,
      equipment: id,
      arrival,
      packetId: 0,
      payload: Buffer.from(payload),
    }
    if (kind === 'tick') engine.tick(arrival, position)
    else engine.step(record, decoder.decode(record))
  }
  for (const { id, kind, attributes } of equipment) {
    add('equipment', id, NOON, JSON.stringify({ id, kind, profile: 'plain', attributes, version: 1 }))
  }
  return {
    findings,
    take: (action: DeviceAction, arrival: number) => {
      const open = action.type === 'connect'
      if (action.type === 'publish') add(action.topic, action.device, arrival, action.payload)
      else
        add(
          'session',
          action.device,
          arrival,
          JSON.stringify({ session: 's', open, reason: open ? 'connected' : 'will' }),
        )
    },
    tick: (at: number) => add('tick', '', at, ''),
    evaluated: (id: string) => engine.observability(id),
  }
}

const city = demoFleet({ seed: 'rules', lifts: 40, boilers: 8 })

function play(options: {
  minutes: number
  faults?: readonly string[]
  startMs?: number
  devices?: typeof city.devices
}) {
  const { minutes, startMs = NOON, devices = city.devices } = options
  const desk = createDesk(city.equipment.map(({ body }) => body))
  let now = startMs
  const fleet = createFleet({
    devices,
    seed: 'rules',
    startMs,
    periodMs: 1000,
    faults: (options.faults ?? []).map(scheduled),
    emit: (action) => desk.take(action, now),
  })
  for (; now <= startMs + minutes * 60_000; now += 1000) {
    fleet.advance(now)
    desk.tick(now)
  }
  return desk
}

function watch(options: Parameters<typeof play>[0]) {
  return [...play(options).findings.values()]
}

test('boilers through 24 hours of load swings: low water, over-pressure and flame failure are judged and stay quiet', {
  timeout: 240_000,
}, () => {
  const devices = city.devices.filter((spec) => spec.kind === 'boiler').slice(0, 4)
  const desk = play({ minutes: 24 * 60, devices })
  expect([...desk.findings.values()].filter(({ equipment }) => equipment.startsWith('LY-B'))).toEqual([])
  for (const pattern of ['B-LLW', 'B-OVP', 'B-FFL']) {
    const most = Math.max(
      ...devices.map(({ id }) => desk.evaluated(id).find((row) => row.pattern === pattern)?.evaluated ?? 0),
    )
    console.log(`${pattern}: evaluated ${most} times on one boiler in a day`)
    expect(most).toBeGreaterThan(80_000)
  }
})

test('half an hour of the evening and of the night in the city: no pattern finds anything', () => {
  expect(watch({ minutes: 30, startMs: NOON + 6 * 3_600_000 })).toEqual([])
  expect(watch({ minutes: 30, startMs: NOON + 15 * 3_600_000 })).toEqual([])
})

const lift = city.devices.find((spec) => spec.kind === 'elevator' && spec.design.source === 'controller')?.id
const kit = city.devices.find((spec) => spec.kind === 'elevator' && spec.design.source === 'car-top')?.id
const walk = city.devices.find((spec) => spec.kind === 'escalator' && spec.design.direction === 'up')?.id
const steam = city.devices.find((spec) => spec.kind === 'boiler' && spec.design.medium === 'steam')?.id

test.each([
  { name: 'trapped', fault: `trapped@30s:${lift}`, pattern: 'L-TRAP-1' },
  { name: 'trapped, seen from the car roof', fault: `trapped@30s:${kit}`, pattern: 'L-TRAP-1' },
  { name: 'trapped-at-floor', fault: `trapped-at-floor@30s:${lift}`, pattern: 'L-TRAP-2' },
  { name: 'alarm-button', fault: `alarm-button@30s:${lift}`, pattern: 'L-TRAP-3' },
  { name: 'door-open-run', fault: `door-open-run@30s:${lift}`, pattern: 'L-DOR' },
  { name: 'unintended-movement', fault: `unintended-movement@30s:${lift}`, pattern: 'L-UCM' },
  { name: 'low-water', fault: `low-water@30s:${steam}`, pattern: 'B-LLW' },
  { name: 'interlock-failed', fault: `interlock-failed@30s:${steam}`, pattern: 'B-LLW' },
  { name: 'over-pressure', fault: `over-pressure@30s:${steam}`, pattern: 'B-OVP' },
  { name: 'flame-out', fault: `flame-out@30s:${steam}`, pattern: 'B-FFL' },
  { name: 'escalator-overspeed', fault: `escalator-overspeed@30s:${walk}`, pattern: 'E-OVS' },
  { name: 'escalator-reversal', fault: `escalator-reversal@30s:${walk}`, pattern: 'E-REV' },
  { name: 'missing-step', fault: `missing-step@30s:${walk}`, pattern: 'E-STM' },
  { name: 'emergency-stop', fault: `emergency-stop@30s:${walk}`, pattern: 'E-EMS' },
  { name: 'handrail-slip', fault: `handrail-slip@30s:${walk}`, pattern: 'E-HDR' },
  { name: 'brake-wear', fault: `brake-wear@30s:${walk}`, pattern: 'E-STP' },
  { name: 'network-loss', fault: `network-loss@30s+6m:${lift}`, pattern: 'L-OFF' },
])('$name is found as $pattern, on its device alone', ({ name, fault, pattern }) => {
  const findings = watch({ minutes: 12, faults: [fault] })
  const target = fault.split(':')[1]
  expect(findings.filter((finding) => finding.equipment !== target)).toEqual([])
  expect(findings.map((finding) => finding.pattern)).toContain(pattern)
  if (name === 'interlock-failed') expect(findings.some(({ interlockFailed }) => interlockFailed)).toBe(true)
})

test('a maintenance visit, a clock that jumps, repeats and disorder are no reason for anything', () => {
  for (const fault of [
    'maintenance-visit',
    'clock-jump',
    'duplicate-delivery',
    'out-of-order',
    'clock-skew',
  ]) {
    expect(watch({ minutes: 12, faults: [`${fault}@1m:${lift}`] }), fault).toEqual([])
  }
})

test('the recorded boiler raises nothing, and the recorded lifts nothing but the mark of being offline', () => {
  const boiler = replayAll('boiler_coal_idaes', 600)
  expect([...boiler.findings.values()]).toEqual([])
  const rows = boiler.evaluated('IDAES-B-1').filter(({ pattern }) => pattern.startsWith('B-'))
  console.log(
    rows
      .map(
        ({ pattern, evaluated, missing }) =>
          `${pattern}: ${missing.length > 0 ? `not observable, lacks ${missing.join(', ')}` : `evaluated ${evaluated} times`}`,
      )
      .join('\n'),
  )
  expect(rows.find(({ pattern }) => pattern === 'B-OVP')).toMatchObject({ evaluated: 1846, missing: [] })

  const lifts = replayAll('db_elevator_status_2022', 3600)
  expect([...lifts.findings.values()].filter(({ pattern }) => pattern !== 'L-OFF')).toEqual([])
})

/** Plays a recording as live data at a speed. */
function replayAll(name: 'boiler_coal_idaes' | 'db_elevator_status_2022', speed: number) {
  const limit = { limit: 200 }
  const desk = createDesk(recordedEquipment(name, limit))
  let now = NOON
  const replay = createReplay({
    messages: recordedReadings(name, limit),
    shift: 'now',
    speed,
    startMs: NOON,
    emit: (action) => desk.take(action, now),
  })
  for (; !replay.finished; now += 1000) {
    replay.advance(now - NOON)
    desk.tick(now)
  }
  return desk
}
