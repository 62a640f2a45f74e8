/**
 * Response plans: who is sent in which order, who stands beside them, and the clocks of it, by kind of equipment and
 * district. Durations are ms.
 */
import type { ContactRole } from './contact.js'
import type { EquipmentKind } from './equipment.js'
import type { RescueLevel } from './incident.js'

/**
 * Whom a step sends. `maintainer`: the company under contract; `nearest`: the best placed other company or station;
 * the rest by their function: of the use unit, or of the centre.
 */
export const PLAN_PARTIES = [
  'maintainer',
  'nearest',
  'use-unit',
  'operator',
  'safety-officer',
  'safety-director',
  'principal',
  'fire',
  'medical',
  'gas-company',
  'supervision',
] as const
export type PlanParty = (typeof PLAN_PARTIES)[number]

export interface PlanStep {
  level: RescueLevel
  /** All of them at once. */
  send: PlanParty[]
  /** From the offer to the answer. */
  acceptMs: number
}

/**
 * What raises an incident to P0 and sends several steps together. `medical`: injury, breathing trouble, pregnancy, a
 * child alone; `hazard`: smoke or water; `gas`: gas at the shut-off limit; `area`: part of an area event.
 */
export const TRIGGERS = ['medical', 'hazard', 'gas', 'area'] as const
export type Trigger = (typeof TRIGGERS)[number]

/** Sent besides the steps; `info` is told and never counts as a rescuer. */
export interface Beside {
  /** `always`: with the first order. */
  when: Trigger | 'always'
  party: PlanParty
  role: 'medical' | 'site' | 'info' | 'rescue'
}

export interface PlanClocks {
  /** From the order to the arrival. */
  arriveMs: number
  /** From the arrival until everybody is out. */
  releaseMs: number
  /** A suspicion waits this long for a dispatcher's word. */
  confirmMs: number
  /** Whoever accepted must have set out by then. */
  departMs: number
  /** Whoever accepted must have been heard of within this time. */
  hearMs: number
}

export interface Reminder {
  /** From the first report. */
  afterMs: number
  to: ContactRole[]
  /** The draft of the accident report is to be ready. */
  draftReport?: boolean
}

export interface ResponsePlan {
  clocks: PlanClocks
  steps: PlanStep[]
  /** How far the steps go together at once, when one of these is so: a step's number from 0. */
  together: Partial<Record<Trigger, number>>
  beside: Beside[]
  reminders: Reminder[]
  /** From the first report, with people still inside: the accident report is due. */
  reportMs: number
}

/** What a person sets for a kind, a district, or both; what is left out is as in the wider plan. */
export interface PlanChange extends Partial<Omit<ResponsePlan, 'clocks'>> {
  kind: EquipmentKind | null
  district: string | null
  clocks?: Partial<PlanClocks>
}

export interface PlanVersion {
  version: number
  author: string
  authorName: string
  reason: string
  /** ms since 1970. */
  at: number
}
