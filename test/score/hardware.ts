/** Lifts and boilers as they are found in the field: what they are, what their terminals have, and what was registered. */

import type { DeviceSpec } from '../../simulators/fleet-device.js'
import type { BoilerDesign } from '../../simulators/physics/boiler-state.js'
import { rounded } from '../../simulators/physics/device.js'
import type { LiftDesign } from '../../simulators/physics/lift-state.js'
import type { Random } from '../../simulators/random.js'
import type { Reporting, Terminal } from '../../simulators/terminal.js'
import { type EquipmentAttributes, shardOf } from '../../src/model/equipment.js'

export interface Unit {
  spec: DeviceSpec
  attributes: EquipmentAttributes
  /** In a few words, for the lists. */
  about: string
}

/** Everything that is scored lives in this shard, so that one tick a second serves all. */
export const SHARD = 0

/** The first id of a row that belongs to the shard. */
export function idInShard(prefix: string): string {
  for (let number = 1; ; number++) {
    const id = `${prefix}.${number}`
    if (shardOf(id) === SHARD) return id
  }
}

const BY_CHANGE_PERIOD_S = 60

export function liftUnit(options: {
  id: string
  estate: string
  random: Random
  report: Reporting
  /** What the fault under test needs of the building. */
  design?: Partial<LiftDesign>
}): Unit {
  const { id, estate, random, report } = options
  const design: LiftDesign = { ...liftDesign(random), ...options.design }
  const terminal = liftTerminal(design, report, random)
  const { source } = design
  const attributes: EquipmentAttributes = {
    ratedSpeed: design.ratedSpeed,
    floors: design.floors,
    ratedLoad: design.ratedLoad,
    use: 'passenger',
    ...(random.chance(0.8) ? { presenceSource: source } : {}),
    ...(random.chance(0.7) ? { lowestFloor: 1 } : {}),
    ...(design.automaticRescue && random.chance(0.9) ? { automaticRescue: true } : {}),
    ...(random.chance(0.5) ? { reportPeriod: report === 'by-change' ? BY_CHANGE_PERIOD_S : 1 } : {}),
  }
  const words = [
    source,
    report,
    terminal.doorContact ? 'door contact' : '',
    terminal.codes === false ? 'no codes' : '',
    terminal.lacks?.length ? `lacks ${terminal.lacks.join(' ')}` : '',
  ]
  return {
    spec: { id, estate, kind: 'elevator', design, terminal },
    attributes,
    about: words.filter(Boolean).join(', '),
  }
}

function liftDesign(random: Random): LiftDesign {
  const use = random.chance(0.7) ? 'residential' : random.pick(['office', 'public'] as const)
  const floors = use === 'public' ? random.whole(3, 8) : random.whole(6, 33)
  const source = random.chance(0.65) ? 'controller' : 'car-top'
  return {
    floors,
    floorHeight: use === 'residential' ? 2.9 : 3.8,
    ratedSpeed: floors > 24 ? 2.5 : floors > 15 ? random.pick([1.75, 2]) : random.pick([1, 1.5]),
    ratedLoad: random.pick([630, 800, 1000, 1150]),
    use,
    source,
    automaticRescue: random.chance(0.4),
    // From a quiet house of a few families to a tower in which every floor comes home at six: 250 runs a day on the mean.
    traffic: random.between(0.05, use === 'residential' ? 0.4 : 0.2),
    advanceOpening: random.chance(0.3),
    overTravel:
      source === 'controller' ? random.pick(['code', 'code', 'floor']) : random.pick(['floor', 'unseen']),
  }
}

/** By signal: how often terminals with a link to the controller, and kits on the car roof, lack it. */
const LACKING: readonly (readonly [signal: string, controller: number, kit: number])[] = [
  ['serviceMode', 0, 0.7],
  ['direction', 0.2, 0.3],
  ['floor', 0.03, 0.2],
  ['peopleCount', 0.6, 0.6],
  ['load', 0.6, 0],
  ['safetyCircuit', 0.4, 0],
  ['brakeReleased', 0.5, 0],
  ['mainsPower', 0.15, 0.15],
  ['alarmButton', 0.2, 0.2],
  ['levelError', 0.6, 0.6],
  ['vibrationX', 0.7, 0.3],
  ['vibrationY', 0.7, 0.3],
  ['vibrationZ', 0.7, 0.3],
  ['motorTemp', 0.5, 0.8],
  ['machineRoomTemp', 0.5, 1],
  ['runHours', 0.4, 0.6],
]

function liftTerminal(design: LiftDesign, report: Reporting, random: Random): Terminal {
  const kit = design.source === 'car-top'
  const lacks = LACKING.filter(([, controller, car]) => random.chance(kit ? car : controller)).map(
    ([name]) => name,
  )
  // One of the two tells of motion; a sensor of the doors is missing on a few kits.
  if (random.chance(0.25)) lacks.push(random.pick(kit ? ['carStatus'] : ['carStatus', 'speed']))
  if (kit && random.chance(0.05)) lacks.push('door')
  return { report, lacks, doorContact: random.chance(0.35), codes: random.chance(0.92) }
}

export function boilerUnit(options: {
  id: string
  estate: string
  random: Random
  report: Reporting
  design?: Partial<BoilerDesign>
}): Unit {
  const { id, estate, random, report } = options
  const design: BoilerDesign = { ...boilerDesign(random), ...options.design }
  const steam = design.medium === 'steam'
  if (!steam) Object.assign(design, { workingPressure: 0.7, safetyValveSet: 0.77 })
  const lacks = boilerLacks(random)
  const attributes: EquipmentAttributes = {
    workingPressure: design.workingPressure,
    safetyValveSet: design.safetyValveSet,
    capacity: design.capacity,
    fuel: design.fuel,
    medium: design.medium,
    ...(random.chance(0.8) ? { ignitionTime: 10 } : {}),
    ...(steam
      ? { lowWaterLimit: design.lowWaterLimit, levelSensor: design.levelSensor }
      : { ratedOutletTemp: 85 }),
    ...(random.chance(0.5) ? { reportPeriod: report === 'by-change' ? BY_CHANGE_PERIOD_S : 1 } : {}),
  }
  const about = [design.medium, report, lacks.length ? `lacks ${lacks.join(' ')}` : '']
    .filter(Boolean)
    .join(', ')
  return { spec: { id, estate, kind: 'boiler', design, terminal: { report, lacks } }, attributes, about }
}

function boilerDesign(random: Random): BoilerDesign {
  const workingPressure = random.pick([0.8, 1, 1.25])
  const balanced = random.chance(0.3)
  return {
    medium: random.chance(0.75) ? 'steam' : 'hot-water',
    capacity: random.pick([1, 2, 4, 6, 10]),
    workingPressure,
    safetyValveSet: rounded(workingPressure <= 0.8 ? workingPressure + 0.03 : workingPressure * 1.04, 3),
    lowWaterLimit: -75,
    levelSensor: random.chance(0.7) ? 'transmitter' : 'electrode',
    fuel: random.chance(0.85) ? 'natural-gas' : 'light-oil',
    prePurge: random.pick([25, 60]),
    hours: random.chance(0.5) ? 'always' : 'day',
    ...(balanced ? { draught: 'balanced' as const } : {}),
  }
}

/** Signals of which another says enough, or which are not on every boiler. */
function boilerLacks(random: Random): string[] {
  const lacks: string[] = []
  for (const signal of [
    'boilerState',
    'co',
    'nox',
    'o2',
    'exhaustTemp',
    'tds',
    'ph',
    'hardness',
    'steamTemp',
  ])
    if (random.chance(0.35)) lacks.push(signal)
  for (const signal of ['lowWaterAlarm', 'overPressureAlarm', 'flameOutAlarm', 'highWaterAlarm', 'fuelFlow'])
    if (random.chance(0.3)) lacks.push(signal)
  return lacks
}
