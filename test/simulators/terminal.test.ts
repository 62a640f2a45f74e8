/** How terminals report, and that time passed in rest changes nothing of it. */
import { expect, test } from 'vitest'
import { createFleet } from '../../simulators/fleet.js'
import type { DeviceSpec } from '../../simulators/fleet-device.js'
import type { DeviceAction } from '../../simulators/message.js'
import { nuisanceDays } from '../../simulators/mix/nuisances.js'
import { createLift } from '../../simulators/physics/lift.js'
import { DOOR } from '../../src/model/signals.js'
import { LIFT, lift, NOON } from './play.js'

const HOUR_MS = 3_600_000
const quiet = { traffic: 0.1 }
const byChange = (id: string, terminal: DeviceSpec['terminal'] = {}): DeviceSpec => ({
  ...lift(id, 'S1', quiet),
  terminal: { report: 'by-change', ...terminal },
})

function live(options: {
  devices: readonly DeviceSpec[]
  ahead: boolean
  hours: number
  nuisances?: boolean
}) {
  const { devices, ahead, hours } = options
  const lastsMs = hours * HOUR_MS
  const actions: DeviceAction[] = []
  const fleet = createFleet({
    devices,
    seed: 'rest',
    startMs: NOON,
    periodMs: 1000,
    ahead,
    faults: options.nuisances ? nuisanceDays({ lifts: devices, seed: 'rest', lastsMs: 40 * lastsMs }) : [],
    emit: (action) => actions.push(action),
  })
  for (let at = NOON; at <= NOON + lastsMs; at += 1000) fleet.advance(at)
  return actions
}

const readingsOf = (actions: readonly DeviceAction[], id: string) =>
  actions.flatMap((action) =>
    action.type === 'publish' && action.topic === 'telemetry' && action.device === id
      ? [JSON.parse(action.payload) as Record<string, number | boolean>]
      : [],
  )

test('devices that rest ahead of the fleet say the same bytes, whatever happens to them', () => {
  const devices = [byChange('E1'), byChange('E2'), byChange('E3')]
  const plain = live({ devices, ahead: false, hours: 6, nuisances: true })
  expect(plain.length).toBeGreaterThan(3_000)
  expect(live({ devices, ahead: true, hours: 6, nuisances: true })).toEqual(plain)
})

test('a lift at rest passes its seconds as a lift that is moved tick by tick', () => {
  const design = { ...LIFT, traffic: 0.2, advanceOpening: true }
  const whole = createLift({ design, seed: 'rest', startMs: NOON })
  const ticked = createLift({ design, seed: 'rest', startMs: NOON, restful: false })
  for (let second = 0; second < 6 * 3600; second++) {
    whole.step(1000)
    ticked.step(1000)
    if (second % 7 === 0) expect(whole.sample()).toEqual(ticked.sample())
  }
  expect(JSON.stringify([whole.state, whole.sample()])).toBe(JSON.stringify([ticked.state, ticked.sample()]))
})

test('by change: each second while it moves or is open, once a minute at rest', () => {
  const readings = readingsOf(live({ devices: [byChange('E1')], ahead: true, hours: 3 }), 'E1')
  const gaps = readings.slice(1).map((reading, i) => Number(reading.ts) - Number(readings[i]?.ts))
  expect(new Set(gaps.filter((gap) => gap > 1000 && gap % 1000 !== 0))).toEqual(new Set())
  expect(Math.max(...gaps)).toBe(60_000)
  for (const [i, gap] of gaps.entries()) if (readings[i]?.carStatus === 1) expect(gap).toBe(1000)
})

test('a terminal says no more than it has', () => {
  const terminal = { lacks: ['load', 'speed'], doorContact: true, codes: false }
  const readings = readingsOf(live({ devices: [byChange('E1', terminal)], ahead: true, hours: 2 }), 'E1')
  expect(readings.some((reading) => 'load' in reading || 'speed' in reading)).toBe(false)
  expect(new Set(readings.map(({ door }) => door))).toEqual(new Set([DOOR.closed, DOOR.ajar]))
})
