/**
 * Door zones passed between two stops against the floors by which the index changed: a lift that counts otherwise than
 * its shaft is built has lost its place. Only for runs whose readings follow each other so closely that the car can have
 * passed no zone unseen, and only between floors where both have agreed before: an index may count floors without doors.
 */
import { SERVICE_MODE } from '../../model/signals.js'
import { keepNewest } from '../facts.js'
import { type ElevatorFacts, elevatorSlots } from './facts.js'
import type { Passage } from './passage-facts.js'
import { SAID } from './said.js'

const ZONE = elevatorSlots.slot('doorZone')
const FLOOR = elevatorSlots.slot('floor')
const SPEED = elevatorSlots.slot('speed')
const NEEDED = SAID.zone | SAID.floor | SAID.speed
/** Two zones are never closer; within so much of the last, a sensor that flaps says the same one again. */
const LEAST_STOREY = 1.5 // m
const REST = 0.05 // m/s
/** A controller may bring its index up to date when the car has come to rest. */
const SETTLED_MS = 3_000
const MOST_AMISS = 4
/** m between two readings at rated speed above which nothing can ever be compared: most lifts need no memory of this. */
const SPARSE = 0.35

export function derivePassage(facts: ElevatorFacts, said: number): void {
  if ((said & NEEDED) !== NEEDED || !(facts.ratedSpeed > 0)) return
  const { raw, now } = facts
  if (facts.passage === null && ((now - facts.readAt) / 1000) * facts.ratedSpeed > SPARSE) return
  const zone = raw[ZONE] ?? Number.NaN
  const floor = raw[FLOOR] ?? Number.NaN
  const speed = Math.abs(raw[SPEED] ?? Number.NaN)
  if (Number.isNaN(zone + floor + speed)) return
  facts.passage ??= createPassage()
  const { passage } = facts
  if (passage.at === now) return
  if (facts.mode === SERVICE_MODE.inspection) passage.followed = false
  else if (passage.followed) follow(passage, facts, { zone, floor, speed })
  else if (zone === 1 && floor === passage.floor && passage.zone === 1 && facts.motion === 'standing')
    depart(passage, floor)
  passage.at = now
  passage.speed = speed
  passage.zone = zone
  passage.floor = floor
}

function createPassage(): Passage {
  return {
    at: 0,
    speed: 0,
    zone: 0,
    floor: 0,
    followed: false,
    from: 0,
    zones: 0,
    metres: 0,
    way: 0,
    widest: 0,
    low: 1,
    high: 0,
    ended: false,
    amiss: [],
    amissZones: 0,
    amissFloors: 0,
  }
}

/** Stands in a zone: whatever it does next begins here. */
function depart(passage: Passage, floor: number): void {
  passage.followed = true
  passage.from = floor
  passage.zones = 0
  passage.metres = 0
  passage.way = 0
  passage.widest = 0
}

function follow(
  passage: Passage,
  facts: ElevatorFacts,
  { zone, floor, speed }: { zone: number; floor: number; speed: number },
): void {
  const seconds = (facts.now - passage.at) / 1000
  // Stood in a zone and is still in it: a device may say little until the car is on its way.
  const rests = passage.speed < REST && zone === 1 && passage.zone === 1 && floor === passage.floor
  if (!rests) {
    // By the speed that it may have: what it had between two readings is not known.
    passage.widest = Math.max(passage.widest, seconds * Math.max(facts.ratedSpeed, speed, passage.speed))
    passage.metres += seconds * Math.max(speed, passage.speed)
  }
  if (zone === 1 && passage.zone === 0 && passage.metres >= LEAST_STOREY) {
    passage.zones++
    passage.metres = 0
  }
  const step = floor - passage.floor
  // One floor at a time, all the same way: an index that leaps is not compared, numbers may be left out on purpose.
  if (Math.abs(step) > 1 || (step !== 0 && step === -passage.way)) passage.followed = false
  else if (step !== 0) passage.way = step
  const settled = facts.motion === 'standing' && zone === 1 && facts.now - facts.standingSince >= SETTLED_MS
  if (!passage.followed || !settled || speed >= REST) return
  // An index that is put right while the car stands is no run.
  if (passage.widest === 0) return depart(passage, floor)
  passage.ended = true
}

/** Judges the run that has ended: compared where the car cannot have gone farther than `zoneMetres` unseen. */
export function judgePassage({ passage, now }: ElevatorFacts, zoneMetres: number): void {
  if (!passage?.ended) return
  passage.ended = false
  const { from, floor, zones, widest, low, high } = passage
  const [bottom, top] = [Math.min(from, floor), Math.max(from, floor)]
  // An index that did not move at all says nothing of how it counts.
  if (widest <= zoneMetres && top > bottom) {
    if (zones === top - bottom) noteAgreed(passage, bottom, top)
    else if (bottom >= low && top <= high) {
      passage.amiss = keepNewest(passage.amiss, MOST_AMISS, now)
      passage.amissZones = zones
      passage.amissFloors = top - bottom
    }
  }
  depart(passage, floor)
}

function noteAgreed(passage: Passage, bottom: number, top: number): void {
  const apart = top < passage.low || bottom > passage.high
  passage.low = apart ? bottom : Math.min(passage.low, bottom)
  passage.high = apart ? top : Math.max(passage.high, top)
}
