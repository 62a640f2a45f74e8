/** One dangerous fault at a time, on hardware and in circumstances that vary with the seed, and when it should be found. */

import { faultNamed } from '../../simulators/faults/catalogue.js'
import { defaultsOf, type FaultOptions } from '../../simulators/faults/fault.js'
import type { ScheduledFault } from '../../simulators/faults/script.js'
import type { BoilerDesign } from '../../simulators/physics/boiler-state.js'
import type { LiftDesign } from '../../simulators/physics/lift-state.js'
import type { Random } from '../../simulators/random.js'
import { EVENT_CODE } from '../../src/model/signals.js'
import { boilerUnit, idInShard, liftUnit, type Unit } from './hardware.js'

/** What people see of a pattern that does its work: a crew sent unasked, or a case for a dispatcher. */
export type Expected = 'ordered' | 'shown'

export interface Injection {
  pattern: string
  unit: Unit
  /** The fault first, then what goes on beside it; times from the start. */
  faults: ScheduledFault[]
  startMs: number
  lastsMs: number
  expected: Expected
  /** False where neither signal nor code of this hardware can tell of it. */
  tellable: boolean
  /** ms that the pattern waits from the moment when its condition could be true. */
  holdMs: number
  /** Event codes that end the wait. */
  hurryingCodes: readonly number[]
}

const S = 1_000
const MIN = 60 * S
const DAY_MS = 24 * 60 * MIN
const FIRST_DAY = Date.parse('2026-11-02T00:00:00+08:00')

const STRANDING: readonly number[] = [
  EVENT_CODE.safetyCircuitBroken,
  EVENT_CODE.stoppedOutsideZone,
  EVENT_CODE.restartPrevented,
  EVENT_CODE.alarmButton,
]
const SHUT: readonly number[] = [
  EVENT_CODE.safetyCircuitBroken,
  EVENT_CODE.doorOpenFault,
  EVENT_CODE.restartPrevented,
  EVENT_CODE.alarmButton,
]

interface Plan {
  fault: string
  kind: 'lift' | 'boiler'
  lift?: (random: Random) => Partial<LiftDesign>
  boiler?: (random: Random) => Partial<BoilerDesign>
  lastsMs: number
  options?: (random: Random, unit: Unit) => FaultOptions
  expected?: (unit: Unit) => Expected
  tellable?: (unit: Unit) => boolean
  holdMs: number | ((unit: Unit, options: FaultOptions) => number)
  hurryingCodes?: readonly number[]
}

const isKit = ({ spec }: Unit) => spec.kind === 'elevator' && spec.design.source === 'car-top'

/** The limit switch shows as a code that is passed on, or as a floor; on many kits it shows as nothing. */
const tellsLimit = ({ spec }: Unit) => {
  if (spec.kind !== 'elevator') return false
  const { overTravel } = spec.design
  return overTravel === 'floor' || (overTravel === 'code' && spec.terminal?.codes !== false)
}

/** Nobody, at once, soon or late. */
const button = (random: Random) => (random.chance(0.5) ? 0 : Math.round(random.between(3, 170)) * S)
const steam = () => ({ medium: 'steam' as const })

/** Holds are the defaults of the patterns. */
const PLANS: Readonly<Record<string, Plan>> = {
  'L-TRAP-1': {
    fault: 'trapped',
    kind: 'lift',
    lastsMs: 5 * MIN,
    options: (random) => ({ button: button(random), cause: random.pick(['chain', 'drive']) }),
    holdMs: 75 * S,
    hurryingCodes: STRANDING,
  },
  'L-TRAP-2': {
    fault: 'trapped-at-floor',
    kind: 'lift',
    lastsMs: 7 * MIN,
    options: (random) => ({
      button: button(random),
      door: random.pick(['dead', 'forgotten', 'boarded', 'onward']),
    }),
    holdMs: 180 * S,
    hurryingCodes: SHUT,
  },
  'L-TRAP-3': {
    fault: 'alarm-button',
    kind: 'lift',
    lastsMs: 0,
    options: () => ({ when: 'shut' }),
    holdMs: 0,
  },
  'L-TRAP-4': {
    fault: 'power-cut',
    kind: 'lift',
    lastsMs: 6 * MIN,
    options: () => ({ riders: 'inside', rescue: 'fails' }),
    holdMs: ({ attributes }) => (attributes.automaticRescue ? 90 * S : 60 * S),
    hurryingCodes: STRANDING,
  },
  'L-OFF-P': {
    fault: 'power-cut',
    kind: 'lift',
    lastsMs: 8 * MIN,
    options: (random) => ({
      riders: 'inside',
      rescue: 'fails',
      battery: Math.round(random.between(2, 50)) * S,
    }),
    expected: () => 'shown',
    holdMs: 60 * S,
  },
  'L-UCM': {
    fault: 'unintended-movement',
    kind: 'lift',
    lastsMs: 4 * MIN,
    expected: (unit) => (isKit(unit) ? 'shown' : 'ordered'),
    holdMs: 3 * S,
    hurryingCodes: [EVENT_CODE.unintendedMovement],
  },
  'L-DOR': {
    fault: 'door-open-run',
    kind: 'lift',
    lastsMs: 2 * MIN,
    holdMs: (unit) => (isKit(unit) ? 5 * S : 2 * S),
  },
  'L-OVS': {
    fault: 'overspeed',
    kind: 'lift',
    lift: () => ({ floors: 30, floorHeight: 2.9 }),
    lastsMs: 3 * MIN,
    options: (random) => ({
      ratio: random.between(1.18, 1.4),
      run: Math.round(random.between(1.5, 6) * 10) * 100,
    }),
    holdMs: 1 * S,
  },
  'L-TOP': {
    fault: 'over-travel',
    kind: 'lift',
    lastsMs: 3 * MIN,
    options: () => ({ end: 'top' }),
    tellable: tellsLimit,
    holdMs: 1 * S,
    hurryingCodes: [EVENT_CODE.beyondTop],
  },
  'L-BOT': {
    fault: 'over-travel',
    kind: 'lift',
    lastsMs: 3 * MIN,
    options: () => ({ end: 'bottom' }),
    tellable: tellsLimit,
    holdMs: 1 * S,
    hurryingCodes: [EVENT_CODE.beyondBottom],
  },
  'B-LLW': { fault: 'low-water', kind: 'boiler', boiler: steam, lastsMs: 2 * MIN, holdMs: 2 * S },
  'B-OVP': {
    fault: 'over-pressure',
    kind: 'boiler',
    boiler: steam,
    lastsMs: 3 * MIN,
    options: (random) => ({ until: random.pick(['stop', 'cut', 'valve']) }),
    holdMs: 2 * S,
  },
  'B-FFL': {
    fault: 'flame-out',
    kind: 'boiler',
    lastsMs: 40 * S,
    options: (random) => ({ valve: 'sticks', at: random.pick(['fire', 'ignition']) }),
    holdMs: (_unit, options) => (options.at === 'ignition' ? 10 * S : 2 * S),
  },
  'B-GAS': {
    fault: 'gas-leak',
    kind: 'boiler',
    boiler: () => ({ fuel: 'natural-gas' }),
    lastsMs: 2 * MIN,
    options: (random) => ({ rate: random.between(2, 60), most: random.between(24, 90) }),
    holdMs: 3 * S,
  },
  'B-FUR': {
    fault: 'furnace-pressure',
    kind: 'boiler',
    boiler: () => ({ draught: 'balanced' }),
    lastsMs: 1 * MIN,
    holdMs: 5 * S,
  },
  'B-FAN': {
    fault: 'fan-stopped',
    kind: 'boiler',
    lastsMs: 30 * S,
    options: (random) => ({ fan: random.pick(['forced', 'induced']), switch: 'bypassed' }),
    holdMs: 2 * S,
  },
  'B-HW': {
    fault: 'hot-water-overheat',
    kind: 'boiler',
    boiler: () => ({ medium: 'hot-water' }),
    lastsMs: 1 * MIN,
    options: (random) => ({ cause: random.pick(['control', 'pump']), limit: 90 }),
    holdMs: (_unit, options) => (options.cause === 'pump' ? 2 * S : 5 * S),
  },
}

export const SCORED_PATTERNS: readonly string[] = Object.keys(PLANS)

export function injectionOf(pattern: string, random: Random): Injection {
  const plan = PLANS[pattern]
  const script = faultNamed(plan?.fault ?? '')
  if (!plan || !script)
    throw new RangeError(`${pattern} is not scored; scored are ${SCORED_PATTERNS.join(', ')}`)
  const unit = unitOf(plan, random)
  const { circumstances, settleMs } = circumstancesOf(plan, unit, random)
  const warmMs = settleMs + Math.round(random.between(3, 9) * MIN)
  const options = { ...defaultsOf(script), ...plan.options?.(random, unit) }
  // Half of the low waters find their interlock asleep.
  const asleep = plan.fault === 'low-water' && random.chance(0.5) ? faultNamed('interlock-failed') : undefined
  const lastsMs = plan.lastsMs || Math.round(random.between(1.5, 6) * 10) * 100
  const main = { script: asleep ?? script, atMs: warmMs, lastsMs, target: unit.spec.id, options }
  return {
    pattern,
    unit,
    faults: [main, ...circumstances],
    startMs: FIRST_DAY + Math.floor(random.between(0, 14) * 24 * 60) * MIN + DAY_MS,
    lastsMs: warmMs + lastsMs + 25 * MIN,
    expected: plan.expected?.(unit) ?? 'ordered',
    tellable: plan.tellable?.(unit) ?? true,
    holdMs: typeof plan.holdMs === 'number' ? plan.holdMs : plan.holdMs(unit, options),
    hurryingCodes: plan.hurryingCodes ?? [],
  }
}

function unitOf(plan: Plan, random: Random): Unit {
  const kind = plan.kind === 'lift' ? 'E' : 'B'
  const common = {
    id: idInShard(kind),
    estate: 'S',
    random,
    report: random.chance(0.8) ? ('by-change' as const) : ('period' as const),
  }
  if (plan.kind === 'lift') return liftUnit({ ...common, design: plan.lift?.(random) ?? {} })
  return boilerUnit({ ...common, design: plan.boiler?.(random) ?? {} })
}

/** What else is wrong with the terminal or its network, on one run in four. */
function circumstancesOf(plan: Plan, unit: Unit, random: Random) {
  const circumstances: ScheduledFault[] = []
  let settleMs = 0
  const add = (name: string, lastsMs: number, atMs: number, options: FaultOptions = {}) => {
    const script = faultNamed(name)
    if (!script) return
    const all = { ...defaultsOf(script), ...options }
    circumstances.push({ script, atMs, lastsMs, target: unit.spec.id, options: all })
  }
  const draw = random.next()
  if (draw < 0.08) {
    const clockMs = random.pick([8 * 3_600_000, -8 * 3_600_000, 20_000, -20_000])
    unit.spec.terminal = { ...unit.spec.terminal, clockMs }
    unit.about += `, clock ${clockMs / 1000} s`
    // A clock that is wrong by hours is believed after a while; this one has been wrong for months.
    settleMs = 40 * MIN
  } else if (draw < 0.12) add('duplicate-delivery', DAY_MS, 0)
  else if (draw < 0.15) add('out-of-order', DAY_MS, 0)
  else if (draw < 0.23 && plan.kind === 'lift')
    add('noisy-sensor', DAY_MS, 0, { signal: 'passenger', chance: random.between(0.02, 0.15) })
  else if (draw < 0.26) add('network-loss', Math.round(random.between(5, 40)) * S, settleMs + 10 * MIN)
  return { circumstances, settleMs }
}
