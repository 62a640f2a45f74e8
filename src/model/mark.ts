/**
 * Marks: what a person says is going on at an equipment, why, and until when. Rules know them from the journal, screens
 * show them, and each has an end: nothing is muted for ever.
 */
import { EQUIPMENT_KINDS, type EquipmentKind } from './equipment.js'
import type { Suppression } from './finding.js'
import type { Role } from './incident.js'

export const MARK_KINDS = [
  'mechanic',
  'maintenance',
  'drill',
  'planned',
  'gauge-flush',
  'blowdown',
  'water-alarm-test',
  'valve-test',
] as const
export type MarkKind = (typeof MARK_KINDS)[number]

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

interface MarkRules {
  kinds: readonly EquipmentKind[]
  /** Who may set it on equipment of theirs. */
  roles: readonly Role[]
  /** ms that it lasts unless its end is stated, and the longest that it may. */
  defaultMs: number
  maxMs: number
  /** ms by which it may begin ahead; 0 begins now. */
  aheadMs: number
  /** What it does to findings. */
  suppression: Suppression
}

const MENDERS: readonly Role[] = ['admin', 'dispatcher', 'maintainer', 'technician']
const OPERATORS: readonly Role[] = [...MENDERS, 'operator']

/** A test takes as long as boiler houses take for it; whoever needs longer sets a planned window. Our judgement. */
function boilerTest(minutes: number): MarkRules {
  const ms = minutes * MINUTE_MS
  return {
    kinds: ['boiler'],
    roles: OPERATORS,
    defaultMs: ms,
    maxMs: ms,
    aheadMs: 0,
    suppression: 'test',
  }
}

/** Lengths are our judgement: a working day for whoever is at the machine, a week for what was planned. */
export const MARKS: Readonly<Record<MarkKind, MarkRules>> = {
  mechanic: {
    kinds: EQUIPMENT_KINDS,
    roles: MENDERS,
    defaultMs: 2 * HOUR_MS,
    maxMs: 12 * HOUR_MS,
    aheadMs: 0,
    suppression: 'mechanic-present',
  },
  maintenance: {
    kinds: EQUIPMENT_KINDS,
    roles: MENDERS,
    defaultMs: 4 * HOUR_MS,
    maxMs: DAY_MS,
    aheadMs: 0,
    suppression: 'muted',
  },
  drill: {
    kinds: EQUIPMENT_KINDS,
    roles: OPERATORS,
    defaultMs: HOUR_MS,
    maxMs: 4 * HOUR_MS,
    aheadMs: 0,
    suppression: 'drill',
  },
  planned: {
    kinds: EQUIPMENT_KINDS,
    roles: MENDERS,
    defaultMs: 4 * HOUR_MS,
    maxMs: 7 * DAY_MS,
    aheadMs: 90 * DAY_MS,
    suppression: 'planned',
  },
  'gauge-flush': boilerTest(3),
  blowdown: boilerTest(3),
  'water-alarm-test': boilerTest(5),
  'valve-test': boilerTest(3),
}

/** Longer than a person explains anything; it stands on every screen that shows the mark. */
export const MAX_MARK_REASON = 300

/**
 * What the journal's `attendance` records carry. A record with the same id again only ever ends the mark earlier, so
 * that records may come twice and in either order.
 */
export interface Mark {
  id: string
  kind: MarkKind
  /** ms since 1970 on our clock. */
  from: number
  until: number
  /** User name of whoever set it. */
  person: string
}

/** A mark as people see it. Times are ms since 1970. */
export interface MarkView {
  id: string
  equipmentId: string
  kind: MarkKind
  reason: string
  from: number
  until: number
  setBy: string
  setAt: number
  endedBy: string | null
  endedAt: number | null
}

/** What a boiler test showed: the switch or limit acted where, and how soon the fuel was off. */
export interface TestRecord {
  findingId: string
  equipmentId: string
  markId: string | null
  /** `null` when the mark is not known any more. */
  test: MarkKind | null
  pattern: string
  /** ms since 1970: when it acted, and when it was normal again or the mark ended. */
  actedAt: number
  endedAt: number | null
  /** Signal and value where it acted. */
  signal: string | null
  value: number | null
  /** ms from then until the fuel was off; `null` when it was off before, stayed on or is not observed. */
  fuelOffMs: number | null
  by: string | null
}
