/** Between the registry's words and its rows: equipment as stored, as shown, and as the journal tells the rules. */
import type { Tx } from '../database/database.js'
import type { EquipmentTable } from '../database/tables.js'
import {
  EQUIPMENT_ID_PATTERN,
  EQUIPMENT_KINDS,
  type EquipmentFacts,
  isEquipmentId,
  PROFILES,
} from '../model/equipment.js'
import type { Equipment } from '../model/registry.js'
import { type Fault, locationFault, textFault } from './access.js'
import type { EquipmentChange, NewEquipment } from './equipment.js'

export function equipmentOf(row: EquipmentTable): Equipment {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    rescueCode: row.rescue_code,
    registrationCode: row.registration_code,
    certificateNo: row.certificate_no,
    district: row.district,
    address: row.address,
    site: row.site,
    location: row.lat === null || row.lon === null ? null : { lat: row.lat, lon: row.lon },
    maintainerId: row.maintainer_id,
    useUnitId: row.use_unit_id,
    profile: row.profile,
    attributes: JSON.parse(row.attributes_json),
    rescueCard: row.rescue_card_json === null ? null : JSON.parse(row.rescue_card_json),
    provisional: row.provisional === 1,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export function factsOf(
  row: Pick<EquipmentTable, 'id' | 'kind' | 'profile' | 'attributes_json' | 'maintainer_id' | 'version'>,
): EquipmentFacts {
  return {
    id: row.id,
    kind: row.kind,
    profile: row.profile,
    attributes: JSON.parse(row.attributes_json),
    ...(row.maintainer_id !== null && { maintainer: row.maintainer_id }),
    version: row.version,
  }
}

/** `id` is settled by now. */
export function newRow(
  input: NewEquipment & { id: string },
  provisional: boolean,
  now: number,
): EquipmentTable {
  return withSearch({
    id: input.id,
    kind: input.kind,
    name: input.name.trim(),
    rescue_code: input.rescueCode ?? null,
    registration_code: input.registrationCode ?? null,
    certificate_no: input.certificateNo ?? null,
    district: input.district ?? null,
    address: input.address ?? null,
    site: siteName(input.site),
    lat: input.location?.lat ?? null,
    lon: input.location?.lon ?? null,
    maintainer_id: input.maintainerId ?? null,
    use_unit_id: input.useUnitId ?? null,
    profile: input.profile ?? 'plain',
    attributes_json: JSON.stringify(input.attributes ?? {}),
    rescue_card_json: input.rescueCard ? JSON.stringify(input.rescueCard) : null,
    provisional: provisional ? 1 : 0,
    version: 1,
    search: '',
    journaled_at: now,
    created_at: now,
    updated_at: now,
  })
}

/** What is left out stays, `null` clears. */
export function changedRow(row: EquipmentTable, change: EquipmentChange, now: number): EquipmentTable {
  const keep = <T>(value: T | undefined, before: T): T => (value === undefined ? before : value)
  const { location, attributes, rescueCard } = change
  return withSearch({
    ...row,
    name: keep(change.name?.trim(), row.name),
    rescue_code: keep(change.rescueCode, row.rescue_code),
    registration_code: keep(change.registrationCode, row.registration_code),
    certificate_no: keep(change.certificateNo, row.certificate_no),
    district: keep(change.district, row.district),
    address: keep(change.address, row.address),
    site: change.site === undefined ? row.site : siteName(change.site),
    lat: location === undefined ? row.lat : (location?.lat ?? null),
    lon: location === undefined ? row.lon : (location?.lon ?? null),
    maintainer_id: keep(change.maintainerId, row.maintainer_id),
    use_unit_id: keep(change.useUnitId, row.use_unit_id),
    profile: keep(change.profile, row.profile),
    attributes_json: attributes === undefined ? row.attributes_json : JSON.stringify(attributes),
    rescue_card_json:
      rescueCard === undefined ? row.rescue_card_json : rescueCard && JSON.stringify(rescueCard),
    version: row.version + 1,
    journaled_at: now,
    updated_at: now,
  })
}

function withSearch(row: EquipmentTable): EquipmentTable {
  const parts = [
    row.id,
    row.name,
    row.address,
    row.site,
    row.rescue_code,
    row.registration_code,
    row.certificate_no,
  ]
  return { ...row, search: parts.filter(Boolean).join('\n').toLowerCase() }
}

/** Sites are told apart by their text, so a space too many must not make two of one. */
function siteName(text: string | null | undefined): string | null {
  return text?.replace(/\s+/g, ' ').trim() || null
}

/** Everything that is wrong with a new equipment; `prefix` names its row in an import. */
export function faultsOfNew(input: NewEquipment, prefix = ''): Fault[] {
  const faults = [
    ...textFault(`${prefix}name`, input.name),
    ...locationFault(`${prefix}location`, input.location),
  ]
  if (input.id !== undefined && !isEquipmentId(input.id))
    faults.push({
      field: `${prefix}id`,
      message: `must match ${EQUIPMENT_ID_PATTERN} and not be "lookup" or "import"`,
    })
  if (!EQUIPMENT_KINDS.includes(input.kind))
    faults.push({ field: `${prefix}kind`, message: `must be one of ${EQUIPMENT_KINDS.join(', ')}` })
  if (input.profile !== undefined && !PROFILES.includes(input.profile))
    faults.push({ field: `${prefix}profile`, message: `must be one of ${PROFILES.join(', ')}` })
  return faults
}

export function faultsOfChange(change: EquipmentChange): Fault[] {
  const faults = locationFault('location', change.location)
  if (change.name !== undefined) faults.push(...textFault('name', change.name))
  if (change.profile !== undefined && !PROFILES.includes(change.profile))
    faults.push({ field: 'profile', message: `must be one of ${PROFILES.join(', ')}` })
  return faults
}

/** The change and what the rules must know of it, together or not at all. */
export async function tellJournal(tx: Tx, rows: readonly EquipmentTable[], now: number): Promise<void> {
  const records = rows.map((row) => ({
    kind: 'equipment' as const,
    equipment: row.id,
    payload: JSON.stringify(factsOf(row)),
    written_at: now,
  }))
  for (let start = 0; start < records.length; start += CHUNK)
    await tx.db
      .insertInto('outbox')
      .values(records.slice(start, start + CHUNK))
      .execute()
}

/** Rows of one statement: both databases bound the number of parameters. */
export const CHUNK = 500
