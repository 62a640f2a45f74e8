/** Equipment: made, changed, listed and found by its codes. Who sees what is decided here, by role and organisation. */
import type { Database, Tx } from '../database/database.js'
import { once } from '../database/idempotency.js'
import { containing, decodeCursor, limitOf, pageOf } from '../database/page.js'
import { ownEquipment, visibleEquipment } from '../database/scope.js'
import type { EquipmentTable } from '../database/tables.js'
import { TesheError } from '../errors.js'
import {
  EQUIPMENT_ID_PATTERN,
  type EquipmentAttributes,
  type EquipmentFacts,
  type EquipmentKind,
  isEquipmentId,
  type Profile,
} from '../model/equipment.js'
import type { Place } from '../model/incident-view.js'
import type { Equipment, Location, RescueCard } from '../model/registry.js'
import type { ListPage, ListQuery, Viewer } from '../model/viewer.js'
import type { Bus } from '../runtime/bus.js'
import { refuseFaults, requireRole } from './access.js'
import { auditChange } from './audit.js'
import { takeNames } from './device-secrets.js'
import {
  CHUNK,
  changedRow,
  equipmentOf,
  factsOf,
  faultsOfChange,
  faultsOfNew,
  newRow,
  tellJournal,
} from './equipment-rows.js'
import { requireOrganisations } from './organisations.js'

export interface NewEquipment {
  id?: string | undefined
  kind: EquipmentKind
  name: string
  rescueCode?: string | null | undefined
  registrationCode?: string | null | undefined
  certificateNo?: string | null | undefined
  district?: string | null | undefined
  address?: string | null | undefined
  site?: string | null | undefined
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
  site?: string | undefined
  kind?: EquipmentKind | undefined
  /** Part of id, name, address or a code. */
  text?: string | undefined
}

export interface EquipmentBook {
  /** Throws EQUIPMENT_EXISTS, EQUIPMENT_ID_INVALID, LOGIN_NAME_TAKEN, CODE_TAKEN, ORGANISATION_UNKNOWN, ROLE_FORBIDDEN (admin and dispatcher only). */
  create(equipment: NewEquipment, by: Viewer, key?: string): Promise<Equipment>
  /** The same inside somebody else's transaction. */
  createIn(tx: Tx, equipment: NewEquipment, by: Viewer): Promise<Equipment>
  /** All rows or none; the faults of all rows are in `fields` of REQUEST_INVALID as `rows[3].rescueCode`, counted from 0. */
  createAll(rows: readonly NewEquipment[], by: Viewer, key?: string): Promise<Equipment[]>
  /** Inside somebody else's transaction: a lift known only by where it is, until somebody registers it properly. Returns its id. */
  createProvisional(tx: Tx, place: Place, by: Viewer): Promise<string>
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
  /** What the journal says of every equipment. */
  facts(): Promise<EquipmentFacts[]>
}

/** What those who keep an equipment may change of it. */
const KEEPERS_FIELDS: readonly string[] = ['name', 'rescueCard']

export function createEquipmentBook({
  database,
  bus,
  now,
  newId,
}: {
  database: Database
  bus: Bus
  now: () => number
  newId: () => string
}): EquipmentBook {
  async function insert(tx: Tx, rows: readonly EquipmentTable[], by: Viewer): Promise<void> {
    await requireOrganisations(
      tx,
      rows.flatMap((row) => [row.maintainer_id, row.use_unit_id]),
    )
    await takeNames(tx, { names: rows.map((row) => row.id), kind: 'device', now: now() })
    for (let start = 0; start < rows.length; start += CHUNK / 10)
      await tx.db
        .insertInto('equipment')
        .values(rows.slice(start, start + CHUNK / 10))
        .execute()
    await tellJournal(tx, rows, now())
    for (const row of rows) {
      await auditChange(tx, { by, action: 'equipment.create', subject: row.id, at: now() })
      tx.afterCommit(() => bus.publish('equipment', { id: row.id }))
    }
    tx.afterCommit(() => bus.publish('outbox', {}))
  }

  function rowFor(input: NewEquipment): EquipmentTable {
    const id = input.id ?? `EQ-${newId().slice(0, 13)}`
    return newRow({ ...input, id }, false, now())
  }

  function refuseUnfit(input: NewEquipment, by: Viewer): void {
    requireRole(by, ['admin', 'dispatcher'], 'create equipment')
    if (input.id !== undefined && !isEquipmentId(input.id))
      throw new TesheError('EQUIPMENT_ID_INVALID', [input.id, EQUIPMENT_ID_PATTERN])
    refuseFaults(faultsOfNew(input))
  }

  async function createOne(tx: Tx, input: NewEquipment, by: Viewer): Promise<Equipment> {
    const row = rowFor(input)
    const existing = await tx.db
      .selectFrom('equipment')
      .select('id')
      .where('id', '=', row.id)
      .executeTakeFirst()
    if (existing) throw new TesheError('EQUIPMENT_EXISTS', [row.id])
    await refuseTakenCodes(tx, row)
    await insert(tx, [row], by)
    return equipmentOf(row)
  }

  return {
    async create(input, by, key) {
      refuseUnfit(input, by)
      return await database.transaction((tx) =>
        once({
          tx,
          owner: by.userId,
          key,
          request: ['equipment', input],
          now: now(),
          work: () => createOne(tx, input, by),
        }),
      )
    },

    async createAll(inputs, by, key) {
      requireRole(by, ['admin', 'dispatcher'], 'import equipment')
      refuseFaults(inputs.flatMap((input, i) => faultsOfNew(input, `rows[${i}].`)))
      return await database.transaction((tx) =>
        once({
          tx,
          owner: by.userId,
          key,
          request: ['equipment', inputs],
          now: now(),
          work: async () => {
            const rows = inputs.map(rowFor)
            await refuseRepeats(tx, rows)
            await insert(tx, rows, by)
            return rows.map(equipmentOf)
          },
        }),
      )
    },

    async createIn(tx, input, by) {
      refuseUnfit(input, by)
      return await createOne(tx, input, by)
    },

    async createProvisional(tx, place, by) {
      const { text, district, lat, lon } = place
      const input: NewEquipment = {
        kind: 'elevator',
        name: text,
        address: text,
        district,
        location: lat === undefined || lon === undefined ? undefined : { lat, lon },
      }
      refuseFaults(faultsOfNew(input))
      const row = newRow({ ...input, id: `PROV-${newId().slice(0, 13)}` }, true, now())
      await insert(tx, [row], by)
      return row.id
    },

    async update(id, change, by) {
      requireRole(by, ['admin', 'dispatcher', 'maintainer', 'use-unit'], 'change equipment')
      refuseFaults(faultsOfChange(change))
      if (by.role === 'maintainer' || by.role === 'use-unit') {
        const other = Object.keys(change).find((field) => !KEEPERS_FIELDS.includes(field))
        if (other !== undefined) throw new TesheError('ROLE_FORBIDDEN', [by.role, `change ${other}`])
      }
      return await database.transaction(async (tx) => {
        let own = tx.db
          .selectFrom('equipment')
          .selectAll()
          .where('id', '=', id)
          .where((eb) => ownEquipment(eb, by))
        if (tx.dialect === 'postgres') own = own.forUpdate()
        const before = await own.executeTakeFirst()
        if (!before) throw new TesheError('EQUIPMENT_UNKNOWN', [id])
        const row = changedRow(before, change, now())
        await requireOrganisations(tx, [change.maintainerId, change.useUnitId])
        await refuseTakenCodes(tx, row)
        await tx.db.updateTable('equipment').set(row).where('id', '=', id).execute()
        await tellJournal(tx, [row], now())
        const detail = { fields: Object.keys(change), version: row.version }
        await auditChange(tx, { by, action: 'equipment.update', subject: id, detail, at: now() })
        tx.afterCommit(() => bus.publish('equipment', { id }))
        tx.afterCommit(() => bus.publish('outbox', {}))
        return equipmentOf(row)
      })
    },

    async get(id, viewer) {
      const row = await database.db
        .selectFrom('equipment')
        .selectAll()
        .where('id', '=', id)
        .where((eb) => visibleEquipment(eb, viewer, now()))
        .executeTakeFirst()
      if (!row) throw new TesheError('EQUIPMENT_UNKNOWN', [id])
      return equipmentOf(row)
    },

    async list(query, viewer) {
      const limit = limitOf(query)
      const after = decodeCursor(query.cursor, [''])
      let rows = database.db
        .selectFrom('equipment')
        .selectAll()
        .where((eb) => ownEquipment(eb, viewer))
      if (query.district) rows = rows.where('district', '=', query.district)
      if (query.maintainerId) rows = rows.where('maintainer_id', '=', query.maintainerId)
      if (query.useUnitId) rows = rows.where('use_unit_id', '=', query.useUnitId)
      if (query.site) rows = rows.where('site', '=', query.site)
      if (query.kind) rows = rows.where('kind', '=', query.kind)
      if (query.text) rows = rows.where('search', 'like', containing(query.text))
      if (after) rows = rows.where('id', '>', String(after[0]))
      return pageOf({
        rows: await rows
          .orderBy('id')
          .limit(limit + 1)
          .execute(),
        limit,
        keyOf: (row) => [row.id],
        toItem: equipmentOf,
      })
    },

    async lookup(code, viewer) {
      for (const column of ['rescue_code', 'registration_code', 'certificate_no', 'id'] as const) {
        const row = await database.db
          .selectFrom('equipment')
          .selectAll()
          .where(column, '=', code)
          .where((eb) => visibleEquipment(eb, viewer, now()))
          .orderBy('id')
          .executeTakeFirst()
        if (row) return equipmentOf(row)
      }
      throw new TesheError('CODE_UNKNOWN', [code])
    },

    async visible(ids, viewer) {
      const found = new Set<string>()
      for (let start = 0; start < ids.length; start += CHUNK) {
        const rows = await database.db
          .selectFrom('equipment')
          .select('id')
          .where('id', 'in', ids.slice(start, start + CHUNK))
          .where((eb) => visibleEquipment(eb, viewer, now()))
          .execute()
        for (const row of rows) found.add(row.id)
      }
      return found
    },

    async facts() {
      const rows = await database.db
        .selectFrom('equipment')
        .select(['id', 'kind', 'profile', 'attributes_json', 'maintainer_id', 'version'])
        .orderBy('id')
        .execute()
      return rows.map(factsOf)
    },
  }
}

/** Codes stay with their equipment for good. Throws CODE_TAKEN. */
async function refuseTakenCodes(tx: Tx, row: EquipmentTable): Promise<void> {
  for (const [column, field] of CODES) {
    const code = row[column]
    if (code === null) continue
    const taken = await tx.db
      .selectFrom('equipment')
      .select('id')
      .where(column, '=', code)
      .where('id', '!=', row.id)
      .executeTakeFirst()
    if (taken) throw new TesheError('CODE_TAKEN', [field, code, taken.id])
  }
}

const CODES = [
  ['rescue_code', 'rescueCode'],
  ['registration_code', 'registrationCode'],
] as const

/** Ids and codes that occur twice in an import, or exist already. Throws REQUEST_INVALID naming the rows. */
async function refuseRepeats(tx: Tx, rows: readonly EquipmentTable[]): Promise<void> {
  const faults: { field: string; message: string }[] = []
  for (const [column, field] of [['id', 'id'] as const, ...CODES]) {
    const firstRow = new Map<string, number>()
    for (const [i, row] of rows.entries()) {
      const value = row[column]
      if (value === null) continue
      const first = firstRow.get(value)
      if (first === undefined) firstRow.set(value, i)
      else faults.push({ field: `rows[${i}].${field}`, message: `${value} is in rows[${first}] already` })
    }
    const values = [...firstRow.keys()]
    for (let start = 0; start < values.length; start += CHUNK) {
      const taken = await tx.db
        .selectFrom('equipment')
        .select(column)
        .where(column, 'in', values.slice(start, start + CHUNK))
        .execute()
      for (const row of taken) {
        const value = row[column] ?? ''
        faults.push({ field: `rows[${firstRow.get(value)}].${field}`, message: `${value} exists already` })
      }
    }
  }
  refuseFaults(faults)
}
