/**
 * What gives a pattern's condition time: one machine for each episode, from the moment when the condition becomes true.
 *
 *   clear ──true──▶ pending ──held──▶ firing (shown ──held──▶ ordered) ──over──▶ clear
 *                      └────false────▶ clear, and nobody hears of it
 *
 * Holds count from the moment since which the condition has been true without a break, on the time that is given.
 */
import type { LikelyCause } from '../model/causes.js'
import type { Evidence, Finding, FindingStage, Suppression } from '../model/finding.js'
import { higherPriority, type Priority } from '../model/incident.js'
import type { Verdict } from './pattern.js'

/** An episode that is not clear; a clear condition has no machine. Plain data, so that it goes into a snapshot as it is. */
export interface Machine {
  state: 'pending' | 'firing'
  /** How far it was reported; `null` while pending. */
  stage: 'shown' | 'ordered' | null
  /** Where it became pending, as it stands in the finding's id. */
  mark: string
  /** ms since 1970: when the condition became true, and since when it has been so without a break. */
  since: number
  trueSince: number | null
  firedAt: number
  overSince: number | null
  priority: Priority
  confidence: number
  evidence: Evidence[]
  suppressed: Suppression | null
  needsConfirmation: boolean
  interlockFailed: boolean
  /** Id of the mark that suppresses it, and the guess at its cause when it was last reported. */
  gatedBy?: string | null
  causes?: LikelyCause[]
}

/** Why a machine moved. */
export const REASONS = {
  'condition-true': 'the condition became true',
  'condition-false': 'the condition ended before its hold',
  'data-old': 'the readings are too old to go on',
  'shown-held': 'held long enough to be shown',
  'order-held': 'held long enough to send people',
  'grew-worse': 'the priority rose',
  'over-held': 'over, and stayed so',
  'gate-opened': 'what suppressed it ended while the condition was true',
  'rule-removed': 'its rule was taken away',
  'rule-changed': 'its rule was written anew',
} as const
export type Reason = keyof typeof REASONS
export type MachineState = 'clear' | 'pending' | 'shown' | 'ordered'

/** One move, for logs and tests. */
export interface Transition {
  equipment: string
  pattern: string
  from: MachineState
  to: MachineState
  reason: Reason
  at: number
}

/** What one look at the condition gave. */
export interface Look {
  verdict: Verdict | false
  /** Whether a firing episode is over. */
  over: boolean
  keepFiringMs: number
  /** ms since 1970, not before the look before it. */
  now: number
  /** The record or tick that made us look. */
  mark: string
  /** What keeps a finding from sending people at this moment. */
  gate: Suppression | null
  /** Id of the mark that the gate is, where it is one. */
  gatedBy?: string | null
  needsConfirmation: boolean
  /** The pattern's own, where the verdict names none. */
  priority: Priority
}

export interface Listener {
  /** `by`: why it is cleared where the condition itself did not end. */
  report(stage: FindingStage, machine: Machine, now: number, by?: Finding['clearedBy']): void
  moved(from: MachineState, to: MachineState, reason: Reason, now: number): void
}

/** Moves a machine by one look; `null` is clear, before and after. */
export function advance(machine: Machine | null, look: Look, listener: Listener): Machine | null {
  if (machine === null) {
    if (look.verdict === false) return null
    machine = pend(look, look.now, listener)
  }
  if (machine.state === 'firing') return keepFiring(machine, look, listener)
  if (look.verdict === false) {
    listener.moved('pending', 'clear', 'condition-false', look.now)
    return null
  }
  const held = heldMs(machine, look.verdict, look.now)
  if (held >= look.verdict.orderMs) fire(machine, look, look.verdict, 'ordered', listener)
  else if (held >= look.verdict.showMs) fire(machine, look, look.verdict, 'shown', listener)
  return machine
}

/** Pending, true, and not held for long enough: a look would change nothing. True of most that is not clear. */
export function waits(machine: Machine, verdict: Verdict | false, now: number): boolean {
  if (machine.state === 'firing' || verdict === false) return false
  return heldMs(machine, verdict, now) < Math.min(verdict.showMs, verdict.orderMs)
}

/** A pending episode whose readings grew too old; a firing one stays, because nothing says that it is over. */
export function expire(machine: Machine, now: number, listener: Listener): Machine | null {
  if (machine.state === 'firing') return machine
  listener.moved('pending', 'clear', 'data-old', now)
  return null
}

/** Ends an episode because its rule is not there any more, or not the same. */
export function end(
  machine: Machine,
  by: NonNullable<Finding['clearedBy']>,
  now: number,
  listener: Listener,
): void {
  if (machine.state === 'firing') listener.report('cleared', machine, now, by)
  listener.moved(machine.stage ?? 'pending', 'clear', by, now)
}

function pend(look: Look, trueSince: number, listener: Listener): Machine {
  listener.moved('clear', 'pending', 'condition-true', look.now)
  return {
    state: 'pending',
    stage: null,
    mark: look.mark,
    since: trueSince,
    trueSince,
    firedAt: 0,
    overSince: null,
    priority: look.priority,
    confidence: 0,
    evidence: [],
    suppressed: null,
    needsConfirmation: false,
    interlockFailed: false,
  }
}

function heldMs(machine: Machine, verdict: Verdict, now: number): number {
  machine.trueSince ??= now
  return now - (verdict.heldFrom ?? machine.trueSince)
}

function fire(
  machine: Machine,
  look: Look,
  verdict: Verdict,
  stage: 'shown' | 'ordered',
  listener: Listener,
): void {
  const from = machine.stage ?? 'pending'
  const priority = verdict.priority ?? look.priority
  if (machine.state === 'pending') {
    machine.firedAt = look.now
    machine.suppressed = look.gate
    machine.gatedBy = look.gate === null ? null : (look.gatedBy ?? null)
    machine.since = Math.min(machine.since, verdict.heldFrom ?? machine.since)
    machine.priority = priority
  }
  machine.state = 'firing'
  machine.stage = stage
  machine.priority = higherPriority(priority, machine.priority)
  machine.confidence = verdict.confidence
  machine.evidence = verdict.evidence
  machine.needsConfirmation = look.needsConfirmation || verdict.needsConfirmation === true
  machine.interlockFailed ||= verdict.interlockFailed === true
  listener.report(stage, machine, look.now)
  const reason = from === stage ? 'grew-worse' : stage === 'shown' ? 'shown-held' : 'order-held'
  listener.moved(from, stage, reason, look.now)
}

function keepFiring(machine: Machine, look: Look, listener: Listener): Machine | null {
  const { verdict, gate, now } = look
  if (verdict === false) machine.trueSince = null
  else if (machine.suppressed !== null && gate === null) return startAgain(machine, look, listener)
  // While a gate is shut an unsuppressed episode stays where it is: whoever shut it stands at the machine.
  else if (machine.suppressed !== null || gate === null) raise(machine, look, verdict, listener)

  if (!look.over) {
    machine.overSince = null
    return machine
  }
  machine.overSince = Math.min(machine.overSince ?? now, now)
  if (now - machine.overSince < look.keepFiringMs) return machine
  listener.report('cleared', machine, now)
  listener.moved(machine.stage ?? 'pending', 'clear', 'over-held', now)
  return null
}

function raise(machine: Machine, look: Look, verdict: Verdict, listener: Listener): void {
  const ordered = machine.stage === 'ordered' || heldMs(machine, verdict, look.now) >= verdict.orderMs
  const stage = ordered ? 'ordered' : 'shown'
  const worse =
    (verdict.priority ?? look.priority) < machine.priority ||
    (verdict.interlockFailed === true && !machine.interlockFailed)
  if (stage !== machine.stage || worse) fire(machine, look, verdict, stage, listener)
}

/** A suppressed episode must not swallow a real one: it ends, and the condition begins a new episode with new holds. */
function startAgain(machine: Machine, look: Look, listener: Listener): Machine | null {
  listener.report('cleared', machine, look.now)
  listener.moved(machine.stage ?? 'pending', 'clear', 'gate-opened', look.now)
  // Neither lateness nor a test is a doubt about what happened meanwhile, so time that has passed counts; a mechanic's
  // visit is one.
  const counts = machine.suppressed === 'late' || machine.suppressed === 'test'
  const trueSince = counts ? (machine.trueSince ?? look.now) : look.now
  return advance(pend(look, trueSince, listener), look, listener)
}
