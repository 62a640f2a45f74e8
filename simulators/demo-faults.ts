/** Faults without end for a demo: one about every minute, in a mix like that of a city. */
import { alarmButton } from './faults/alarm-button.js'
import { brakeWear } from './faults/brake-wear.js'
import { clockJump } from './faults/clock-jump.js'
import { doorOpenRun } from './faults/door-open-run.js'
import { duplicateDelivery } from './faults/duplicate-delivery.js'
import { emergencyStop } from './faults/emergency-stop.js'
import { escalatorOverspeed } from './faults/escalator-overspeed.js'
import { escalatorReversal } from './faults/escalator-reversal.js'
import { defaultsOf, type FaultOptions, type FaultScript } from './faults/fault.js'
import { flameOut } from './faults/flame-out.js'
import { handrailSlip } from './faults/handrail-slip.js'
import { interlockFailed } from './faults/interlock-failed.js'
import { lowWater } from './faults/low-water.js'
import { maintenanceVisit } from './faults/maintenance-visit.js'
import { missingStep } from './faults/missing-step.js'
import { networkLoss } from './faults/network-loss.js'
import { outOfOrder } from './faults/out-of-order.js'
import { overPressure } from './faults/over-pressure.js'
import { powerCut } from './faults/power-cut.js'
import type { ScheduledFault } from './faults/script.js'
import { stuckSensor } from './faults/stuck-sensor.js'
import { trapped } from './faults/trapped.js'
import { trappedAtFloor } from './faults/trapped-at-floor.js'
import { unintendedMovement } from './faults/unintended-movement.js'
import { createRandom, type Random } from './random.js'

interface Share {
  script: FaultScript
  weight: number
  lastsMs: readonly [low: number, high: number]
  options?: (random: Random) => FaultOptions
}

const MINUTE_MS = 60_000

/** Weights are chances, not rates of a real city, where most of these are rare. */
const MIX: readonly [Share, ...Share[]] = [
  { script: trapped, weight: 16, lastsMs: [4 * MINUTE_MS, 9 * MINUTE_MS], options: maybeButton },
  { script: trappedAtFloor, weight: 14, lastsMs: [5 * MINUTE_MS, 9 * MINUTE_MS], options: maybeButton },
  { script: alarmButton, weight: 14, lastsMs: [2_000, 6_000] },
  { script: maintenanceVisit, weight: 10, lastsMs: [5 * MINUTE_MS, 15 * MINUTE_MS] },
  { script: networkLoss, weight: 10, lastsMs: [MINUTE_MS, 8 * MINUTE_MS] },
  { script: doorOpenRun, weight: 5, lastsMs: [30_000, 60_000] },
  { script: unintendedMovement, weight: 3, lastsMs: [4 * MINUTE_MS, 8 * MINUTE_MS] },
  { script: powerCut, weight: 3, lastsMs: [4 * MINUTE_MS, 10 * MINUTE_MS] },
  { script: lowWater, weight: 5, lastsMs: [2 * MINUTE_MS, 4 * MINUTE_MS] },
  { script: interlockFailed, weight: 2, lastsMs: [30_000, MINUTE_MS] },
  { script: overPressure, weight: 5, lastsMs: [MINUTE_MS, 3 * MINUTE_MS], options: pressureStep },
  { script: flameOut, weight: 5, lastsMs: [10_000, 20_000] },
  { script: emergencyStop, weight: 4, lastsMs: [MINUTE_MS, 3 * MINUTE_MS] },
  { script: escalatorReversal, weight: 1, lastsMs: [MINUTE_MS, 3 * MINUTE_MS] },
  { script: escalatorOverspeed, weight: 1, lastsMs: [MINUTE_MS, 3 * MINUTE_MS] },
  { script: missingStep, weight: 1, lastsMs: [2 * MINUTE_MS, 4 * MINUTE_MS] },
  { script: handrailSlip, weight: 2, lastsMs: [MINUTE_MS, 3 * MINUTE_MS] },
  { script: brakeWear, weight: 2, lastsMs: [MINUTE_MS, 2 * MINUTE_MS] },
  { script: stuckSensor, weight: 3, lastsMs: [5 * MINUTE_MS, 15 * MINUTE_MS] },
  { script: clockJump, weight: 2, lastsMs: [2 * MINUTE_MS, 6 * MINUTE_MS] },
  { script: duplicateDelivery, weight: 2, lastsMs: [MINUTE_MS, 2 * MINUTE_MS] },
  { script: outOfOrder, weight: 2, lastsMs: [MINUTE_MS, 2 * MINUTE_MS] },
]

function maybeButton(random: Random): FaultOptions {
  return { button: random.chance(0.5) ? Math.round(random.between(15, 90)) * 1000 : 0 }
}

function pressureStep(random: Random): FaultOptions {
  return { until: random.pick(['stop', 'stop', 'stop', 'cut', 'valve']) }
}

/** Faults in order of time, for ever: `every` apart on the mean, the first after a quarter of that. */
export function* demoFaults(options: { seed: string; everyMs?: number }): Generator<ScheduledFault, never> {
  const { seed, everyMs = MINUTE_MS } = options
  const random = createRandom(`${seed}/faults`)
  let atMs = everyMs / 4
  for (;;) {
    const share = pickShare(random)
    const { script } = share
    yield {
      script,
      atMs: Math.round(atMs),
      lastsMs: Math.round(random.between(...share.lastsMs)),
      target: 'any',
      options: { ...defaultsOf(script), ...share.options?.(random) },
    }
    atMs += everyMs * random.between(0.6, 1.4)
  }
}

function pickShare(random: Random): Share {
  let left = random.next() * MIX.reduce((sum, { weight }) => sum + weight, 0)
  for (const share of MIX) {
    left -= share.weight
    if (left < 0) return share
  }
  return MIX[0]
}
