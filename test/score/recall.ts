/** Plays one injected fault through decoder and engine, and says what became of it. */

import { createFleet } from '../../simulators/fleet.js'
import type { DeviceAction } from '../../simulators/message.js'
import { createRandom } from '../../simulators/random.js'
import { createTruthKeeper, type Truth } from '../../simulators/truth.js'
import type { Finding } from '../../src/model/finding.js'
import { groupOf } from '../../src/model/incident.js'
import { EVENT_CODE } from '../../src/model/signals.js'
import type { Transition } from '../../src/rules/condition.js'
import { createHouse } from './house.js'
import { type Injection, injectionOf } from './injections.js'

/**
 * `found`: its own pattern did what it should. `asked`: a dispatcher saw it where a crew should have been sent unasked.
 * `other`: another pattern of the same rescue did it. `never`: the fault never became real, so there was nothing to find.
 */
export type Result = 'found' | 'asked' | 'other' | 'missed' | 'not-observable' | 'never'

export interface Outcome {
  pattern: string
  index: number
  result: Result
  /** The pattern that did it, for `other`. */
  foundAs: string | null
  /** ms from the moment when it should have been done to the moment when it was. */
  delayMs: number | null
  /** ms since 1970, of the simulated clock. */
  possible: number | null
  people: number
  /** Patterns that sent people before anything was wrong. */
  early: string[]
  /** What its own pattern lacks on this hardware. */
  missing: string[]
  about: string
}

interface Seen {
  finding: Finding
  at: number
}

/** Called with everything that happens, to see why. */
export interface Watcher {
  action?(action: DeviceAction, now: number): void
  transition?(transition: Transition): void
  truth?(truth: Truth): void
}

const GRACE_MS = 3 * 60_000

export function playFault(pattern: string, seed: string, index: number, watcher: Watcher = {}): Outcome {
  const key = `${seed}/${pattern}/${index}`
  const injection = injectionOf(pattern, createRandom(key))
  const { unit, startMs } = injection
  const seen: Seen[] = []
  const codes: { code: number; at: number }[] = []
  let truth: Truth | null = null
  const keeper = createTruthKeeper((line) => {
    if (line.pattern === null) return
    truth = line
    watcher.truth?.(line)
  })
  const house = createHouse({
    units: [unit],
    seed: key,
    startMs,
    emit: (finding, at) => seen.push({ finding: structuredClone(finding), at }),
    ...(watcher.transition ? { trace: watcher.transition } : {}),
  })
  let now = startMs
  let possible = Number.NaN
  let over = Number.NaN
  const fleet = createFleet({
    devices: [unit.spec],
    seed: key,
    startMs,
    periodMs: 1000,
    ahead: true,
    faults: [...injection.faults].sort((a, b) => a.atMs - b.atMs),
    emit(action) {
      watcher.action?.(action, now)
      noteCode(action, now, codes)
      house.take(action, now)
    },
    notice(notice) {
      keeper.notice(notice)
      if (notice.pattern === null) return
      if (notice.phase === 'possible') possible = notice.at
      if (notice.phase === 'over' || notice.phase === 'impossible') over = notice.at
    },
  })
  const end = startMs + injection.lastsMs
  for (; now <= end && !(now > Math.max(over, possible || 0) + GRACE_MS); now += 1000) {
    fleet.advance(now)
    house.tick(now)
  }
  keeper.close()
  const missing = house.observability(unit.spec.id).find((row) => row.pattern === pattern)?.missing ?? []
  return judge({ injection, index, seen, codes, truth, missing })
}

/** Events come as JSON; a code that has begun may end the wait of a pattern. */
function noteCode(action: DeviceAction, now: number, codes: { code: number; at: number }[]): void {
  if (action.type !== 'publish' || action.topic !== 'event') return
  const { code, active } = JSON.parse(action.payload) as { code: number; active: boolean }
  if (active) codes.push({ code, at: now })
}

function judge(played: {
  injection: Injection
  index: number
  seen: readonly Seen[]
  codes: readonly { code: number; at: number }[]
  truth: Truth | null
  missing: string[]
}): Outcome {
  const { injection, index, seen, codes, truth, missing } = played
  const { pattern, unit, expected, holdMs, hurryingCodes } = injection
  const outcome: Outcome = {
    pattern,
    index,
    result: 'never',
    foundAs: null,
    delayMs: null,
    possible: truth?.possible ?? null,
    people: truth?.people ?? 0,
    early: earlyOf(seen, injection),
    missing,
    about: unit.about,
  }
  if (truth?.possible == null) return outcome
  const { possible } = truth
  // What was found before the fault began was not found.
  const begun = begunAt(injection)
  const urgent = seen.filter(({ finding, at }) => at >= begun && isUrgent(finding))
  const done = urgent.filter(({ finding }) => expected === 'shown' || sends(finding))
  const own = done.find(({ finding }) => finding.pattern === pattern)
  const hurried = codes
    .filter(({ code, at }) => hurryingCodes.includes(code) && at >= possible - LEAD_MS)
    .map(({ code, at }) => Math.max(possible, at + (code === EVENT_CODE.safetyCircuitBroken ? BOUNCE_MS : 0)))
  const due = Math.min(possible + holdMs, ...hurried)
  if (own) return { ...outcome, result: 'found', delayMs: own.at - due }
  const unseen = missing.length > 0 || !injection.tellable
  const other = done.find(({ finding }) => sameRescue(finding, pattern))
  if (other) {
    const result = unseen ? 'not-observable' : 'other'
    return { ...outcome, result, foundAs: other.finding.pattern, delayMs: other.at - due }
  }
  const asked = urgent.find(({ finding }) => finding.pattern === pattern)
  if (asked) return { ...outcome, result: 'asked', delayMs: asked.at - due }
  return { ...outcome, result: unseen ? 'not-observable' : 'missed' }
}

/** ms since 1970 at which the fault was begun; it takes hold later, when the machine is where it can. */
function begunAt({ faults, startMs }: Injection): number {
  return startMs + (faults[0]?.atMs ?? 0)
}

/** Patterns that sent people before. */
function earlyOf(seen: readonly Seen[], injection: Injection): string[] {
  const begun = begunAt(injection)
  const early = seen.filter(({ finding, at }) => at < begun && isUrgent(finding) && sends(finding))
  return [...new Set(early.map(({ finding }) => finding.pattern))]
}

/** A safety circuit that closes again within this has bounced: the default of `chainMs`. */
const BOUNCE_MS = 30_000
/** A code belongs to a stop when it began at most so long before it. */
const LEAD_MS = 60_000

function isUrgent({ priority, suppressed, stage }: Finding): boolean {
  return priority < 'P2' && suppressed === null && stage !== 'cleared'
}

function sends({ stage, needsConfirmation }: Finding): boolean {
  return stage === 'ordered' && !needsConfirmation
}

/** Whoever comes for the one finds the other: the rescue of one lift, the fire of one boiler. */
function sameRescue(finding: Finding, pattern: string): boolean {
  if (pattern.startsWith('B-')) return finding.pattern.startsWith('B-')
  return groupOf(finding.class, finding.priority) === 'life-safety'
}
