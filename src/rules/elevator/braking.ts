/**
 * How the brake stops the car: the deceleration after it fell, from readings that follow each other closely, and whether
 * a car that stands shut creeps away from its landing. Stops up with an empty car and down with a loaded one, when the
 * counterweight and the load pull the way the car goes, are also kept for themselves.
 */
import { medianOf } from '../diary.js'
import { keepNewest } from '../facts.js'
import { type ElevatorFacts, elevatorSlots } from './facts.js'
import { SAID } from './said.js'
import type { Braking, BrakingWays } from './wear-facts.js'

const BRAKE = elevatorSlots.slot('brakeReleased')
const SPEED = elevatorSlots.slot('speed')
const DIRECTION = elevatorSlots.slot('direction')
const LOAD = elevatorSlots.slot('load')
const LEVEL_ERROR = elevatorSlots.slot('levelError')
/** Readings further apart than this do not show the course of a stop. */
const FOLLOWED_MS = 500
/** A drive that stops electrically lets the brake fall on a car that stands; that says nothing of the brake. */
const LEAST_SPEED = 0.1 // m/s
const REST = 0.02 // m/s
/** `direction` after GB/T 24476. */
const UP = 1
const DOWN = 2
/** Share of the rated load up to which a car is empty, and above which it is heavier than its counterweight. */
const EMPTY = 0.1
const LOADED = 0.5
/** Stops kept, the most that a judgement may ask for. */
const MOST_STOPS = 50

function createBraking(): Braking {
  return {
    lifted: false,
    fellFrom: 0,
    metres: 0,
    speed: 0,
    at: 0,
    decelerations: [],
    fresh: 0,
    longest: 0,
    usual: 0,
    newest: 0,
    shutSince: 0,
    shutLevel: 0,
    crept: 0,
    creptBefore: 0,
    levelAt: 0,
    foundAt: 0,
    way: 0,
    ways: null,
  }
}

export function deriveBraking(facts: ElevatorFacts, said: number): void {
  const stops = (said & SAID.speed) !== 0 && (facts.raw[BRAKE] === 1 || facts.brakeActs)
  if (!stops && (said & SAID.levelError) === 0) return
  facts.braking ??= createBraking()
  const { braking } = facts
  const foundAt = Math.max(braking.foundAt, braking.ways?.foundAt ?? 0)
  if (foundAt > 0 && facts.attendedAt > foundAt) facts.braking = createBraking()
  if (stops) followStop(facts.braking, facts)
  if ((said & SAID.levelError) !== 0) followCreep(facts.braking, facts)
}

function followStop(braking: Braking, facts: ElevatorFacts): void {
  const { raw, now } = facts
  const released = raw[BRAKE] ?? Number.NaN
  const speed = Math.abs(raw[SPEED] ?? Number.NaN)
  if (Number.isNaN(released) || Number.isNaN(speed)) return
  if (released === 1) {
    // Controllers take the direction back before the car has come to rest.
    const way = raw[DIRECTION] ?? Number.NaN
    if (!braking.lifted || way === UP || way === DOWN) braking.way = way > 0 ? way : 0
    braking.lifted = true
    braking.fellFrom = 0
    facts.brakeActs = true
    return
  }
  if (braking.lifted) {
    braking.lifted = false
    braking.fellFrom = speed >= LEAST_SPEED ? speed : 0
    braking.metres = 0
  } else if (braking.fellFrom > 0) {
    const elapsed = now - braking.at
    braking.metres += (((braking.speed + speed) / 2) * elapsed) / 1000
    if (elapsed > FOLLOWED_MS) braking.fellFrom = 0
    else if (speed < REST) endStop(braking, facts)
  }
  braking.speed = speed
  braking.at = now
  facts.brakeActs = braking.fellFrom > 0
}

function endStop(braking: Braking, facts: ElevatorFacts): void {
  const deceleration = braking.fellFrom ** 2 / (2 * braking.metres)
  noteWay(braking, deceleration, facts)
  braking.decelerations = keepNewest(braking.decelerations, MOST_STOPS, deceleration)
  braking.fresh++
  braking.longest = Math.max(braking.longest, braking.metres)
  braking.fellFrom = 0
  facts.wearAt = facts.now
}

/** Where the load is not known, by direction alone; a lift that begins to tell it begins anew. */
function noteWay(braking: Braking, deceleration: number, { raw, ratedLoad }: ElevatorFacts): void {
  const { way } = braking
  if (way !== UP && way !== DOWN) return
  const load = (raw[LOAD] ?? Number.NaN) / ratedLoad
  const byLoad = !Number.isNaN(load)
  if (byLoad && (way === UP ? load > EMPTY : load < LOADED)) return
  if (braking.ways?.byLoad !== byLoad) braking.ways = createWays(byLoad)
  const { ways } = braking
  if (way === UP) {
    ways.up = keepNewest(ways.up, MOST_STOPS, deceleration)
    ways.freshUp++
  } else {
    ways.down = keepNewest(ways.down, MOST_STOPS, deceleration)
    ways.freshDown++
  }
}

function createWays(byLoad: boolean): BrakingWays {
  return {
    byLoad,
    up: [],
    down: [],
    freshUp: 0,
    freshDown: 0,
    usual: 0,
    newest: 0,
    strange: 0,
    foundAt: 0,
  }
}

/**
 * Once both ways have so many new stops: how far apart they are, against how far apart they were first. Beyond `share`
 * so many times in a row it lasts.
 */
export function judgeWays(
  { braking, now }: ElevatorFacts,
  { stops, share, times }: { stops: number; share: number; times: number },
): void {
  const ways = braking?.ways ?? null
  if (ways === null || Math.min(ways.freshUp, ways.freshDown) < stops) return
  ways.freshUp = 0
  ways.freshDown = 0
  ways.newest = medianOf(ways.up.slice(-stops)) / medianOf(ways.down.slice(-stops))
  if (ways.usual === 0) ways.usual = ways.newest
  ways.strange = unevenOf(ways) > share ? ways.strange + 1 : 0
  ways.foundAt = ways.strange >= times ? now : 0
}

/** By which share one way became weaker against the other. */
export function unevenOf({ usual, newest }: BrakingWays): number {
  return usual > 0 && newest > 0 ? Math.max(usual / newest, newest / usual) - 1 : 0
}

/** Load changes only through an open door, so a car that sinks behind a shut one slips through its brake. */
function followCreep(braking: Braking, facts: ElevatorFacts): void {
  const level = facts.raw[LEVEL_ERROR] ?? Number.NaN
  if (Number.isNaN(level) || braking.levelAt === facts.now) return
  braking.levelAt = facts.now
  if (facts.motion !== 'standing' || facts.door !== 'closed') {
    braking.shutSince = 0
    braking.crept = 0
    braking.creptBefore = 0
    return
  }
  const shutSince = Math.max(facts.standingSince, facts.doorClosedSince)
  if (braking.shutSince !== shutSince) {
    braking.shutSince = shutSince
    braking.shutLevel = level
    braking.crept = 0
  }
  braking.creptBefore = braking.crept
  braking.crept = Math.abs(level - braking.shutLevel)
  facts.wearAt = facts.now
}
