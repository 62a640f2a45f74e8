/**
 * Who a notice goes to. A party: its hotline and whoever is on duty there; a role: the contact of that role, of the party
 * or of the centre for the district. Where none is entered, the rescue card of the equipment is asked.
 */
import type { Tx } from '../../database/database.js'
import type { EquipmentTable, NoticeTable } from '../../database/tables.js'
import type { Contact, ContactRole } from '../../model/contact.js'
import type { RescueCard } from '../../model/registry.js'
import { contactsFor } from '../../registry/roster/contacts-for.js'
import { teamsOnDuty } from '../../registry/roster/duty.js'
import type { Recipient } from './planned.js'

export interface AddressBook {
  tx: Tx
  /** The equipment that it is about. */
  equipment: EquipmentTable | undefined
  /** The crew that it asks; `null`: any of the party. */
  crew: string | null
  /** ms since 1970. */
  now: number
}

/** So many of those on duty are called at once; the hotline knows the others. */
const MOST_MEMBERS = 4

export async function recipientsOf(notice: NoticeTable, book: AddressBook): Promise<Recipient[]> {
  const { party, role, district } = notice
  if (party === null && role === null) return []
  const wanted = role ?? 'hotline'
  const contacts = await contactsFor(book.tx, { organisationId: party, district, roles: [wanted] })
  if (party === null) return distinct(localOnes(contacts).map(recipientFrom))
  const known = contacts.length > 0 ? contacts.map(recipientFrom) : fromCard(book, party, wanted)
  return distinct(role === null ? [...known, ...(await onDuty(book, party))] : known)
}

/** Those of the district where there are any, else those for everywhere. */
function localOnes(contacts: Contact[]): Contact[] {
  const local = contacts.filter(({ district }) => district !== null)
  return local.length > 0 ? local : contacts
}

/** The crew that is asked, else everybody; who holds the certificate first. */
async function onDuty({ tx, equipment, crew, now }: AddressBook, party: string): Promise<Recipient[]> {
  const kind = equipment?.kind ?? 'elevator'
  const teams = await teamsOnDuty(tx, { organisationIds: [party], kind, at: now })
  const asked = teams.filter(({ crewId }) => crewId === crew)
  return (asked.length > 0 ? asked : teams)
    .flatMap(({ members }) => members)
    .sort((a, b) => Number(b.certified) - Number(a.certified))
    .slice(0, MOST_MEMBERS)
    .map(({ id, name, phone, userId }) => ({ key: `member:${id}`, name, phone, email: null, userId }))
}

/** Whoever speaks for the party as a whole, so that their no is the party's. */
export function speaksForParty(recipientKey: string): boolean {
  return !recipientKey.startsWith('member:')
}

function recipientFrom({ id, name, phone, email, userId }: Contact): Recipient {
  return { key: `contact:${id}`, name, phone, email, userId }
}

/** The rescue card speaks for the keeper and for the use unit, in words that hold a number somewhere. */
function fromCard({ equipment }: AddressBook, party: string, role: ContactRole): Recipient[] {
  if (!equipment?.rescue_card_json) return []
  const card: RescueCard = JSON.parse(equipment.rescue_card_json)
  const lines = {
    companyPhone: card.companyPhone,
    dutyRoom: card.dutyRoom,
    safetyOfficer: card.safetyOfficer,
  }
  const asked: (keyof typeof lines)[] = []
  if (party === equipment.maintainer_id && role === 'hotline') asked.push('companyPhone')
  if (party === equipment.use_unit_id) asked.push(...useUnitLines(role))
  for (const line of asked) {
    const phone = phoneIn(lines[line])
    if (phone) return [{ key: `card:${line}`, name: line, phone, email: null, userId: null }]
  }
  return []
}

function useUnitLines(role: ContactRole): ('dutyRoom' | 'safetyOfficer')[] {
  switch (role) {
    case 'hotline':
    case 'duty-room':
    case 'operator':
    case 'boiler-house':
      return ['dutyRoom', 'safetyOfficer']
    case 'safety-officer':
    case 'safety-director':
    case 'principal':
      return ['safetyOfficer', 'dutyRoom']
    default:
      return []
  }
}

/** The first number in a line that a person wrote, such as `张工 138 0000 0001`. */
export function phoneIn(text: string | undefined): string | null {
  const found = /\+?\d[\d\s-]{4,}\d/.exec(text ?? '')?.[0].replace(/[\s-]/g, '')
  return found ?? null
}

/** One number is called once, whoever shares it. */
function distinct(recipients: Recipient[]): Recipient[] {
  const seen = new Set<string>()
  return recipients.filter(({ key, phone }) => {
    const mark = phone ?? key
    if (seen.has(mark)) return false
    seen.add(mark)
    return true
  })
}
