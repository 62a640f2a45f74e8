/** Somebody who could be sent, and why. */
import type { OrganisationTable } from '../database/tables.js'
import type { OrganisationType } from '../model/incident.js'
import type { AssignmentRole } from '../model/incident-view.js'

export interface Considered {
  party: string
  partyName: string
  crew: string | null
  km: number | null
  /** Until they are there, with what they have in hand. */
  minutes: number | null
  /** `unknown`: they keep no roster. */
  duty: 'certified' | 'uncertified' | 'unknown' | 'off'
  /** Rescues they are sent to already. */
  load: number
}

export interface Candidate {
  party: string | null
  partyName: string
  role: AssignmentRole
  person?: string | undefined
  crew?: string | null
  /** Stable key, with the distance where it decided. */
  chosenBecause: string
  /** Who else could have been sent, best first, with the reasons. */
  considered?: Considered[]
}

export function candidateOf(organisation: OrganisationTable, because: string): Candidate {
  return {
    party: organisation.id,
    partyName: organisation.name,
    role: roleOf(organisation.type),
    chosenBecause: because,
  }
}

function roleOf(type: OrganisationType): AssignmentRole {
  switch (type) {
    case 'maintainer':
    case 'use-unit':
    case 'station':
      return type
    case 'centre':
    case 'office':
    case 'inspection-body':
      return 'other'
  }
}
