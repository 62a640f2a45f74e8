/** The shape that many boiler patterns share: one meter beyond a limit for a while, and back again with a margin. */
import type { IncidentClass, Priority } from '../../model/incident.js'
import { definePattern, type Parameter, type Pattern } from '../pattern.js'
import type { BoilerFacts } from './facts.js'

export interface Threshold {
  id: string
  class: IncidentClass
  priority: Priority
  needs: readonly (readonly string[])[]
  signs: number
  signal: string
  /** What the finding says was seen. */
  key: string
  limit: Parameter
  /** By how much the value must come back before the finding ends, in the unit of the limit. */
  margin: Parameter
  hold: Parameter
  /** `above` the limit is wrong, or `below` it. */
  side: 'above' | 'below'
  value(facts: BoilerFacts): number
  /** A limit switch that says the same. */
  alarm?(facts: BoilerFacts): boolean
  /** When it is looked at at all. */
  applies(facts: BoilerFacts): boolean
  /** The work is proposed; nobody is sent by itself. */
  proposesWork?: true
}

export function threshold(definition: Threshold): Pattern<BoilerFacts> {
  const { id, limit, margin, hold, side, value, applies } = definition
  const switched = definition.alarm ?? (() => false)
  const beyond = (facts: BoilerFacts, at: number) =>
    switched(facts) || (side === 'above' ? value(facts) > at : value(facts) < at)
  return definePattern<BoilerFacts>()({
    id,
    kind: 'boiler',
    class: definition.class,
    priority: definition.priority,
    gates: 'equipment',
    signs: definition.signs,
    needs: definition.needs,
    parameters: { limit, margin, holdMs: hold },
    condition(facts, p) {
      if (!applies(facts) || !beyond(facts, p.limit)) return false
      return {
        confidence: 0.9,
        evidence: [
          {
            key: definition.key,
            witness: 'machine',
            signal: definition.signal,
            value: switched(facts) ? true : value(facts),
          },
        ],
        showMs: p.holdMs,
        orderMs: definition.proposesWork ? Number.POSITIVE_INFINITY : p.holdMs,
      }
    },
    over: (facts, p) =>
      !applies(facts) || !beyond(facts, side === 'above' ? p.limit - p.margin : p.limit + p.margin),
  })
}
