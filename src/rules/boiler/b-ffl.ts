/** B-FFL: fuel flows and nothing burns: a flame was lost, or ignition did not light one in its time. */
import { definePattern } from '../pattern.js'
import type { BoilerFacts } from './facts.js'
import { SIGN } from './signs.js'

export const flameFailure = definePattern<BoilerFacts>()({
  id: 'B-FFL',
  kind: 'boiler',
  class: 'flame',
  priority: 'P0',
  gates: 'equipment',
  signs: SIGN.dark,
  needs: [
    ['flame', 'flameOutAlarm'],
    ['fuelValve', 'fuelFlow'],
  ],
  parameters: {
    establishedMs: { default: 10_000, unit: 'ms', min: 1_000, max: 60_000, source: 'our judgement' },
    lostMs: { default: 2_000, unit: 'ms', min: 500, max: 10_000, source: 'flame failure cut-off 2–4 s' },
    ignitionMs: {
      default: 10_000,
      unit: 'ms',
      min: 2_000,
      max: 60_000,
      source: 'trial for ignition 10–15 s',
    },
    unheardMs: {
      default: 60_000,
      unit: 'ms',
      min: 10_000,
      max: 600_000,
      source: 'our judgement: whether a flame came is told by a reading, and one comes within a minute',
    },
    backMs: { default: 5_000, unit: 'ms', min: 0, max: 600_000, source: 'our judgement' },
  },

  condition(facts, p, past) {
    const burning = !Number.isNaN(facts.flameSince)
    const dark = facts.flameOutAlarm || (facts.flameKnown && !burning)
    if (Number.isNaN(facts.fuelSince) || !dark) return false
    const established = facts.lastFlameMs >= p.establishedMs && facts.flameLostAt >= facts.fuelSince
    const ignitionMs = Number.isNaN(facts.ignitionMs) ? p.ignitionMs : facts.ignitionMs
    const holdMs = facts.flameOutAlarm ? 0 : established ? p.lostMs : ignitionMs
    // Nobody has said yet that the trial is over without a flame: the device is slow, or not heard any more.
    const unheard = !facts.flameOutAlarm && !established && facts.readAt - facts.fuelSince < ignitionMs
    return {
      confidence: facts.flameOutAlarm ? 0.97 : 0.92,
      evidence: [
        { key: 'fuel-valve-open', witness: 'machine', signal: 'fuelValve', value: true, at: facts.fuelSince },
        established || facts.flameOutAlarm
          ? { key: 'flame-lost', witness: 'machine', signal: 'flame', value: false, at: facts.flameLostAt }
          : {
              key: 'ignition-failed',
              witness: 'machine',
              signal: 'flame',
              value: false,
              at: facts.fuelSince,
            },
        ...(past.length >= 2
          ? [{ key: 'flame-outs-in-a-day', witness: 'machine' as const, value: past.length + 1 }]
          : []),
      ],
      showMs: unheard ? Math.max(holdMs, p.unheardMs) : holdMs,
      orderMs: unheard ? Number.POSITIVE_INFINITY : holdMs,
      heldFrom: established ? facts.flameLostAt : facts.fuelSince,
    }
  },

  over: (facts) => Number.isNaN(facts.fuelSince) || (!facts.flameOutAlarm && !Number.isNaN(facts.flameSince)),
  keepFiringMs: (p) => p.backMs,
})
