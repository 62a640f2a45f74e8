/**
 * The days of a fleet in which nobody is in danger: blocked and held doors, visits, drills, short stops, power dips,
 * sensors that flicker or stick, terminals that lose their network or their clock. From a seed, as a script of faults.
 */

import { faultNamed } from '../faults/catalogue.js'
import { defaultsOf, type FaultOptions, type FaultScript } from '../faults/fault.js'
import type { ScheduledFault } from '../faults/script.js'
import type { DeviceSpec } from '../fleet-device.js'
import { createRandom, type Random } from '../random.js'
import { readMessageRates } from './rates.js'

interface Nuisance {
  fault: string
  /** For each lift and month, or for each estate and month. */
  rate: number
  of?: 'estate'
  /** ms; lengths are spread evenly over their logarithm. */
  lasts: readonly [least: number, most: number]
  options?: (random: Random, spec: DeviceSpec) => FaultOptions
}

const S = 1_000
const MIN = 60 * S
const HOUR = 60 * MIN
export const MONTH_MS = 30 * 24 * HOUR

function nuisances(): readonly Nuisance[] {
  const said = readMessageRates()
  return [
    // A dip shorter than any rescue: cars that have a battery land on it, the others go on when the mains are back.
    { fault: 'power-cut', of: 'estate', rate: said.power, lasts: [S, 40 * S] },
    { fault: 'door-blocked', rate: said.door, lasts: [20 * S, 10 * MIN] },
    { fault: 'fire-drill', rate: said.fire, lasts: [5 * MIN, 40 * MIN] },
    { fault: 'short-stop', rate: said.chain, lasts: [2 * S, 20 * S] },
    { fault: 'door-held', rate: 4, lasts: [MIN, 15 * MIN] },
    { fault: 're-level', rate: 20, lasts: [2 * S, 5 * S] },
    { fault: 'electric-bicycle', rate: 0.3, lasts: [20 * S, 3 * MIN] },
    // At the latest every fifteen days, by the rules of maintenance.
    { fault: 'maintenance-visit', rate: 2.1, lasts: [15 * MIN, 90 * MIN], options: visit },
    { fault: 'out-of-service', rate: 0.2, lasts: [HOUR, 48 * HOUR] },
    {
      fault: 'noisy-sensor',
      rate: 0.1,
      lasts: [10 * MIN, 6 * HOUR],
      options: flicker('passenger', 0.05, 0.4),
    },
    { fault: 'noisy-sensor', rate: 0.05, lasts: [10 * MIN, 3 * HOUR], options: flicker('floor', 0.01, 0.1) },
    {
      fault: 'noisy-sensor',
      rate: 0.03,
      lasts: [5 * MIN, 2 * HOUR],
      options: flicker('doorZone', 0.01, 0.05),
    },
    { fault: 'stuck-sensor', rate: 0.03, lasts: [HOUR, 12 * HOUR], options: stuck('true') },
    { fault: 'stuck-sensor', rate: 0.03, lasts: [HOUR, 12 * HOUR], options: stuck('false') },
    { fault: 'network-loss', rate: 2, lasts: [5 * S, 2 * HOUR] },
    { fault: 'out-of-order', rate: 0.3, lasts: [MIN, 20 * MIN] },
    { fault: 'duplicate-delivery', rate: 0.3, lasts: [MIN, HOUR] },
    { fault: 'clock-skew', rate: 0.03, lasts: [6 * HOUR, 15 * 24 * HOUR], options: skew },
    { fault: 'clock-jump', rate: 0.02, lasts: [10 * MIN, 6 * HOUR], options: skew },
  ]
}

function visit(random: Random): FaultOptions {
  return { work: random.pick(['rides', 'rides', 'rides-and-button']) }
}

function flicker(signal: string, least: number, most: number) {
  return (random: Random): FaultOptions => ({ signal, chance: random.between(least, most), leap: 3 })
}

function stuck(value: string) {
  return (): FaultOptions => ({ signal: 'passenger', value })
}

function skew(random: Random): FaultOptions {
  const hours = random.pick([8, -8, 0.1, -0.1, 1, -1])
  return { by: Math.round(hours * HOUR * random.between(0.9, 1.1)) }
}

/** Everything that happens to these lifts in `lastsMs`, in order of time. */
export function nuisanceDays(options: {
  lifts: readonly DeviceSpec[]
  seed: string
  lastsMs: number
}): ScheduledFault[] {
  const { lifts, lastsMs } = options
  const random = createRandom(`${options.seed}/nuisances`)
  const firstOfEstate = new Map(lifts.map((lift) => [lift.estate, lift]))
  const days: ScheduledFault[] = []
  for (const nuisance of nuisances()) {
    const script = faultNamed(nuisance.fault)
    if (!script) continue
    const targets = nuisance.of === 'estate' ? [...firstOfEstate.values()] : lifts
    for (const spec of targets) {
      for (const atMs of momentsOf(nuisance.rate, lastsMs, random))
        days.push(happening(nuisance, script, spec, atMs, random))
    }
  }
  return days.sort((a, b) => a.atMs - b.atMs)
}

/** Moments of a Poisson process with so many a month. */
function momentsOf(rate: number, lastsMs: number, random: Random): number[] {
  const moments: number[] = []
  for (let at = 0; ; ) {
    at += (-Math.log(1 - random.next()) * MONTH_MS) / rate
    if (at >= lastsMs) return moments
    moments.push(Math.round(at))
  }
}

function happening(
  { lasts: [least, most], of, options }: Nuisance,
  script: FaultScript,
  spec: DeviceSpec,
  atMs: number,
  random: Random,
): ScheduledFault {
  return {
    script,
    atMs,
    lastsMs: Math.round(least * (most / least) ** random.next()),
    target: of === 'estate' ? spec.estate : spec.id,
    options: { ...defaultsOf(script), ...options?.(random, spec) },
  }
}
