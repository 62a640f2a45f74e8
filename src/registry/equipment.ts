/** Equipment: made, changed, listed and found by its codes. Who sees what is decided here, by role and organisation. */
import type { EquipmentAttributes, EquipmentFacts, EquipmentKind, Profile } from '../model/equipment.js'
import type { Equipment, Location, RescueCard } from '../model/registry.js'
import type { ListPage, ListQuery, Viewer } from '../model/viewer.js'

export interface NewEquipment {
  id?: string | undefined
  kind: EquipmentKind
  name: string
  rescueCode?: string | null | undefined
  registrationCode?: string | null | undefined
  certificateNo?: string | null | undefined
  district?: string | null | undefined
  address?: string | null | undefined
  location?: Location | null | undefined
  maintainerId?: string | null | undefined
  useUnitId?: string | null | undefined
  profile?: Profile | undefined
  attributes?: EquipmentAttributes | undefined
  rescueCard?: RescueCard | null | undefined
}

/** What is left out stays; `null` clears; `attributes` and `rescueCard` replace the whole of theirs. */
export type EquipmentChange = Partial<Omit<NewEquipment, 'id' | 'kind'>>

export interface EquipmentQuery extends ListQuery {
  district?: string | undefined
  maintainerId?: string | undefined
  useUnitId?: string | undefined
  kind?: EquipmentKind | undefined
  /** Part of id, name, address or a code. */
  text?: string | undefined
}

export interface EquipmentBook {
  /** Throws EQUIPMENT_EXISTS, EQUIPMENT_ID_INVALID, CODE_TAKEN, ORGANISATION_UNKNOWN, ROLE_FORBIDDEN (admin and dispatcher only). */
  create(equipment: NewEquipment, by: Viewer, key?: string): Promise<Equipment>
  /** All rows or none; the faults of all rows are in `fields` of REQUEST_INVALID as `rows[3].rescueCode`, counted from 0. */
  createAll(rows: readonly NewEquipment[], by: Viewer, key?: string): Promise<Equipment[]>
  /** A keeper changes its own rescue card and name; the rest is the administrator's and dispatcher's. */
  update(id: string, change: EquipmentChange, by: Viewer): Promise<Equipment>
  /** Own equipment, and that of an assignment offered to the viewer's organisation until 24 h after its end. Throws EQUIPMENT_UNKNOWN. */
  get(id: string, viewer: Viewer): Promise<Equipment>
  /** By id, own equipment only, ordered by id. */
  list(query: EquipmentQuery, viewer: Viewer): Promise<ListPage<Equipment>>
  /** By rescue code, registration code, certificate number or id, in this order. Throws CODE_UNKNOWN. */
  lookup(code: string, viewer: Viewer): Promise<Equipment>
  /** Which of these ids the viewer may watch; the live rooms ask. */
  visible(ids: readonly string[], viewer: Viewer): Promise<Set<string>>
  /** What the journal says of every equipment, for a first start of the rules and for tests. */
  facts(): Promise<EquipmentFacts[]>
}
