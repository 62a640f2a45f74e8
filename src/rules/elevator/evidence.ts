/** The evidence that several lift patterns share: what stands for a passenger inside, and what orders a rescue at once. */
import type { Evidence } from '../../model/finding.js'
import { EVENT_CODE } from '../../model/signals.js'
import type { ElevatorFacts } from './facts.js'

/** Controller codes that, with somebody inside, leave nothing to wait for: 1, 4 and 8. */
const STRANDING_CODES = [
  EVENT_CODE.safetyCircuitBroken,
  EVENT_CODE.stoppedOutsideZone,
  EVENT_CODE.restartPrevented,
] as const
/** A code belongs to this stop when it began no earlier than so long before it. */
const CODE_LEAD_MS = 60_000

export interface OrderEvidence {
  /** Someone or something says "now": button, or a stranding code of the controller that does not bounce. */
  now: boolean
  evidence: Evidence[]
}

/** ms that a broken safety circuit must stay so before it sends anyone; a parameter of every pattern that goes by it. */
export const CHAIN_BOUNCE_MS = {
  default: 30_000,
  unit: 'ms',
  min: 0,
  max: 600_000,
  source:
    'our judgement: a chain that closes again within that time has bounced, and the car goes on by itself',
} as const

/** What orders at once, for a stop that began at `since` (ms since 1970). */
export function orderEvidence(
  facts: ElevatorFacts,
  { since, chainMs, codes = STRANDING_CODES }: { since: number; chainMs: number; codes?: readonly number[] },
): OrderEvidence {
  const evidence: Evidence[] = []
  let now = false
  if (facts.buttonAt >= since) {
    evidence.push({ key: 'alarm-button', witness: 'person', signal: 'alarmButton', at: facts.buttonAt })
    now = true
  }
  for (const { code, since: begun } of facts.codes) {
    if (!codes.includes(code) || begun < since - CODE_LEAD_MS) continue
    evidence.push({ key: 'controller-code', witness: 'machine', value: code, at: begun })
    now ||= code !== EVENT_CODE.safetyCircuitBroken || facts.now - begun >= chainMs
  }
  return { now, evidence }
}

export function passengerEvidence(facts: ElevatorFacts): Evidence {
  const key = facts.presenceDoubtful ? 'passenger-seen-late' : 'passenger-inside'
  return { key, witness: 'machine', signal: 'passenger', value: true, at: facts.occupiedSince }
}

export function mainsEvidence(facts: ElevatorFacts): Evidence[] {
  if (Number.isNaN(facts.mainsLostSince)) return []
  return [
    { key: 'mains-lost', witness: 'machine', signal: 'mainsPower', value: false, at: facts.mainsLostSince },
  ]
}

/** How the lift was when it was last heard, for whoever must judge it when it no longer speaks. */
export function lastSeen(facts: ElevatorFacts): Evidence[] {
  const evidence: Evidence[] = []
  const at = facts.readAt
  if (facts.occupied) evidence.push({ key: 'last-occupied', witness: 'machine', signal: 'passenger', at })
  if (facts.motion === 'moving') evidence.push({ key: 'last-moving', witness: 'machine', at })
  if (facts.zone === 0)
    evidence.push({ key: 'last-outside-zone', witness: 'machine', signal: 'doorZone', value: false, at })
  return evidence
}

/** On goods and bed lifts presence is load as often as people, so only a count or a camera may send anyone unasked. */
export function presenceNeedsEyes(facts: ElevatorFacts): boolean {
  return facts.goods && !facts.counted
}
