/** Equipment over HTTP: the registry's record, its latest state, its history. What the caller may not see does not exist. */
import type { Static } from 'typebox'
import type { Incidents } from '../incidents/incidents.js'
import type { Latest } from '../live/latest.js'
import type { EquipmentBook } from '../registry/equipment.js'
import type { Observability } from '../rules/messages.js'
import type {
  EquipmentChange,
  EquipmentQuery,
  EquipmentState,
  EventQuery,
  HistoryQuery,
  LookupQuery,
  NewEquipment,
} from './equipment-schemas.js'
import { type HistoryReader, readEvents, readSeries } from './history.js'
import type { Call } from './route.js'
import type { EquipmentParams } from './schemas.js'
import { iso, isoOrNull } from './times.js'
import { viewEquipment, viewEquipmentItem, viewPage, viewSummary } from './views.js'

type Id = Static<typeof EquipmentParams>

export interface EquipmentOptions {
  equipment: EquipmentBook
  incidents: Pick<Incidents, 'openFor'>
  latest: Pick<Latest, 'state'>
  history: HistoryReader
  /** What the patterns can see, from the rule worker that owns the equipment; `null` when it does not answer in time. */
  observability: (equipmentId: string) => Promise<Observability[] | null>
  /** ms since 1970. */
  now: () => number
}

export function createEquipmentHandlers(options: EquipmentOptions) {
  const { equipment, incidents, latest, history, observability, now } = options

  return {
    async list({ query, viewer }: Call<unknown, Static<typeof EquipmentQuery>>) {
      return viewPage(await equipment.list(query, viewer), viewEquipmentItem)
    },
    async create({ body, viewer, key }: Call<unknown, unknown, Static<typeof NewEquipment>>) {
      return viewEquipment(await equipment.create(body, viewer, key))
    },
    async get({ params, viewer }: Call<Id>) {
      return viewEquipment(await equipment.get(params.id, viewer))
    },
    async change({ params, body, viewer }: Call<Id, unknown, Static<typeof EquipmentChange>>) {
      return viewEquipment(await equipment.update(params.id, body, viewer))
    },
    async lookup({ query, viewer }: Call<unknown, Static<typeof LookupQuery>>) {
      return viewEquipment(await equipment.lookup(query.code, viewer))
    },

    async state({ params, viewer }: Call<Id>): Promise<EquipmentState> {
      const { id, kind } = await equipment.get(params.id, viewer)
      const [open, patterns] = await Promise.all([incidents.openFor(id, viewer), observability(id)])
      const known = latest.state(id)
      return {
        id,
        kind,
        online: known?.online ?? false,
        lastMessageAt: isoOrNull(known?.arrival),
        signals: Object.fromEntries(
          Object.entries(known?.signals ?? {}).map(([name, { value, at }]) => [name, { value, at: iso(at) }]),
        ),
        openIncidents: open.map(viewSummary),
        patterns,
      }
    },

    async history({ params, query, viewer }: Call<Id, Static<typeof HistoryQuery>>) {
      return await readSeries(history, await equipment.get(params.id, viewer), query, now())
    },
    async events({ params, query, viewer }: Call<Id, Static<typeof EventQuery>>) {
      return await readEvents(history, await equipment.get(params.id, viewer), query, now())
    },
  }
}
