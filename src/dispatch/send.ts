/** Offers the incident: the plan's first step when the rules or a caller are sure, anybody the dispatcher wishes. */
import { TesheError } from '../errors.js'
import { isActive } from '../incidents/assignment-moves.js'
import { enter } from '../incidents/case-file.js'
import { isOpen } from '../incidents/lifecycle.js'
import { isFresh } from '../incidents/moment.js'
import { isRescuer } from '../model/incident-view.js'
import { callReason } from './call-reasons.js'
import { hasActive, offer, tellOffice } from './offer.js'
import { FIRE_BRIGADE, namedParty, partiesFor } from './parties.js'
import { triggersOf } from './raise.js'
import { askForAttention, endDeadlines, type Step, stepNumberOf } from './step.js'

export async function send(step: Step): Promise<void> {
  const { file, move } = step
  if (!isOpen(file.incident.status)) return
  const first = file.incident.dispatched_at === null
  if (move.kind === 'ordered' && !isSent(step)) {
    // Somebody is on it already: a person was faster than the rule.
    endDeadlines(step, 'met', { kind: 'confirm-by' })
    await sendFrom(step, 0)
  }
  if (move.kind === 'action' && move.action === 'dispatch') await sendAsWished(step)
  // The order follows in the same transaction and decides.
  if (move.kind === 'opened' && move.orders) return
  await sendTogether(step)
  if (first && file.incident.dispatched_at !== null)
    for (const { when, role, party } of step.plan.beside)
      if (when === 'always' && role === 'info') tellOffice(step, party)
}

async function sendAsWished(step: Step): Promise<void> {
  const { file, move } = step
  if (move.kind !== 'action') return
  const { party, level, person, together } = move.wish
  if (party === undefined) {
    const wanted = level === undefined ? numberToWish(step) : numberOfLevel(step, level)
    if (together) for (let number = 0; number < wanted; number++) await sendStep(step, number)
    await sendFrom(step, wanted)
  } else if (party === FIRE_BRIGADE.partyName) {
    offer(step, { ...FIRE_BRIGADE, chosenBecause: 'wish' }, { level: 3, number: null })
    askForAttention(step, 'call-119')
  } else {
    const candidate = await namedParty(step, party)
    if (file.assignments.some((one) => one.party === candidate.party && isActive(one.status)))
      throw new TesheError('ACTION_NOT_ALLOWED', [
        'dispatch',
        `${file.incident.status} and ${candidate.partyName} is sent already`,
      ])
    const own = candidate.party === file.equipment?.maintainer_id ? 1 : 2
    offer(step, candidate, { level: level ?? own, number: null, person })
  }
}

/** Sends the step, or the next one that has anybody; the last resort is always there. */
export async function sendFrom(step: Step, number: number): Promise<void> {
  for (let next = number; next < step.plan.steps.length; next++) {
    if (await sendStep(step, next)) return
    enter(step.file, step.moment, {
      kind: 'nobody-to-send',
      detail: { level: step.plan.steps[next]?.level, send: step.plan.steps[next]?.send },
    })
  }
  askForAttention(step, 'call-119')
}

/** Whether anybody was there to be sent, or is sent already. */
async function sendStep(step: Step, number: number): Promise<boolean> {
  const { file, plan } = step
  const what = plan.steps[number]
  if (!what) return false
  let anybody = false
  for (const party of what.send) {
    for (const candidate of await partiesFor(step, party)) {
      anybody = true
      // The brigade is asked once, and called again.
      if (candidate.party === null && hasActive(file, candidate.role)) {
        askForAttention(step, callReason(candidate.role))
        continue
      }
      offer(step, candidate, { level: what.level, number })
      if (candidate.party === null) askForAttention(step, callReason(candidate.role))
    }
  }
  return anybody
}

/** Several steps at once, and whoever stands beside them, as the plan says for what is so of this incident. */
async function sendTogether(step: Step): Promise<void> {
  const { file, plan } = step
  if (file.incident.class === 'area' || !isSentOrSaid(step) || !isFresh(step.moment)) return
  const triggers = await triggersOf(step)
  // Being part of an area event sends nobody by itself; it sends further when somebody is sent.
  if (file.incident.dispatched_at === null && triggers.every((one) => one === 'area')) return
  const upTo = Math.max(-1, ...triggers.map((one) => plan.together[one] ?? -1))
  for (let number = 0; number <= upTo; number++) {
    const done = file.assignments.some((one) => isRescuer(one.role) && stepNumberOf(step, one) === number)
    if (!done) await sendStep(step, number)
  }
  for (const { when, role, party } of plan.beside) {
    if (when === 'always' || !triggers.includes(when)) continue
    if (role === 'info') continue
    for (const candidate of await partiesFor(step, party)) {
      if (file.assignments.some((one) => one.role === candidate.role)) continue
      offer(step, candidate, { level: 3, number: null })
      if (candidate.party === null) askForAttention(step, callReason(candidate.role))
    }
  }
}

/** A suspicion of the rules waits for its order; the word of a caller does not. */
function isSentOrSaid({ file }: Step): boolean {
  const { incident } = file
  return incident.dispatched_at !== null || incident.source !== 'rule' || incident.priority === 'P0'
}

function isSent({ file }: Step): boolean {
  return file.assignments.some((one) => isActive(one.status) && isRescuer(one.role))
}

/** The step after the furthest that is under way. */
function numberToWish(step: Step): number {
  const active = step.file.assignments.filter((one) => isActive(one.status) && isRescuer(one.role))
  const furthest = Math.max(-1, ...active.map((one) => stepNumberOf(step, one)))
  return Math.min(furthest + 1, step.plan.steps.length - 1)
}

function numberOfLevel({ plan }: Step, level: number): number {
  const number = plan.steps.findIndex((one) => one.level >= level)
  return number === -1 ? plan.steps.length - 1 : number
}
