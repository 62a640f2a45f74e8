/** What speaks for a cause of a lift's trouble: power, doors, load, codes, heat, and who was there before. */
import type { CauseKey } from '../../model/causes.js'
import type { EquipmentAttributes } from '../../model/equipment.js'
import { EVENT_CODE } from '../../model/signals.js'
import { type ElevatorFacts, elevatorSlots } from '../elevator/facts.js'
import type { Clue } from './rank.js'

const LOAD = elevatorSlots.slot('load')
const ROOM_TEMP = elevatorSlots.slot('machineRoomTemp')
const MAINS = elevatorSlots.slot('mainsPower')

/** What happened so long before may have led to it. */
const BEFORE_MS = 600_000
const VISIT_MS = 24 * 3_600_000
/** One that turns back once or twice met a person, not rubbish. */
const OBSTRUCTED = 3
/** °C; lift standards keep the machine room between 5 and 40. */
const HOT_ROOM = 40

/** Factors are our judgement, set so that the plain stories come out first and a single weak clue does not. */
const BY_CODE: Readonly<Record<number, Partial<Record<CauseKey, number>>>> = {
  [EVENT_CODE.safetyCircuitBroken]: {
    'landing-door-lock': 5,
    'car-door-lock': 5,
    'tension-sheave-switch': 8,
    'safety-device': 8,
  },
  [EVENT_CODE.doorCloseFault]: { 'door-operator': 6, 'door-rubbish': 3, 'door-rammed': 4, 'door-held': 2 },
  [EVENT_CODE.doorOpenFault]: { 'door-operator': 10, 'car-door-lock': 3, 'door-rammed': 4 },
  [EVENT_CODE.unintendedMovement]: { brake: 120, traction: 20, 'electrical-component': 2 },
  [EVENT_CODE.runTimeLimiter]: { traction: 40, drive: 25, brake: 15 },
  [EVENT_CODE.floorLost]: { 'electrical-component': 6 },
  [EVENT_CODE.restartPrevented]: { 'electrical-component': 5, drive: 8 },
}

/** What the finding itself says, without being a clue to be shown. */
const BY_PATTERN: Readonly<Record<string, Partial<Record<CauseKey, number>>>> = {
  'L-DCF': { 'door-operator': 3, 'door-rubbish': 2, 'door-rammed': 2 },
  'L-DOF': { 'door-operator': 5 },
  'L-DRR': { 'door-rubbish': 2, 'door-operator': 2, 'door-held': 2 },
  'L-DLO': { 'door-held': 4, 'door-rubbish': 2 },
  'L-DOR': { 'landing-door-lock': 8, 'car-door-lock': 8 },
  'L-UCM': { brake: 40, traction: 10 },
  'L-OVS': { traction: 20, drive: 15, brake: 10 },
  'L-TOP': { balance: 20, brake: 10, traction: 10 },
  'L-BOT': { balance: 20, brake: 10, traction: 10 },
  'L-RTL': { traction: 15, drive: 10, brake: 10 },
  'L-POS': { 'electrical-component': 4 },
}

export function elevatorClues(
  facts: ElevatorFacts,
  pattern: string,
  attributes: EquipmentAttributes,
): Clue[] {
  const { now, raw } = facts
  const clues: Clue[] = []
  const add = (key: string | null, factors: Clue['factors']) => void clues.push({ key, factors })
  const within = (at: number, ms: number) => at > 0 && now - at <= ms

  const dark = within(facts.mainsLostAt, BEFORE_MS)
  if (dark) add('mains-lost', { 'power-cut': 30 })
  else if (!Number.isNaN(raw[MAINS] ?? Number.NaN)) add(null, { 'power-cut': 0.05 })

  if (countWithin(facts.obstructions, now) >= OBSTRUCTED)
    add('door-reversals', { 'door-rubbish': 15, 'door-held': 5, 'door-rammed': 5, 'door-operator': 3 })
  else if (countWithin(facts.doorCycles, now) >= OBSTRUCTED)
    add('door-cycles', { 'door-rubbish': 8, 'door-operator': 6, 'door-held': 3 })
  if (within(facts.heldOpenAt, BEFORE_MS))
    add('door-held-open', { 'door-held': 12, 'door-building-waste': 4 })

  const load = raw[LOAD] ?? Number.NaN
  const overloaded = load > (attributes.ratedLoad ?? Number.NaN)
  if (overloaded) add('overloaded', { overload: 60 })
  if (within(facts.bicycleAt, BEFORE_MS))
    add('electric-bicycle-seen', { 'electric-bicycle': 60, 'door-rammed': 2 })

  for (const { code } of facts.codes) {
    const factors = BY_CODE[code]
    if (factors) add('controller-code', factors)
  }
  // Without mains the circuit is dead, which says nothing of its switches.
  const told = facts.codes.some(({ code }) => code === EVENT_CODE.safetyCircuitBroken)
  if (facts.safetyCircuitOpen && !dark && !told)
    add('safety-circuit-open', BY_CODE[EVENT_CODE.safetyCircuitBroken] ?? {})

  const roomTemp = raw[ROOM_TEMP] ?? Number.NaN
  if (roomTemp > HOT_ROOM) add('machine-room-hot', { 'machine-room-heat': 25, 'electrical-component': 2 })
  else if (!Number.isNaN(roomTemp)) add(null, { 'machine-room-heat': 0.1 })
  if (within(Math.max(facts.attendedAt, facts.inspectedAt), VISIT_MS))
    add('recent-visit', { 'after-repair': 60, 'electrical-component': 1.5 })

  const plain = BY_PATTERN[pattern]
  if (plain) add(null, plain)
  return clues
}

function countWithin(times: readonly number[], now: number): number {
  return times.filter((at) => now - at <= BEFORE_MS).length
}
