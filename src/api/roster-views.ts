/** The words of the roster as the API says them: the same names, times as ISO 8601. */
import type { Contact as InsideContact } from '../model/contact.js'
import type * as inside from '../model/roster.js'
import type { OrganisationRoster as InsideRoster } from '../registry/roster/roster-view.js'
import type { Contact, Crew, Member, OrganisationRoster, Shift } from './roster-schemas.js'
import { iso, isoOrNull } from './times.js'

export function viewContact(contact: InsideContact): Contact {
  return { ...contact, createdAt: iso(contact.createdAt) }
}

export function viewMember(member: inside.Member): Member {
  return {
    ...member,
    certificates: member.certificates.map((one) => ({ ...one, validUntil: iso(one.validUntil) })),
    leave: member.leave.map((one) => ({ ...one, from: iso(one.from), until: iso(one.until) })),
    createdAt: iso(member.createdAt),
    endedAt: isoOrNull(member.endedAt),
  }
}

export function viewCrew(crew: inside.Crew): Crew {
  return { ...crew, createdAt: iso(crew.createdAt), endedAt: isoOrNull(crew.endedAt) }
}

export function viewShift(shift: inside.Shift): Shift {
  return {
    ...shift,
    ...timesOf(shift),
    createdAt: iso(shift.createdAt),
    endedAt: isoOrNull(shift.endedAt),
  }
}

export function viewRoster({ shifts, gaps, ...organisation }: InsideRoster): OrganisationRoster {
  return {
    ...organisation,
    shifts: shifts.map((shift) => ({ ...shift, ...timesOf(shift) })),
    gaps: gaps.map((gap) => ({ ...gap, from: iso(gap.from), until: iso(gap.until) })),
  }
}

function timesOf({
  from,
  until,
  onFrom,
  onUntil,
  handover,
}: Pick<inside.Shift, 'from' | 'until' | 'onFrom' | 'onUntil' | 'handover'>) {
  return {
    ...{ from: iso(from), until: iso(until), onFrom: iso(onFrom), onUntil: iso(onUntil) },
    handover: handover && {
      ...handover,
      at: iso(handover.at),
      acknowledgedAt: isoOrNull(handover.acknowledgedAt),
    },
  }
}
