/** The shape that several patterns share: a safety switch has acted, or the controller says so by code. */
import type { IncidentClass, Priority } from '../../model/incident.js'
import { codeSince } from '../facts.js'
import { definePattern, type Pattern } from '../pattern.js'
import {
  ABOARD_MS,
  aboardEvidence,
  actedEvidence,
  codeEvidence,
  freshCode,
  isRighted,
  lastAboard,
  wasAboard,
} from './evidence.js'
import { type EscalatorFacts, SAFETY_SWITCHES, type SafetySwitch } from './facts.js'

export interface ActedSwitch {
  id: string
  class: IncidentClass
  priority: Priority
  /** The priority while people are on it. */
  withPeople: Priority
  switches: readonly SafetySwitch[]
  codes: readonly number[]
  /** Only a person may put it right: it is not over when the switch is back. */
  manualReset: boolean
  /** Not worth sending anybody by itself while nobody is on it. */
  shownWhenEmpty?: true
}

export function acted(definition: ActedSwitch): Pattern<EscalatorFacts> {
  const { id, switches, codes, withPeople, manualReset } = definition
  const places = switches.map((name) => SAFETY_SWITCHES.findIndex(({ signal }) => signal === name))
  return definePattern<EscalatorFacts>()({
    id,
    kind: 'escalator',
    class: definition.class,
    priority: definition.priority,
    gates: 'equipment',
    needs: [[...switches, ...codes.map((code) => `event.${code}`)]],
    parameters: {
      holdMs: {
        default: 0,
        unit: 'ms',
        min: 0,
        max: 10_000,
        source: 'our judgement: at once; longer where a contact chatters',
      },
      aboardMs: ABOARD_MS,
    },

    condition(facts, p, past) {
      const code = freshCode(facts, codes, past)
      if (!code && !hasActed(facts, places)) return false
      const switched = actedEvidence(facts, switches)
      const since = Math.min(...switched.map(({ at }) => at), code?.since ?? Number.POSITIVE_INFINITY)
      const seenAt = lastAboard(facts)
      const aboard = wasAboard(seenAt, since, p.aboardMs)
      const holdMs = code ? 0 : p.holdMs
      return {
        confidence: code ? 0.95 : 0.9,
        evidence: [
          ...switched,
          ...(code ? [codeEvidence(code)] : []),
          ...(aboard ? [aboardEvidence(seenAt)] : []),
        ],
        priority: aboard ? withPeople : definition.priority,
        showMs: holdMs,
        orderMs: definition.shownWhenEmpty && !aboard ? Number.POSITIVE_INFINITY : holdMs,
      }
    },

    over(facts, _p, firedAt) {
      if (hasActed(facts, places)) return false
      return isRighted(facts, firedAt) || (!manualReset && codeSince(facts, codes) === null)
    },
    keepFiringMs: () => (manualReset ? 0 : 10_000),
  })
}

/** Asked with every reading, so it makes nothing. */
function hasActed({ actedSince }: EscalatorFacts, places: readonly number[]): boolean {
  for (const place of places) if (!Number.isNaN(actedSince[place] ?? Number.NaN)) return true
  return false
}
