/**
 * Who is there when: people of a company or station with certificates and leave, crews, shifts and their handover, and the
 * gaps in cover. Times are ms since 1970; a span holds its begin and not its end.
 */
import type { EquipmentKind } from './equipment.js'
import type { Location } from './registry.js'

/** What a person is certified to do, as a word; how the authority codes it stands in `number`. */
export const CERTIFICATE_CLASSES = [
  'elevator-repair',
  'elevator-rescue',
  'boiler-operation',
  'boiler-repair',
  'boiler-water',
  'safety-management',
  'other',
] as const
export type CertificateClass = (typeof CERTIFICATE_CLASSES)[number]

/** Which classes let a person work on which kind [G]: water treatment and safety management alone let nobody open a machine. */
export const CERTIFIES: Readonly<Record<EquipmentKind, readonly CertificateClass[]>> = {
  elevator: ['elevator-repair', 'elevator-rescue'],
  escalator: ['elevator-repair', 'elevator-rescue'],
  boiler: ['boiler-operation', 'boiler-repair'],
}

/** `duty`: there or on the road; `standby`: at home, to be called in, and no cover by itself. */
export const SHIFT_KINDS = ['duty', 'standby'] as const
export type ShiftKind = (typeof SHIFT_KINDS)[number]

export interface Certificate {
  id: string
  class: CertificateClass
  number: string
  /** The first moment at which it counts no more. */
  validUntil: number
}

export interface Leave {
  id: string
  from: number
  until: number
  reason: string
}

/** A person of an organisation, with or without an account. */
export interface Member {
  id: string
  organisationId: string
  name: string
  phone: string | null
  email: string | null
  /** The account that sees notices in the browser. */
  userId: string | null
  certificates: Certificate[]
  /** What is not over. */
  leave: Leave[]
  createdAt: number
  endedAt: number | null
}

export interface Crew {
  id: string
  organisationId: string
  name: string
  /** Where it waits; `null`: where its organisation is. */
  location: Location | null
  /** `null`: all. */
  districts: string[] | null
  kinds: EquipmentKind[]
  memberIds: string[]
  createdAt: number
  endedAt: number | null
}

/** Handed over and not acknowledged: the people of the earlier shift stay responsible, beside those of the next. */
export interface Handover {
  /** Who hands over, and to whom. */
  fromMemberId: string
  toMemberId: string
  toShiftId: string
  at: number
  note: string
  acknowledgedAt: number | null
  acknowledgedBy: string | null
}

export interface Shift {
  id: string
  crewId: string
  kind: ShiftKind
  from: number
  until: number
  /** From when and until when its people are responsible, as handed over; else as planned. */
  onFrom: number
  onUntil: number
  memberIds: string[]
  handover: Handover | null
  createdAt: number
  endedAt: number | null
}

/** Why a span is not covered: no shift, everybody on leave, nobody for the district, nobody certified, a certificate that ran out. */
export const GAP_CAUSES = ['no-shift', 'leave', 'district', 'uncertified', 'certificate-expired'] as const
export type GapCause = (typeof GAP_CAUSES)[number]

export interface Gap {
  /** `null`: nobody at all; else nobody who may work on this kind. */
  kind: EquipmentKind | null
  from: number
  until: number
  because: GapCause[]
  /** Where equipment of the kind stands without cover. */
  districts: string[]
}
