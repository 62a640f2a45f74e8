/** A reading or an event of an escalator, made into facts: mode first, then motion, then what stopped it. */
import type { EquipmentAttributes } from '../../model/equipment.js'
import type { DeviceEvent } from '../../model/reading.js'
import { EVENT_CODE, SERVICE_MODE, signalIndex } from '../../model/signals.js'
import { type EscalatorFacts, escalatorSlots } from './facts.js'
import { deriveHandrails, deriveHeading, deriveMotion } from './motion.js'
import { stopRange } from './stop-range.js'
import { deriveSwitches } from './switches.js'

const slot = escalatorSlots.slot
const MODE = slot('serviceMode')
const PASSENGER = slot('passenger')
const STOP_DISTANCE = slot('stopDistance')
const SPEED_SIGNAL = signalIndex('speed') ?? -1
const STOP_DISTANCE_SIGNAL = signalIndex('stopDistance') ?? -1
/** A stop is measured by then: what is still said is its distance and not that of the one before. */
const MEASURED_MS = 3_000

export function equipEscalator(facts: EscalatorFacts, attributes: EquipmentAttributes): void {
  const { ratedSpeed, stopDistanceLimit, stopDistanceMin } = attributes
  facts.ratedSpeed = ratedSpeed ?? Number.NaN
  const range = stopRange(ratedSpeed)
  facts.stopDistanceLimit = stopDistanceLimit ?? range?.longest ?? Number.NaN
  facts.stopDistanceMin = stopDistanceMin ?? range?.shortest ?? Number.NaN
}

export function deriveEscalator(facts: EscalatorFacts, signals: readonly number[]): void {
  const mode = facts.raw[MODE] ?? Number.NaN
  if (!Number.isNaN(mode)) setMode(facts, mode)
  if (facts.raw[PASSENGER] === 1) facts.passengerAt = facts.now
  deriveMotion(facts)
  if (signals.includes(SPEED_SIGNAL)) deriveHeading(facts)
  deriveHandrails(facts)
  deriveSwitches(facts)
  if (signals.includes(STOP_DISTANCE_SIGNAL)) noteStop(facts, facts.raw[STOP_DISTANCE] ?? Number.NaN)
}

/** Devices may say the last measured stop in every reading: it is a new one after a new stop, or with a new value. */
function noteStop(facts: EscalatorFacts, way: number): void {
  const stopped = facts.standingSince > facts.stopDistanceAt && facts.now - facts.standingSince >= MEASURED_MS
  if (way === facts.stopDistance && !stopped) return
  facts.stopDistance = way
  facts.stopDistanceAt = facts.now
}

const modeByEvent = new Map<number, number>([
  [EVENT_CODE.automaticRestored, SERVICE_MODE.normal],
  [EVENT_CODE.escalatorRestored, SERVICE_MODE.normal],
  [EVENT_CODE.outOfService, SERVICE_MODE.stopped],
  [EVENT_CODE.inspection, SERVICE_MODE.inspection],
  [EVENT_CODE.escalatorInspection, SERVICE_MODE.inspection],
])

/** Events beside their codes: the modes and switches of devices that send no such signals. */
export function escalatorEvent(facts: EscalatorFacts, event: DeviceEvent): void {
  if (Number.isNaN(facts.raw[MODE] ?? Number.NaN)) {
    const mode = modeByEvent.get(event.code)
    if (mode !== undefined) setMode(facts, event.active ? mode : SERVICE_MODE.normal)
  }
  deriveSwitches(facts)
}

function setMode(facts: EscalatorFacts, mode: number): void {
  if (facts.mode === SERVICE_MODE.inspection && mode !== SERVICE_MODE.inspection)
    facts.inspectedAt = facts.now
  // An escalator has no fire service: 3 is "unknown" under another list, and must not silence anything.
  facts.mode = mode <= SERVICE_MODE.inspection ? mode : SERVICE_MODE.unknown
}
