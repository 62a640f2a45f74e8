/** The books of the roster, as the registry hands them out: contacts, people and their papers, crews, shifts, handovers. */
import type { Database } from '../../database/database.js'
import { type ContactBook, createContactBook } from './contacts.js'
import { type CrewBook, createCrewBook } from './crews.js'
import { createHandoverBook, type HandoverBook } from './handovers.js'
import { createMemberPapers, type MemberPapers } from './member-papers.js'
import { createMemberBook, type MemberBook } from './members.js'
import { createRosterView, type RosterView } from './roster-view.js'
import { createShiftBook, type ShiftBook } from './shifts.js'

export interface Rosters {
  contacts: ContactBook
  members: MemberBook
  papers: MemberPapers
  crews: CrewBook
  shifts: ShiftBook
  handovers: HandoverBook
  view: RosterView
}

export function createRosters(options: {
  database: Database
  /** ms since 1970. */
  now: () => number
  newId: () => string
}): Rosters {
  return {
    contacts: createContactBook(options),
    members: createMemberBook(options),
    papers: createMemberPapers(options),
    crews: createCrewBook(options),
    shifts: createShiftBook(options),
    handovers: createHandoverBook(options),
    view: createRosterView(options),
  }
}
