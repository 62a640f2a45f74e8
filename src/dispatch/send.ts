/** Offers the incident to a party: the first level when the rules are sure, anybody the dispatcher wishes. */
import type { AssignmentTable } from '../database/tables.js'
import { TesheError } from '../errors.js'
import { isActive } from '../incidents/assignment-moves.js'
import { enter } from '../incidents/case-file.js'
import { followAssignments } from '../incidents/end-assignments.js'
import { isOpen } from '../incidents/lifecycle.js'
import type { RescueLevel } from '../model/incident.js'
import { type Candidate, FIRE_BRIGADE, namedParty, partyFor } from './parties.js'
import { askForAttention, endDeadlines, type Step } from './step.js'

export async function send(step: Step): Promise<void> {
  const { file, move } = step
  if (!isOpen(file.incident.status)) return
  if (move.kind === 'ordered') {
    // Somebody is on it already: a person was faster than the rule.
    if (file.assignments.some((one) => isActive(one.status))) return
    endDeadlines(step, 'met', { kind: 'confirm-by' })
    await sendLevel(step, 1)
  }
  if (move.kind === 'action' && move.action === 'dispatch') {
    const { wish } = move
    const level = wish.level ?? levelToWish(step)
    if (wish.party === undefined) await sendLevel(step, level)
    else if (wish.party === FIRE_BRIGADE.partyName) sendFireBrigade(step, 'wish')
    else {
      const candidate = await namedParty(step, wish.party)
      if (file.assignments.some((one) => one.party === candidate.party && isActive(one.status)))
        throw new TesheError('ACTION_NOT_ALLOWED', [
          'dispatch',
          `${file.incident.status} and ${candidate.partyName} is sent already`,
        ])
      offer(step, wish.level ?? candidate.level, candidate, wish.person)
    }
  }
}

/** Sends the level, or the next one that has anybody, until only the fire brigade is left. */
export async function sendLevel(step: Step, level: RescueLevel): Promise<void> {
  for (const next of [1, 2] as const) {
    if (next < level) continue
    const candidate = await partyFor(step, next)
    if (candidate) return offer(step, next, candidate)
    enter(step.file, step.moment, { kind: 'nobody-to-send', detail: { level: next } })
  }
  sendFireBrigade(step, 'last-resort')
}

function levelToWish({ file }: Step): RescueLevel {
  const levels = file.assignments.filter((one) => isActive(one.status)).map((one) => one.level)
  if (levels.length === 0) return 1
  return Math.max(...levels) >= 2 ? 3 : 2
}

/** The brigade has no account here: a dispatcher calls and writes down its answers. */
function sendFireBrigade(step: Step, because: string): void {
  const waiting = step.file.assignments.some((one) => one.level === 3 && isActive(one.status))
  if (!waiting) offer(step, 3, { ...FIRE_BRIGADE, chosenBecause: because })
  askForAttention(step, 'call-119')
}

function offer(
  { file, moment, newId }: Step,
  level: RescueLevel,
  candidate: Omit<Candidate, 'level'>,
  person?: string,
): void {
  const assignment: AssignmentTable = {
    id: newId(),
    incident_id: file.incident.id,
    level,
    role: candidate.role,
    party: candidate.party,
    party_name: candidate.partyName,
    person: person ?? null,
    status: 'offered',
    offered_at: moment.at,
    accepted_at: null,
    departed_at: null,
    arrived_at: null,
    ended_at: null,
    chosen_because: candidate.chosenBecause,
    reason: null,
    step: null,
    crew: null,
    eta_at: null,
    heard_at: null,
    position_at: null,
    lat: null,
    lon: null,
    moved_at: null,
    replaced_by: null,
  }
  file.assignments.push(assignment)
  file.incident.dispatched_at ??= moment.at
  followAssignments(file)
  enter(file, moment, {
    kind: 'assignment-offered',
    assignmentId: assignment.id,
    reason: candidate.chosenBecause,
    detail: { level, role: assignment.role, party: assignment.party, partyName: assignment.party_name },
  })
}
