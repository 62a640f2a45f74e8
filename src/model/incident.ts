/** Incidents, assignments and deadlines: the words of the desk. Names are fixed by the contract, §6. */

export const PRIORITIES = ['P0', 'P1', 'P2', 'P3', 'P4'] as const
export type Priority = (typeof PRIORITIES)[number]

export const INCIDENT_CLASSES = [
  'trapped',
  'movement',
  'door',
  'speed',
  'safety-circuit',
  'levelling',
  'vibration',
  'water',
  'pressure',
  'flame',
  'gas',
  'combustion',
  'temperature',
  'emission',
  'sensor',
  'offline',
  'power',
  'area',
  'fault',
  'other',
] as const
export type IncidentClass = (typeof INCIDENT_CLASSES)[number]

/** What a finding, a call or a correction may name: an area event is never said, it comes about. */
export const SAID_CLASSES: readonly IncidentClass[] = INCIDENT_CLASSES.filter((one) => one !== 'area')

export const INCIDENT_STATUSES = [
  'open',
  'confirmed',
  'dispatched',
  'accepted',
  'on-site',
  'released',
  'resolved',
  'closed',
  'false-alarm',
] as const
export type IncidentStatus = (typeof INCIDENT_STATUSES)[number]

export const OUTCOMES = [
  'freed-by-level-1',
  'freed-by-level-2',
  'freed-by-fire',
  'freed-by-use-unit',
  'self-released',
  'nobody-inside',
  'not-a-trap',
  'false-alarm',
  'fixed',
] as const
export type Outcome = (typeof OUTCOMES)[number]

export const INCIDENT_SOURCES = ['rule', 'call', 'button', 'manual', 'drill'] as const
export type IncidentSource = (typeof INCIDENT_SOURCES)[number]

export const ASSIGNMENT_STATUSES = [
  'offered',
  'accepted',
  'departed',
  'arrived',
  'declined',
  'expired',
  'recalled',
  'ended',
] as const
export type AssignmentStatus = (typeof ASSIGNMENT_STATUSES)[number]

export type RescueLevel = 1 | 2 | 3

export const DEADLINE_KINDS = [
  'confirm-by',
  'accept-by',
  'arrive-by',
  'release-by',
  're-check',
  'attend',
  'depart-by',
  'check-call',
  'hear-by',
  'remind',
  'report-by',
] as const
export type DeadlineKind = (typeof DEADLINE_KINDS)[number]

export const ACTIONS = [
  'confirm',
  'dispatch',
  'accept',
  'decline',
  'depart',
  'arrive',
  'release',
  'resolve',
  'review',
  'close',
  'false-alarm',
  'reopen',
  'take',
  'handover',
  'update',
  'locate',
  'recall',
  'transfer',
  'contact',
  'callback',
  'merge',
  'split',
  'note',
] as const
export type Action = (typeof ACTIONS)[number]

/** At most one incident is open for an equipment and a group. */
export type IncidentGroup = 'life-safety' | IncidentClass

/** `life-safety` holds `trapped` and every P0/P1 `movement`, `door`, `speed`; otherwise the class is the group (contract §6). */
export function groupOf(incidentClass: IncidentClass, priority: Priority): IncidentGroup {
  if (incidentClass === 'trapped') return 'life-safety'
  const urgent = priority === 'P0' || priority === 'P1'
  const couldTrap = incidentClass === 'movement' || incidentClass === 'door' || incidentClass === 'speed'
  return urgent && couldTrap ? 'life-safety' : incidentClass
}

/** The more urgent of the two: priority only rises. */
export function higherPriority(a: Priority, b: Priority): Priority {
  return a < b ? a : b
}

export const ROLES = [
  'admin',
  'dispatcher',
  'maintainer',
  'technician',
  'use-unit',
  'operator',
  'inspection-body',
  'regulator',
] as const
export type Role = (typeof ROLES)[number]

export const ORGANISATION_TYPES = [
  'maintainer',
  'use-unit',
  'station',
  'centre',
  'office',
  'inspection-body',
] as const
export type OrganisationType = (typeof ORGANISATION_TYPES)[number]
