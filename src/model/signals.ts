/**
 * The signal catalogue: name, type, unit and plausible range of everything a device may say that we know by name, and
 * the other names under which devices say it. The tables of the codecs and the reference page are made from it.
 * Indexes into the list travel between threads (never to disk), names go everywhere else.
 */
import type { EquipmentKind, Profile } from './equipment.js'

export type SignalType = 'number' | 'boolean' | 'code' | 'counter'

/** How a value is read, in the words of the reference page. What a coding does not know is kept raw and counted. */
export const CODINGS = {
  number: 'as it is',
  switch: '`true`, `false`, 1, 0',
  'one-two': '`true`, `false`, 1 yes, 2 no',
  closed: '`true` closed (2), `false` not fully closed (6)',
  'closed-zero-one': '`true` or 1 closed (2), `false` or 0 not fully closed (6)',
  'closed-one-two': '`true` or 1 closed (2), `false` or 2 not fully closed (6)',
  'door-codes': 'the codes of `door`; `true` closed (2), `false` not fully closed (6)',
  'brake-drive': '1 lifted (yes), 0 standby and 2 dropped (no)',
  'escalator-mode': '0 stopped, 1 normal, 2 inspection, 3 unknown (7)',
  'escalator-direction': '0 none, 1 and 2 up (1), 3 and 4 down (2)',
  'escalator-speed-mode': '0 standby, 1 and 3 nominal (1), 2 and 4 saving (2)',
} as const
export type Coding = keyof typeof CODINGS

/** Where a name comes from: the norm, Shanghai's extension of it, or the boiler tables of city platforms. */
export const NAME_SOURCES = {
  'GB/T 24476': 'the real-time status and statistics of GB/T 24476',
  Shanghai: "Shanghai's extension of GB/T 24476",
  platform: 'the boiler tables of a city platform for special equipment, whose switches are always 1 and 2',
  terminal: 'lift terminals in the field',
} as const

/** Another name of a signal. */
export interface Alias {
  readonly name: string
  readonly source: keyof typeof NAME_SOURCES
  /** Only for equipment of these kinds; absent: of every kind that has the signal. */
  readonly kinds?: readonly EquipmentKind[]
  /** Where it is not the signal's own: one coding, or one for each profile under which the name is known. */
  readonly coding?: Coding | Readonly<Partial<Record<Profile, Coding>>>
  /** The signal's value is so many times what comes under this name, which has another unit. */
  readonly scale?: number
  /** A second signal that the same value tells. */
  readonly also?: { readonly signal: string; readonly coding: Coding }
}

export interface Signal {
  readonly name: string
  readonly kinds: readonly EquipmentKind[]
  readonly type: SignalType
  /** Unit as shown on screens; empty for codes and switches. */
  readonly unit: string
  /** Values outside are kept as they came, counted, and not believed by rules. */
  readonly min: number
  readonly max: number
  readonly aliases: readonly Alias[]
}

const lift: readonly EquipmentKind[] = ['elevator']
const boiler: readonly EquipmentKind[] = ['boiler']
const escalator: readonly EquipmentKind[] = ['escalator']
const conveyance: readonly EquipmentKind[] = ['elevator', 'escalator']

/** "Door closed": only the JSON boolean means the same everywhere. */
const CLOSED: Readonly<Record<Profile, Coding>> = {
  plain: 'closed',
  gbt24476: 'closed-zero-one',
  shanghai: 'closed-zero-one',
  'one-two': 'closed-one-two',
}

function number(
  kinds: readonly EquipmentKind[],
  name: string,
  unit: string,
  [min, max]: readonly [number, number],
  ...aliases: Alias[]
): Signal {
  return { name, kinds, type: 'number', unit, min, max, aliases }
}
function flag(kinds: readonly EquipmentKind[], name: string, ...aliases: Alias[]): Signal {
  return { name, kinds, type: 'boolean', unit: '', min: 0, max: 1, aliases }
}
function code(
  kinds: readonly EquipmentKind[],
  name: string,
  [min, max]: readonly [number, number],
  ...aliases: Alias[]
): Signal {
  return { name, kinds, type: 'code', unit: '', min, max, aliases }
}
function counter(kinds: readonly EquipmentKind[], name: string, unit = '', ...aliases: Alias[]): Signal {
  return { name, kinds, type: 'counter', unit, min: 0, max: Number.MAX_SAFE_INTEGER, aliases }
}
function gb(name: string, coding?: Alias['coding']): Alias {
  return { name, source: 'GB/T 24476', ...(coding ? { coding } : {}) }
}
function shanghai(name: string, coding?: Alias['coding']): Alias {
  return { name, source: 'Shanghai', ...(coding ? { coding } : {}) }
}
/** A name that only some of the kinds use that have the signal. */
function only(kinds: readonly EquipmentKind[], alias: Alias): Alias {
  return { ...alias, kinds }
}
function platform(name: string, scale?: number): Alias {
  return { name, source: 'platform', ...(scale ? { scale } : {}) }
}
function platformSwitch(name: string): Alias {
  return { name, source: 'platform', coding: 'one-two' }
}

export const SIGNALS: readonly Signal[] = [
  code(
    conveyance,
    'serviceMode',
    [0, 7],
    only(lift, gb('Service_Mode')),
    only(escalator, gb('Service_Mode', 'escalator-mode')),
  ),
  code(lift, 'carStatus', [0, 1], gb('Car_Status')),
  code(
    conveyance,
    'direction',
    [0, 2],
    only(lift, gb('Car_Direction')),
    only(escalator, {
      ...gb('Escalator_Operation_Direction', 'escalator-direction'),
      also: { signal: 'speedMode', coding: 'escalator-speed-mode' },
    }),
  ),
  flag(lift, 'doorZone', gb('Door_Zone')),
  code(lift, 'floor', [-20, 300], gb('Car_Position')),
  code(
    lift,
    'door',
    [0, 6],
    gb('Door_Status', { ...CLOSED, shanghai: 'door-codes' }),
    gb('Door_Close_Status', CLOSED),
  ),
  flag(conveyance, 'passenger', gb('Passenger_Status')),
  number(lift, 'peopleCount', '', [0, 100], shanghai('People_Number')),
  number(conveyance, 'speed', 'm/s', [-25, 25]),
  number(lift, 'load', 'kg', [-200, 20_000]),
  flag(conveyance, 'safetyCircuit'),
  flag(conveyance, 'mainsPower', { name: 'power_status', source: 'terminal', coding: 'one-two' }),
  flag(lift, 'alarmButton'),
  flag(
    conveyance,
    'brakeReleased',
    only(lift, shanghai('Lift_Car_Drive_Status', { shanghai: 'brake-drive' })),
  ),
  number(lift, 'levelError', 'mm', [-1000, 1000]),
  number(lift, 'vibrationX', 'm/s²', [-50, 50]),
  number(lift, 'vibrationY', 'm/s²', [-50, 50]),
  number(lift, 'vibrationZ', 'm/s²', [-50, 50]),
  number(conveyance, 'motorTemp', '°C', [-60, 300]),
  number(lift, 'machineRoomTemp', '°C', [-60, 120], shanghai('Machine_Room_Temperature')),
  counter(lift, 'runs', '', gb('Present_Counter_Value')),
  counter(lift, 'doorCycles', '', gb('Door_Open_Count')),
  counter(conveyance, 'runHours', 'h', gb('Total_Running_Time')),
  counter(lift, 'ropeBends', '', gb('Rope_Bend_Count')),
  counter(lift, 'mileage', 'm', gb('Lift_Mileage')),
  counter(conveyance, 'energy', 'kWh', gb('Power_Consumption')),
  counter(conveyance, 'passengers', '', gb('Passenger_Counter')),
  flag(lift, 'hallDoorsLocked', shanghai('Histway_Door')),
  flag(lift, 'overload', shanghai('Car_Overload')),

  code(escalator, 'speedMode', [0, 2]),
  number(escalator, 'handrailSpeedLeft', 'm/s', [-5, 5]),
  number(escalator, 'handrailSpeedRight', 'm/s', [-5, 5]),
  flag(escalator, 'motorOn'),
  flag(escalator, 'auxiliaryBrake'),
  flag(escalator, 'emergencyStop'),
  flag(escalator, 'stepMissing'),
  flag(escalator, 'combPlate'),
  flag(escalator, 'skirtSwitch'),
  flag(escalator, 'floorPlate'),
  flag(escalator, 'handrailInlet'),
  flag(escalator, 'stepChain'),
  flag(escalator, 'driveChain'),
  number(escalator, 'stopDistance', 'm', [0, 20]),

  number(boiler, 'waterLevel', 'mm', [-2000, 2000]),
  number(boiler, 'pressure', 'MPa', [-0.1, 40], platform('steam_pressure')),
  number(boiler, 'steamTemp', '°C', [-60, 800], platform('steam_temp')),
  number(boiler, 'steamFlow', 't/h', [0, 5000], platform('steam_flow')),
  number(boiler, 'feedwaterTemp', '°C', [-20, 400], platform('feed_water_temp')),
  number(boiler, 'feedwaterFlow', 't/h', [0, 5000], platform('feed_water_flow')),
  number(boiler, 'feedwaterPressure', 'MPa', [-0.1, 60], platform('feed_water_pressure')),
  number(boiler, 'fuelFlow', 'm³/h|kg/h', [0, 1_000_000], platform('fuel_flow')),
  number(boiler, 'fuelPressure', 'kPa', [-100, 10_000], platform('fuel_pressure', 1000)),
  flag(boiler, 'fuelValve'),
  flag(boiler, 'flame'),
  flag(boiler, 'forcedDraftFan'),
  flag(boiler, 'inducedDraftFan'),
  flag(boiler, 'feedPump'),
  flag(boiler, 'circulationPump'),
  number(boiler, 'furnacePressure', 'Pa', [-20_000, 20_000], platform('furnace_pressure')),
  number(boiler, 'furnaceTemp', '°C', [-60, 2200], platform('furnace_temp')),
  number(boiler, 'exhaustTemp', '°C', [-60, 1000], platform('exhaust_temp')),
  number(boiler, 'ambientTemp', '°C', [-60, 80], platform('ambient_temp')),
  number(boiler, 'o2', '%', [0, 25]),
  number(boiler, 'co', 'ppm', [0, 100_000]),
  number(boiler, 'nox', 'mg/m³', [0, 10_000]),
  number(boiler, 'so2', 'mg/m³', [0, 20_000]),
  number(boiler, 'pm', 'mg/m³', [0, 10_000]),
  number(boiler, 'gasLeak', '% LEL', [0, 100]),
  number(boiler, 'outletTemp', '°C', [-60, 500]),
  number(boiler, 'inletTemp', '°C', [-60, 500]),
  number(boiler, 'hardness', 'mmol/L', [0, 100]),
  number(boiler, 'ph', '', [0, 14]),
  number(boiler, 'tds', 'mg/L', [0, 100_000]),
  counter(boiler, 'burnerStarts'),
  code(boiler, 'boilerState', [0, 5]),
  flag(boiler, 'lowWaterAlarm', platformSwitch('elw_alarm')),
  flag(boiler, 'highWaterAlarm', platformSwitch('shw_alarm')),
  flag(boiler, 'overPressureAlarm', platformSwitch('op_alarm')),
  flag(boiler, 'flameOutAlarm', platformSwitch('ff_alarm')),
  // New signals of a kind come last: snapshots keep values in this order.
  number(boiler, 'waterLevel2', 'mm', [-2000, 2000]),
  flag(boiler, 'bypass'),
  number(lift, 'eBikeScore', '', [0, 1]),
  number(lift, 'vibrationPeakHz', 'Hz', [0, 2000]),
  number(lift, 'vibrationPeak', 'm/s²', [0, 50]),
]

const indexByName = new Map(SIGNALS.map((signal, index) => [signal.name, index]))

/** Index of a catalogue signal, or `undefined` for a name we do not know. */
export function signalIndex(name: string): number | undefined {
  return indexByName.get(name)
}

/** The catalogue entry behind an index; asking for one that is not there is our own bug. */
export function signalAt(index: number): Signal {
  const signal = SIGNALS[index]
  if (!signal) throw new RangeError(`no signal has index ${index}`)
  return signal
}

export function signalsOf(kind: EquipmentKind): readonly Signal[] {
  return SIGNALS.filter((signal) => signal.kinds.includes(kind))
}

/** A name in a payload and what it means for one kind of equipment under one profile. */
export interface NamedSignal {
  readonly name: string
  readonly index: number
  readonly coding: Coding
  readonly scale: number
  readonly alias: boolean
  readonly also?: { readonly index: number; readonly coding: Coding }
}

/** Every name that an equipment of this kind and profile may use, catalogue names first. */
export function namesOf(kind: EquipmentKind, profile: Profile): NamedSignal[] {
  const own: NamedSignal[] = []
  const aliases: NamedSignal[] = []
  for (const [index, signal] of SIGNALS.entries()) {
    if (!signal.kinds.includes(kind)) continue
    const { name } = signal
    const usual = usualCoding(signal, profile)
    own.push({ name, index, coding: usual, scale: 1, alias: false })
    for (const { name, kinds, coding = usual, scale = 1, also } of signal.aliases) {
      if (kinds && !kinds.includes(kind)) continue
      const read = typeof coding === 'string' ? coding : coding[profile]
      if (!read) continue
      const second = also && { index: signalIndex(also.signal) ?? -1, coding: also.coding }
      aliases.push({ name, index, coding: read, scale, alias: true, ...(second ? { also: second } : {}) })
    }
  }
  return [...own, ...aliases]
}

function usualCoding(signal: Signal, profile: Profile): Coding {
  if (signal.type !== 'boolean') return 'number'
  return profile === 'one-two' ? 'one-two' : 'switch'
}

/** `serviceMode` after GB/T 24476. */
export const SERVICE_MODE = {
  stopped: 0,
  normal: 1,
  inspection: 2,
  fireRecall: 3,
  firefighter: 4,
  emergencyPower: 5,
  earthquake: 6,
  unknown: 7,
} as const

/** `speedMode` of an escalator: `standby` is waiting for people, `saving` is running slowly without them. */
export const SPEED_MODE = { standby: 0, nominal: 1, saving: 2 } as const

/** `door`: 0 means that the door cannot be observed. */
export const DOOR = { unknown: 0, closing: 1, closed: 2, opening: 3, open: 4, locked: 5, ajar: 6 } as const

/** `boilerState`. */
export const BOILER_STATE = { cold: 0, ignition: 1, raising: 2, running: 3, banked: 4, stopping: 5 } as const

/**
 * Event codes after GB/T 24476: faults 1–8, events 40–47, alarm 90; 91 and 92 as Chongqing added them, 37 as terminals
 * in the field have it. Escalators: 61–65 as city platforms have them, 23–35 as terminals in the field do.
 */
export const EVENT_CODE = {
  safetyCircuitBroken: 1,
  doorCloseFault: 2,
  doorOpenFault: 3,
  stoppedOutsideZone: 4,
  unintendedMovement: 5,
  runTimeLimiter: 6,
  floorLost: 7,
  restartPrevented: 8,
  escalatorCircuitBroken: 23,
  escalatorTooFast: 24,
  escalatorReversed: 25,
  escalatorStepMissing: 26,
  escalatorFault: 27,
  escalatorRestored: 28,
  escalatorInspection: 29,
  escalatorMainsOff: 30,
  emergencyStop: 31,
  coverOpened: 32,
  palletMissing: 33,
  brakeNotReleased: 34,
  combJammed: 35,
  electricBicycle: 37,
  automaticRestored: 40,
  mainsLost: 41,
  outOfService: 42,
  inspection: 43,
  fireRecall: 44,
  firefighter: 45,
  emergencyPower: 46,
  earthquake: 47,
  escalatorSafetyCircuit: 61,
  escalatorOverspeed: 62,
  escalatorReversal: 63,
  stepMissing: 64,
  escalatorRestartPrevented: 65,
  alarmButton: 90,
  beyondBottom: 91,
  beyondTop: 92,
} as const
