/**
 * Why it happened: the two levels of causes that dispatch centres print, with the share of entrapments that each is
 * published to have, and what the rules guess. A person's word stands beside the guess, never over it.
 *
 * Level 1 and its shares are of bulletins of Nanjing, Rizhao and Huai'an (external 28–36 %, people 22–35 %, doors
 * 11.6–17.5 %, electrical control 11–14 %; power cuts alone 13.6–22 %, rubbish in the door 13–16 %). How a level divides
 * further, the small systems, and all of the boiler list are our judgement.
 */
import type { EquipmentKind } from './equipment.js'

interface Definition {
  kind: EquipmentKind
  level1: string
  /** Share among the incidents of its kind before anything is known; those of a kind add up to 1. */
  share: number
}

const lift = (level1: string, share: number): Definition => ({ kind: 'elevator', level1, share })
const boiler = (level1: string, share: number): Definition => ({ kind: 'boiler', level1, share })

/** By level-2 key. */
export const CAUSES = {
  'power-cut': lift('external', 0.17),
  'self-recovered': lift('external', 0.09),
  'water-ingress': lift('external', 0.03),
  'machine-room-heat': lift('external', 0.03),
  'door-rubbish': lift('human', 0.145),
  'door-building-waste': lift('human', 0.03),
  'door-held': lift('human', 0.05),
  'door-rammed': lift('human', 0.02),
  overload: lift('human', 0.02),
  'electric-bicycle': lift('human', 0.02),
  'landing-door-lock': lift('door', 0.06),
  'car-door-lock': lift('door', 0.04),
  'door-operator': lift('door', 0.045),
  'electrical-component': lift('electrical', 0.125),
  'tension-sheave-switch': lift('safety', 0.02),
  'safety-device': lift('safety', 0.02),
  brake: lift('traction', 0.015),
  traction: lift('traction', 0.015),
  guide: lift('guide', 0.01),
  car: lift('car', 0.01),
  balance: lift('balance', 0.005),
  drive: lift('drive', 0.02),
  'after-repair': lift('other', 0.01),
  'boiler-power-cut': boiler('external', 0.1),
  'fuel-supply': boiler('external', 0.1),
  'feed-pump': boiler('feedwater', 0.15),
  'feed-water': boiler('feedwater', 0.1),
  burner: boiler('combustion', 0.15),
  draught: boiler('combustion', 0.1),
  gauge: boiler('instrument', 0.12),
  'boiler-control': boiler('instrument', 0.08),
  'boiler-operation': boiler('human', 0.1),
} as const satisfies Record<string, Definition>

export type CauseKey = keyof typeof CAUSES
export const CAUSE_KEYS = Object.keys(CAUSES) as CauseKey[]

/** What no clue explains. */
export const UNKNOWN_CAUSE = 'unknown'

export const CAUSE_LEVELS = [...new Set(Object.values(CAUSES).map(({ level1 }) => level1))]

export function isCauseKey(text: string): text is CauseKey {
  return Object.hasOwn(CAUSES, text)
}

/** One line of the guess, most likely first; `unknown` is a line of its own. */
export interface LikelyCause {
  cause: CauseKey | typeof UNKNOWN_CAUSE
  /** 0…1; all lines of a guess add up to 1, of which only the first few are kept. */
  share: number
  /** Keys of what speaks for it, for screens to translate. */
  evidence: string[]
}

/** How much likelier a power cut is where other lifts of the site lost their mains too; our judgement. */
const NEIGHBOURS_DARK = { key: 'neighbours-dark', factor: 10 }

/** The guess, once it is known that the neighbours are dark; again and again it stays the same. */
export function withNeighboursDark(causes: readonly LikelyCause[]): LikelyCause[] {
  const { key, factor } = NEIGHBOURS_DARK
  const cut = causes.find(({ cause }) => cause === 'power-cut')
  if (!cut || cut.evidence.includes(key)) return [...causes]
  const whole = 1 + (factor - 1) * cut.share
  return causes
    .map((line) =>
      line === cut
        ? { ...line, share: (line.share * factor) / whole, evidence: [...line.evidence, key] }
        : { ...line, share: line.share / whole },
    )
    .sort((a, b) => b.share - a.share)
}

/** Whether that is part of a guess. */
export function knowsNeighboursDark(causes: readonly LikelyCause[]): boolean {
  return causes.some(({ evidence }) => evidence.includes(NEIGHBOURS_DARK.key))
}
