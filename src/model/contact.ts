/** Whom the desk reaches by function rather than by name: of the centre, of a district, or of one organisation. */

export const CONTACT_ROLES = [
  // Of a company, a station or a use unit.
  'hotline',
  'duty-room',
  'operator',
  'boiler-house',
  'safety-officer',
  'safety-director',
  'principal',
  // Of the centre, for a district or for all.
  'shift-leader',
  'duty-officer',
  'leadership',
  'fire',
  'medical',
  'gas-company',
  'supervision',
] as const
export type ContactRole = (typeof CONTACT_ROLES)[number]

export interface Contact {
  id: string
  /** `null`: of the centre itself. */
  organisationId: string | null
  /** `null`: wherever none is named for the district. */
  district: string | null
  role: ContactRole
  name: string
  phone: string | null
  email: string | null
  /** The account that sees the notice in the browser. */
  userId: string | null
  createdAt: number
}
