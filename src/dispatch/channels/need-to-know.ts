/**
 * Who sees what of a notice: one table, by what the reader has to do. Whatever leaves the service, text or JSON, is made of
 * what `shownTo` returns, so a field that is not in the table reaches nobody.
 */
import type { NoticeTable } from '../../database/tables.js'
import type { Caller, CarReport, Place } from '../../model/incident-view.js'
import type { RescueCard } from '../../model/registry.js'
import { type NoticePayload, payloadOf } from './payload.js'

export const FIELDS = [
  /** What, how urgent, its number. */
  'incident',
  /** The equipment and its address, or where it is in the caller's words. */
  'place',
  /** Coordinates. */
  'position',
  /** How many are inside. */
  'people',
  /** Who of them is hurt, pregnant, a child alone. */
  'condition',
  /** Light, smoke, water, the floor that is shown. */
  'car',
  /** Names and telephone numbers. */
  'callers',
  /** Ways in, keys, brake. */
  'card',
  /** Who is sent, since when. */
  'assignment',
  'reason',
  /** Which other notice has reached nobody. */
  'unreached',
  /** Where the draft of the accident report is. */
  'report',
  /** Whose cover has a gap, whose certificate runs out. */
  'roster',
] as const
export type Field = (typeof FIELDS)[number]

export const READERS = [
  // Dispatchers: callers and conditions stand on their screens, where it is recorded who reads them.
  'desk',
  // Goes there and gets people out.
  'crew',
  // Of the use unit: acts at the machine.
  'house',
  // An organisation that is told and need not go: before an order, after it has ended, about its roster.
  'informed',
  'fire',
  'medical',
  'gas-company',
  // Shift leader and duty officer of the centre.
  'duty',
  'leadership',
  'supervision',
] as const
export type Reader = (typeof READERS)[number]

const NEEDS: Readonly<Record<Reader, readonly Field[]>> = {
  desk: [
    ...(['incident', 'place', 'position', 'people', 'assignment', 'reason'] as const),
    ...(['unreached', 'report', 'roster'] as const),
  ],
  crew: [
    ...(['incident', 'place', 'position', 'people', 'condition', 'car', 'callers', 'card'] as const),
    ...(['assignment', 'reason'] as const),
  ],
  house: ['incident', 'place', 'position', 'people', 'car', 'assignment'],
  informed: ['incident', 'place', 'people', 'assignment', 'reason', 'roster'],
  fire: ['incident', 'place', 'position', 'people', 'condition', 'car', 'callers', 'assignment'],
  medical: ['incident', 'place', 'position', 'people', 'condition', 'callers', 'assignment'],
  'gas-company': ['incident', 'place', 'position', 'assignment'],
  duty: ['incident', 'place', 'people', 'reason', 'report'],
  leadership: ['incident', 'place', 'people', 'report'],
  supervision: ['incident', 'place', 'people'],
}

export function readerOf(notice: NoticeTable): Reader {
  const { party, role, kind } = notice
  if (party !== null && role !== null) return 'house'
  if (party !== null) {
    const goes = payloadOf(notice).assignment?.party === party
    const over = kind === 'assignment-expired' || kind === 'assignment-recalled'
    return goes && !over ? 'crew' : 'informed'
  }
  switch (role) {
    case null:
      return 'desk'
    case 'fire':
    case 'medical':
    case 'gas-company':
    case 'leadership':
      return role
    case 'shift-leader':
    case 'duty-officer':
      return 'duty'
    case 'supervision':
    // No notice goes to these of the centre; whoever they were would see the least.
    case 'hotline':
    case 'duty-room':
    case 'operator':
    case 'boiler-house':
    case 'safety-officer':
    case 'safety-director':
    case 'principal':
      return 'supervision'
  }
}

/** What callers have said until now. */
export interface Said {
  callers: readonly Caller[]
  /** Keys of `VULNERABLE`, and free words. */
  vulnerable: readonly string[]
  car: CarReport | null
}

export interface Facts {
  payload: NoticePayload
  said: Said | null
  card: RescueCard | null
}

type Incident = NonNullable<NoticePayload['incident']>
type Equipment = NonNullable<NoticePayload['equipment']>
type CardLines = Pick<RescueCard, 'keyPlace' | 'entrance' | 'machineRoom' | 'dutyRoom' | 'brakeRelease'>

/** Everything that one reader sees; also the notice's JSON. */
export interface Shown extends Omit<NoticePayload, 'incident' | 'equipment'> {
  incident?: (Omit<Incident, 'people' | 'place'> & { people?: number | null; place?: Place | null }) | null
  equipment?: (Omit<Equipment, 'location'> & Partial<Pick<Equipment, 'location'>>) | null
  condition?: readonly string[]
  car?: CarReport
  callers?: Pick<Caller, 'name' | 'phone' | 'role'>[]
  card?: CardLines
}

export function shownTo(reader: Reader, { payload, said, card }: Facts): Shown {
  const sees = (field: Field) => NEEDS[reader].includes(field)
  const { incident, equipment, assignment, reason, unreached, accidentReport } = payload
  return {
    ...(incident && sees('incident') && { incident: incidentFor(incident, sees) }),
    ...(equipment && sees('place') && { equipment: equipmentFor(equipment, sees) }),
    ...(assignment && sees('assignment') && { assignment }),
    ...(reason !== undefined && sees('reason') && { reason }),
    ...(unreached && sees('unreached') && { unreached }),
    ...(accidentReport && sees('report') && { accidentReport }),
    ...(sees('roster') && rosterOf(payload)),
    ...(said?.vulnerable.length && sees('condition') && { condition: said.vulnerable }),
    ...(said?.car && sees('car') && { car: said.car }),
    ...(said?.callers.length && sees('callers') && { callers: said.callers.map(callerOf) }),
    ...(card && sees('card') && { card: linesOf(card) }),
  }
}

function incidentFor(incident: Incident, sees: (field: Field) => boolean): NonNullable<Shown['incident']> {
  const { id, number, class: kind, priority, status, drill, people, place } = incident
  return {
    ...{ id, number, class: kind, priority, status, drill },
    ...(sees('people') && { people }),
    ...(sees('place') && { place: place && placeFor(place, sees('position')) }),
  }
}

function placeFor(place: Place, withPosition: boolean): Place {
  const { lat, lon, ...words } = place
  return withPosition ? place : words
}

function equipmentFor(
  equipment: Equipment,
  sees: (field: Field) => boolean,
): NonNullable<Shown['equipment']> {
  const { id, name, rescueCode, district, address, location } = equipment
  return { id, name, rescueCode, district, address, ...(sees('position') && { location }) }
}

function rosterOf({ organisationName, beginsAt, organisation, gap, certificate, handover }: NoticePayload) {
  return {
    ...(organisationName && { organisationName }),
    ...(beginsAt && { beginsAt }),
    ...(organisation && { organisation }),
    ...(gap && { gap }),
    ...(certificate && { certificate }),
    ...(handover && { handover }),
  }
}

function callerOf({ name, phone, role }: Caller) {
  return { ...(name && { name }), ...(phone && { phone }), ...(role && { role }) }
}

function linesOf({ keyPlace, entrance, machineRoom, dutyRoom, brakeRelease }: RescueCard): CardLines {
  return {
    ...(keyPlace && { keyPlace }),
    ...(entrance && { entrance }),
    ...(machineRoom && { machineRoom }),
    ...(dutyRoom && { dutyRoom }),
    ...(brakeRelease && { brakeRelease }),
  }
}
