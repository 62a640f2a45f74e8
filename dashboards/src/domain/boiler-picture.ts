/**
 * What the schematic of a boiler shows, from its latest signals and nameplate: drum level with its band, pressure gauge
 * with the marks of its protections, fire, fans and pumps. Marks it has no data for are left out.
 */
import { numberFrom, type ReadSignal } from './lift-picture.js'

/** Above the working pressure at which the interlock must act, and at which the boiler must stand still. */
const INTERLOCK = 1.008
const STOP = 1.02
/** mm around normal level: feed control and the alarms above and below. */
const CONTROL_BAND = 40
const ALARM_BAND = 50

export interface GaugeMark {
  key: 'working' | 'interlock' | 'stop' | 'valve'
  value: number
}

export interface BoilerPicture {
  level: number | null
  /** The scale of the drum, mm from normal level. */
  levelFrom: number
  levelTo: number
  lowLimit: number | null
  controlBand: number
  alarmBand: number
  levelState: 'normal' | 'attention' | 'danger' | 'unknown'
  pressure: number | null
  pressureTo: number
  marks: GaugeMark[]
  pressureState: 'normal' | 'attention' | 'danger' | 'unknown'
  flame: boolean | null
  fuelValve: boolean | null
  forcedDraftFan: boolean | null
  inducedDraftFan: boolean | null
  feedPump: boolean | null
  circulationPump: boolean | null
  state: number | null
}

export interface BoilerNameplate {
  ratedPressure?: number | undefined
  workingPressure?: number | undefined
  safetyValveSet?: number | undefined
  lowWaterLimit?: number | undefined
}

export function drawBoiler(read: ReadSignal, nameplate: BoilerNameplate): BoilerPicture {
  const level = numberFrom(read('waterLevel'))
  const pressure = numberFrom(read('pressure'))
  const lowLimit = nameplate.lowWaterLimit ?? null
  const reach = Math.max(100, Math.abs(lowLimit ?? 0) * 1.3)
  const marks = marksOf(nameplate)
  const top = Math.max(
    ...marks.map((mark) => mark.value),
    nameplate.ratedPressure ?? 0,
    (pressure ?? 0) * 1.1,
    0.1,
  )
  return {
    level,
    levelFrom: -reach,
    levelTo: reach,
    lowLimit,
    controlBand: CONTROL_BAND,
    alarmBand: ALARM_BAND,
    levelState: levelState(level, lowLimit, read),
    pressure,
    pressureTo: roundUp(top * 1.1),
    marks,
    pressureState: pressureState(pressure, marks, read),
    flame: flag(read('flame')),
    fuelValve: flag(read('fuelValve')),
    forcedDraftFan: flag(read('forcedDraftFan')),
    inducedDraftFan: flag(read('inducedDraftFan')),
    feedPump: flag(read('feedPump')),
    circulationPump: flag(read('circulationPump')),
    state: numberFrom(read('boilerState')),
  }
}

function flag(value: number | boolean | string | undefined): boolean | null {
  const number = numberFrom(value)
  return number === null ? null : number !== 0
}

function marksOf(nameplate: BoilerNameplate): GaugeMark[] {
  const working = nameplate.workingPressure
  const marks: GaugeMark[] = []
  if (working !== undefined) {
    marks.push({ key: 'working', value: working }, { key: 'interlock', value: working * INTERLOCK })
    marks.push({ key: 'stop', value: working * STOP })
  }
  if (nameplate.safetyValveSet !== undefined) marks.push({ key: 'valve', value: nameplate.safetyValveSet })
  return marks
}

function levelState(level: number | null, low: number | null, read: ReadSignal): BoilerPicture['levelState'] {
  if (flag(read('lowWaterAlarm')) === true) return 'danger'
  if (level === null) return 'unknown'
  if (low !== null && level < low) return 'danger'
  return Math.abs(level) > ALARM_BAND ? 'attention' : 'normal'
}

function pressureState(
  pressure: number | null,
  marks: readonly GaugeMark[],
  read: ReadSignal,
): BoilerPicture['pressureState'] {
  if (flag(read('overPressureAlarm')) === true) return 'danger'
  if (pressure === null) return 'unknown'
  const over = (key: GaugeMark['key']) => marks.some((mark) => mark.key === key && pressure >= mark.value)
  if (over('interlock') || over('valve')) return 'danger'
  return over('working') ? 'attention' : 'normal'
}

/** The next round end of a scale: 1, 1.6, 2, 2.5, 4, 6 or 10 times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  const step = [1, 1.6, 2, 2.5, 4, 6, 10].find((candidate) => candidate * power >= value) ?? 10
  return step * power
}
