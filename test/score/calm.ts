/** Lives through the days of some lifts in which nobody is in danger: whoever is sent is sent for nothing. */

import { createFleet } from '../../simulators/fleet.js'
import { MONTH_MS, nuisanceDays } from '../../simulators/mix/nuisances.js'
import { createRandom } from '../../simulators/random.js'
import { type Call, createDesk } from './desk.js'
import { idInShard, liftUnit, type Unit } from './hardware.js'
import { createHouse } from './house.js'
import type { Watcher } from './recall.js'

/** One estate that lives together, shares its mains and its clock. */
export const STREET_LIFTS = 10
const START_MS = Date.parse('2026-11-02T00:00:00+08:00')

export interface FalseCall {
  street: number
  equipment: string
  consequence: Call['consequence']
  pattern: string
  /** ms since 1970, of the simulated clock. */
  at: number
  /** What stood in the evidence, and what was going on. */
  evidence: string[]
  during: string[]
  about: string
}

export interface Calm {
  liftMonths: number
  readings: number
  calls: FalseCall[]
}

/** Plays the first `lastsMs` of its month. */
export function playStreet(seed: string, street: number, lastsMs = MONTH_MS, watcher: Watcher = {}): Calm {
  const key = `${seed}/street-${street}`
  const random = createRandom(key)
  const units: Unit[] = Array.from({ length: STREET_LIFTS }, (_, i) =>
    liftUnit({ id: idInShard(`S${street}-${i}`), estate: `S${street}`, random, report: 'by-change' }),
  )
  const aboutById = new Map(units.map(({ spec, about }) => [spec.id, about]))
  const under = new Map<string, Set<string>>()
  const calls: FalseCall[] = []
  const desk = createDesk({
    call({ consequence, at, finding }) {
      const { equipment, pattern } = finding
      calls.push({
        street,
        equipment,
        consequence,
        pattern,
        at,
        evidence: finding.evidence.map(({ key }) => key),
        during: [...(under.get(equipment) ?? [])],
        about: aboutById.get(equipment) ?? '',
      })
    },
    attend: (equipment, mechanic, at) => house.attend(equipment, mechanic, at),
  })
  const house = createHouse({
    units,
    seed: key,
    startMs: START_MS,
    emit: (finding, at) => desk.receive(finding, at),
    ...(watcher.transition ? { trace: watcher.transition } : {}),
  })
  let now = START_MS
  const devices = units.map(({ spec }) => spec)
  const fleet = createFleet({
    devices,
    seed: key,
    startMs: START_MS,
    periodMs: 1000,
    ahead: true,
    // Of the whole month, so that a part of it holds the same days.
    faults: nuisanceDays({ lifts: devices, seed: key, lastsMs: MONTH_MS }),
    emit(action) {
      watcher.action?.(action, now)
      house.take(action, now)
    },
    notice({ device, fault, phase }) {
      const going = under.get(device) ?? new Set<string>()
      under.set(device, going)
      if (phase === 'holding') going.add(fault)
      if (phase === 'over') going.delete(fault)
    },
  })
  for (const end = START_MS + lastsMs; now <= end; now += 1000) {
    fleet.advance(now)
    desk.tick(now)
    house.tick(now)
  }
  return { liftMonths: (STREET_LIFTS * lastsMs) / MONTH_MS, readings: house.readings, calls }
}
