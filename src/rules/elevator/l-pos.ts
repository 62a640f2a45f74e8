/**
 * L-POS: the lift does not know where it is: floors that no car can have travelled between two readings, or fewer or more
 * door zones between two stops than floors by its index.
 */
import type { Evidence } from '../../model/finding.js'
import { EVENT_CODE } from '../../model/signals.js'
import { codeSince } from '../facts.js'
import { definePattern } from '../pattern.js'
import type { ElevatorFacts } from './facts.js'
import { judgePassage } from './passage.js'
import { SIGN } from './signs.js'

const CODES = [EVENT_CODE.floorLost] as const

export const floorLost = definePattern<ElevatorFacts>()({
  id: 'L-POS',
  kind: 'elevator',
  class: 'fault',
  priority: 'P2',
  gates: 'equipment',
  signs: SIGN.code | SIGN.lost,
  needs: [['floor', 'event.7']],
  parameters: {
    times: { default: 2, unit: '', min: 1, max: 4, source: 'our judgement: once may be a lost reading' },
    withinMs: { default: 3_600_000, unit: 'ms', min: 60_000, max: 86_400_000, source: 'our judgement' },
    zoneMetres: {
      default: 0.2,
      unit: 'm',
      min: 0.05,
      max: 0.35,
      source:
        'our judgement: half of a short door zone; zones are counted only where readings at rated speed lie no farther apart',
    },
  },

  prepare(facts, p) {
    judgePassage(facts, p.zoneMetres)
  },

  condition(facts, p) {
    const told = codeSince(facts, CODES)
    const { passage, now } = facts
    // Of the newest so many, the oldest.
    const leapt = now - (facts.floorLeaps.at(-p.times) ?? 0) <= p.withinMs
    const amiss = passage !== null && now - (passage.amiss.at(-p.times) ?? 0) <= p.withinMs
    if (!told && !leapt && !amiss) return false
    const evidence: Evidence[] = []
    if (told) evidence.push({ key: 'controller-code', witness: 'machine', value: told.code, at: told.since })
    else if (leapt)
      evidence.push({
        key: 'floor-leapt',
        witness: 'machine',
        signal: 'floor',
        value: facts.floor,
        at: facts.floorLeaps.at(-1) ?? now,
      })
    if (amiss)
      evidence.push(
        {
          key: 'zones-passed',
          witness: 'machine',
          signal: 'doorZone',
          value: passage.amissZones,
          at: passage.amiss.at(-1) ?? now,
        },
        { key: 'floors-passed', witness: 'machine', signal: 'floor', value: passage.amissFloors },
      )
    return { confidence: told ? 0.95 : 0.7, evidence, showMs: 0, orderMs: 0 }
  },
})
