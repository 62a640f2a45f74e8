/**
 * The signal catalogue: name, type, unit and plausible range of everything a device may say that we know by name.
 * One list; indexes into it travel between threads (never to disk), names go everywhere else.
 */
import type { EquipmentKind } from './equipment.js'

export type SignalType = 'number' | 'boolean' | 'code' | 'counter'

export interface Signal {
  readonly name: string
  readonly kinds: readonly EquipmentKind[]
  readonly type: SignalType
  /** Unit as shown on screens; empty for codes and switches. */
  readonly unit: string
  /** Values outside are kept as they came, counted, and not believed by rules. */
  readonly min: number
  readonly max: number
}

const lift: readonly EquipmentKind[] = ['elevator']
const boiler: readonly EquipmentKind[] = ['boiler']

function number(
  kinds: readonly EquipmentKind[],
  name: string,
  unit: string,
  min: number,
  max: number,
): Signal {
  return { name, kinds, type: 'number', unit, min, max }
}
function flag(kinds: readonly EquipmentKind[], name: string): Signal {
  return { name, kinds, type: 'boolean', unit: '', min: 0, max: 1 }
}
function code(kinds: readonly EquipmentKind[], name: string, max: number): Signal {
  return { name, kinds, type: 'code', unit: '', min: 0, max }
}
function counter(kinds: readonly EquipmentKind[], name: string, unit = ''): Signal {
  return { name, kinds, type: 'counter', unit, min: 0, max: Number.MAX_SAFE_INTEGER }
}

export const SIGNALS: readonly Signal[] = [
  code(lift, 'serviceMode', 7),
  code(lift, 'carStatus', 1),
  code(lift, 'direction', 2),
  flag(lift, 'doorZone'),
  { name: 'floor', kinds: lift, type: 'code', unit: '', min: -20, max: 300 },
  code(lift, 'door', 6),
  flag(lift, 'passenger'),
  number(lift, 'peopleCount', '', 0, 100),
  number(lift, 'speed', 'm/s', -25, 25),
  number(lift, 'load', 'kg', -200, 20_000),
  flag(lift, 'safetyCircuit'),
  flag(lift, 'mainsPower'),
  flag(lift, 'alarmButton'),
  flag(lift, 'brakeReleased'),
  number(lift, 'levelError', 'mm', -1000, 1000),
  number(lift, 'vibrationX', 'm/s²', -50, 50),
  number(lift, 'vibrationY', 'm/s²', -50, 50),
  number(lift, 'vibrationZ', 'm/s²', -50, 50),
  number(lift, 'motorTemp', '°C', -60, 300),
  number(lift, 'machineRoomTemp', '°C', -60, 120),
  counter(lift, 'runs'),
  counter(lift, 'doorCycles'),
  counter(lift, 'runHours', 'h'),

  number(boiler, 'waterLevel', 'mm', -2000, 2000),
  number(boiler, 'pressure', 'MPa', -0.1, 40),
  number(boiler, 'steamTemp', '°C', -60, 800),
  number(boiler, 'steamFlow', 't/h', 0, 5000),
  number(boiler, 'feedwaterTemp', '°C', -20, 400),
  number(boiler, 'feedwaterFlow', 't/h', 0, 5000),
  number(boiler, 'feedwaterPressure', 'MPa', -0.1, 60),
  number(boiler, 'fuelFlow', 'm³/h|kg/h', 0, 1_000_000),
  number(boiler, 'fuelPressure', 'kPa', -100, 10_000),
  flag(boiler, 'fuelValve'),
  flag(boiler, 'flame'),
  flag(boiler, 'forcedDraftFan'),
  flag(boiler, 'inducedDraftFan'),
  flag(boiler, 'feedPump'),
  flag(boiler, 'circulationPump'),
  number(boiler, 'furnacePressure', 'Pa', -20_000, 20_000),
  number(boiler, 'furnaceTemp', '°C', -60, 2200),
  number(boiler, 'exhaustTemp', '°C', -60, 1000),
  number(boiler, 'ambientTemp', '°C', -60, 80),
  number(boiler, 'o2', '%', 0, 25),
  number(boiler, 'co', 'ppm', 0, 100_000),
  number(boiler, 'nox', 'mg/m³', 0, 10_000),
  number(boiler, 'so2', 'mg/m³', 0, 20_000),
  number(boiler, 'pm', 'mg/m³', 0, 10_000),
  number(boiler, 'gasLeak', '% LEL', 0, 100),
  number(boiler, 'outletTemp', '°C', -60, 500),
  number(boiler, 'inletTemp', '°C', -60, 500),
  number(boiler, 'hardness', 'mmol/L', 0, 100),
  number(boiler, 'ph', '', 0, 14),
  number(boiler, 'tds', 'mg/L', 0, 100_000),
  counter(boiler, 'burnerStarts'),
  code(boiler, 'boilerState', 5),
  flag(boiler, 'lowWaterAlarm'),
  flag(boiler, 'highWaterAlarm'),
  flag(boiler, 'overPressureAlarm'),
  flag(boiler, 'flameOutAlarm'),
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

/** `door`: 0 means that the door cannot be observed. */
export const DOOR = { unknown: 0, closing: 1, closed: 2, opening: 3, open: 4, locked: 5, ajar: 6 } as const

/** `boilerState`. */
export const BOILER_STATE = { cold: 0, ignition: 1, raising: 2, running: 3, banked: 4, stopping: 5 } as const

/** Event codes after GB/T 24476: faults 1–8, events 40–47, alarm 90. */
export const EVENT_CODE = {
  safetyCircuitBroken: 1,
  doorCloseFault: 2,
  doorOpenFault: 3,
  stoppedOutsideZone: 4,
  unintendedMovement: 5,
  runTimeLimiter: 6,
  floorLost: 7,
  restartPrevented: 8,
  automaticRestored: 40,
  mainsLost: 41,
  outOfService: 42,
  inspection: 43,
  fireRecall: 44,
  firefighter: 45,
  emergencyPower: 46,
  earthquake: 47,
  alarmButton: 90,
} as const
