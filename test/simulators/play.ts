/** Lets a small fleet live through some simulated minutes and sorts what it said. */
import type { ScheduledFault } from '../../simulators/faults/script.js'
import { parseFault } from '../../simulators/faults/script.js'
import { createFleet } from '../../simulators/fleet.js'
import type { DeviceSpec, FaultNotice } from '../../simulators/fleet-device.js'
import type { DeviceAction } from '../../simulators/message.js'
import type { BoilerDesign } from '../../simulators/physics/boiler-state.js'
import type { EscalatorDesign } from '../../simulators/physics/escalator-state.js'
import type { LiftDesign } from '../../simulators/physics/lift-state.js'

/** A Sunday in November 2026, 12:00 in Luoyang. */
export const NOON = Date.parse('2026-11-22T12:00:00+08:00')

export const LIFT: LiftDesign = {
  floors: 18,
  floorHeight: 2.9,
  ratedSpeed: 1.75,
  ratedLoad: 1000,
  use: 'residential',
  source: 'controller',
  automaticRescue: false,
}

/** The 1.25 MPa fire-tube boiler of the vendors' examples. */
export const BOILER: BoilerDesign = {
  medium: 'steam',
  capacity: 4,
  workingPressure: 1.25,
  safetyValveSet: 1.3,
  lowWaterLimit: -75,
  levelSensor: 'transmitter',
  fuel: 'natural-gas',
  prePurge: 25,
  hours: 'always',
}

export const lift = (id: string, estate = 'S1', design: Partial<LiftDesign> = {}): DeviceSpec => ({
  id,
  estate,
  kind: 'elevator',
  design: { ...LIFT, ...design },
})
export const boiler = (id: string, estate = 'S1', design: Partial<BoilerDesign> = {}): DeviceSpec => ({
  id,
  estate,
  kind: 'boiler',
  design: { ...BOILER, ...design },
})

export const ESCALATOR: EscalatorDesign = {
  nominalSpeed: 0.5,
  rise: 5,
  inclination: 30,
  stepWidth: 1,
  direction: 'up',
  use: 'shop',
  idle: 'stand',
  stopDistance: 0.55,
}
export const escalator = (id: string, estate = 'S1', design: Partial<EscalatorDesign> = {}): DeviceSpec => ({
  id,
  estate,
  kind: 'escalator',
  design: { ...ESCALATOR, ...design },
})

export interface Said {
  ts: number
  [signal: string]: number | boolean
}
export interface SaidEvent {
  ts: number
  code: number
  active: boolean
  key: string
}

export interface Played {
  actions: DeviceAction[]
  notices: FaultNotice[]
  readings(device: string): Said[]
  events(device: string): SaidEvent[]
  /** Simulated ms at which a phase of the fault was told. */
  at(phase: FaultNotice['phase'], device?: string): number
}

export function play(options: {
  devices: readonly DeviceSpec[]
  minutes: number
  faults?: readonly string[]
  seed?: string
  startMs?: number
  periodMs?: number
  /** ms of one call of `advance`. */
  pieceMs?: number
}): Played {
  const { devices, minutes, seed = 'seed', startMs = NOON, periodMs = 1000 } = options
  const actions: DeviceAction[] = []
  const notices: FaultNotice[] = []
  const fleet = createFleet({
    devices,
    seed,
    startMs,
    periodMs,
    faults: (options.faults ?? []).map(scheduled),
    emit: (action) => actions.push(action),
    notice: (notice) => notices.push(notice),
  })
  const endMs = startMs + minutes * 60_000
  const pieceMs = options.pieceMs ?? minutes * 60_000
  for (let at = startMs + pieceMs; at <= endMs; at += pieceMs) fleet.advance(at)

  const said = (device: string, topic: string) =>
    actions.flatMap((action) =>
      action.type === 'publish' && action.device === device && action.topic === topic
        ? [JSON.parse(action.payload)]
        : [],
    )
  return {
    actions,
    notices,
    readings: (device) => said(device, 'telemetry') as Said[],
    events: (device) => said(device, 'event') as SaidEvent[],
    at: (phase, device) =>
      notices.find((notice) => notice.phase === phase && (device ?? notice.device) === notice.device)?.at ??
      Number.NaN,
  }
}

export function scheduled(text: string): ScheduledFault {
  const parsed = parseFault(text)
  if ('problem' in parsed) throw new RangeError(parsed.problem)
  return parsed.value
}
