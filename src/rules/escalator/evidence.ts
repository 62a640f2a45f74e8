/** What several escalator patterns ask: which code is new, who is on it, whether it has been put right since. */
import type { Evidence } from '../../model/finding.js'
import { codeSince } from '../facts.js'
import { type EscalatorFacts, SAFETY_SWITCHES, type SafetySwitch } from './facts.js'

export type ActedEvidence = Evidence & { at: number }

/** Some devices announce a fault and never its end: after so long it is taken for over. */
const STALE_CODE_MS = 12 * 3_600_000
/** It runs again for so long: somebody has reset it, without which its controller does not start. */
const RUNS_AGAIN_MS = 10_000

/** A code that is active and has not been dealt with: one that began after the last episode fired, and the last visit. */
export function freshCode(
  facts: EscalatorFacts,
  codes: readonly number[],
  past: readonly number[],
): { code: number; since: number } | null {
  const active = codeSince(facts, codes)
  if (!active || active.since <= Math.max(past.at(-1) ?? 0, seenToAt(facts))) return null
  return facts.now - active.since < STALE_CODE_MS ? active : null
}

/** What the safety switches say that have acted: all of them, or those of a list. */
export function actedEvidence(facts: EscalatorFacts, which?: readonly SafetySwitch[]): ActedEvidence[] {
  const evidence: ActedEvidence[] = []
  for (const [i, { signal, key, witness }] of SAFETY_SWITCHES.entries()) {
    const at = facts.actedSince[i] ?? Number.NaN
    if (Number.isNaN(at) || (which && !which.includes(signal))) continue
    evidence.push({ key, witness, signal, value: true, at })
  }
  return evidence
}

export function codeEvidence({ code, since }: { code: number; since: number }): Evidence {
  return { key: 'controller-code', witness: 'machine', value: code, at: since }
}

/** When a person last had it in hand: a mechanic who left, or an inspection that ended. */
export function seenToAt({ attendedAt, inspectedAt }: EscalatorFacts): number {
  return Math.max(attendedAt, inspectedAt)
}

/** A person was at the machine after `firedAt`, or it runs again, which takes a person. */
export function isRighted(facts: EscalatorFacts, firedAt: number): boolean {
  if (seenToAt(facts) > firedAt) return true
  return facts.movingSince > firedAt && facts.now - facts.movingSince >= RUNS_AGAIN_MS
}

/** When somebody was last seen on it; while it stands, as of its stop: whoever comes to help did not fall. */
export function lastAboard(facts: EscalatorFacts): number {
  return facts.motion === 'standing' ? facts.boardedAt : facts.passengerAt
}

/** Somebody was on it at `at`, or not long before; sensors see people where they step on and off. */
export function wasAboard(seenAt: number, at: number, withinMs: number): boolean {
  return seenAt > 0 && at - seenAt <= withinMs
}

export function aboardEvidence(seenAt: number): Evidence {
  return { key: 'people-on-escalator', witness: 'machine', signal: 'passenger', value: true, at: seenAt }
}

/** How long before a stop somebody may have been seen to count as on it. */
export const ABOARD_MS = {
  default: 5_000,
  unit: 'ms',
  min: 0,
  max: 120_000,
  source: 'our judgement; a whole ride where sensors see only its ends',
} as const
