/**
 * The plans that hold where nobody has set others: three levels for lifts, the house first for boilers (domain.md §1.1,
 * §1.2). Clock values are practice, not law; every one can be set by kind and district.
 */
import type { EquipmentKind } from '../../model/equipment.js'
import type { PlanClocks, PlanStep, Reminder, ResponsePlan } from '../../model/plan.js'

const SECOND = 1_000
const MINUTE = 60 * SECOND

export const DEFAULT_CLOCKS: PlanClocks = {
  // 30 minutes in a city; a district outside sets an hour.
  arriveMs: 30 * MINUTE,
  releaseMs: 30 * MINUTE,
  confirmMs: 3 * MINUTE,
  departMs: 8 * MINUTE,
  hearMs: 12 * MINUTE,
}

/** The published three-minute answer. */
export const DEFAULT_ACCEPT_MS = 3 * MINUTE

/** Two hours in the car make an accident of it. */
const REPORT_MS = 120 * MINUTE

const REMINDERS: Reminder[] = [
  { afterMs: 30 * MINUTE, to: ['shift-leader'] },
  { afterMs: 60 * MINUTE, to: ['duty-officer', 'fire'] },
  { afterMs: 90 * MINUTE, to: ['leadership'], draftReport: true },
]

/** `acceptMs`: what companies and stations have for their answer. */
export function defaultPlan(kind: EquipmentKind | null, acceptMs: number, clocks: PlanClocks): ResponsePlan {
  const others = { clocks, reminders: REMINDERS, reportMs: REPORT_MS }
  const fire: PlanStep = { level: 3, send: ['fire'], acceptMs }
  switch (kind) {
    case 'boiler':
      return {
        ...others,
        steps: [
          { level: 1, send: ['operator'], acceptMs: 60 * SECOND },
          { level: 1, send: ['safety-officer'], acceptMs: 2 * MINUTE },
          { level: 1, send: ['safety-director', 'principal'], acceptMs: 5 * MINUTE },
          { level: 2, send: ['maintainer'], acceptMs },
          fire,
        ],
        together: { gas: 0, medical: 1, hazard: 1 },
        beside: [
          { when: 'gas', party: 'gas-company', role: 'rescue' },
          { when: 'gas', party: 'fire', role: 'rescue' },
          { when: 'medical', party: 'medical', role: 'medical' },
          { when: 'hazard', party: 'fire', role: 'rescue' },
          { when: 'always', party: 'supervision', role: 'info' },
        ],
      }
    case 'escalator':
      return {
        ...others,
        steps: [
          { level: 1, send: ['use-unit', 'maintainer'], acceptMs },
          { level: 2, send: ['nearest'], acceptMs },
          fire,
        ],
        together: { medical: 1, hazard: 2, area: 0 },
        beside: [{ when: 'medical', party: 'medical', role: 'medical' }],
      }
    case 'elevator':
    case null:
      return {
        ...others,
        steps: [
          { level: 1, send: ['maintainer'], acceptMs },
          { level: 2, send: ['nearest'], acceptMs },
          fire,
        ],
        together: { medical: 2, hazard: 2, area: 1 },
        beside: [{ when: 'medical', party: 'medical', role: 'medical' }],
      }
  }
}
