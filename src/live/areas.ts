/**
 * Districts as users may see them, shared by all who watch the same one with the same rights. When equipment is
 * registered or changes hands, the areas are read again, at most once a second, and what came in is sent whole.
 */
import type { Equipment } from '../model/registry.js'
import type { ListPage, ListQuery, Viewer as Person } from '../model/viewer.js'
import type { Latest, SignalChoice } from './latest.js'
import type { Area } from './viewers.js'

/** What a person may see of a district, page by page; the registry's list. */
export type ListEquipment = (
  query: ListQuery & { district?: string | undefined },
  by: Person,
) => Promise<ListPage<Pick<Equipment, 'id'>>>

/** All districts that the person may see. */
export const EVERY_DISTRICT = '*'
const PAGE = 500

interface Watched {
  area: Area
  person: Person
  district: string
  viewers: number
}

export interface Areas {
  /** The area of a person's district; each call is paired with one `leave`. */
  enter(person: Person, district: string, signals: readonly string[] | null): Promise<Area>
  leave(area: Area): void
  /** Reads every area that is watched again. */
  refresh(): Promise<void>
}

export function createAreas({
  latest,
  list,
  choiceOf,
}: {
  latest: Latest
  list: ListEquipment
  /** Throws for a name that is not in the catalogue. */
  choiceOf: (signals: readonly string[]) => SignalChoice
}): Areas {
  const watchedByKey = new Map<string, Watched>()

  async function slotsOf(person: Person, district: string): Promise<Set<number>> {
    const slots = new Set<number>()
    let cursor: string | undefined
    do {
      const query = district === EVERY_DISTRICT ? {} : { district }
      const page: ListPage<Pick<Equipment, 'id'>> = await list({ ...query, limit: PAGE, cursor }, person)
      for (const { id } of page.items) slots.add(latest.slot(id))
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
    return slots
  }

  return {
    async enter(person, district, signals) {
      const key = keyOf(person, district, signals)
      const known = watchedByKey.get(key)
      if (known) {
        known.viewers++
        return known.area
      }
      const only = signals && choiceOf(signals)
      const slots = await slotsOf(person, district)
      // Somebody else may have entered while the list was read.
      const watched = watchedByKey.get(key) ?? { area: { key, slots, only }, person, district, viewers: 0 }
      watched.viewers++
      watchedByKey.set(key, watched)
      return watched.area
    },

    leave({ key }) {
      const watched = watchedByKey.get(key)
      if (watched && --watched.viewers === 0) watchedByKey.delete(key)
    },

    async refresh() {
      for (const { area, person, district } of [...watchedByKey.values()]) {
        const slots = await slotsOf(person, district)
        for (const slot of slots) if (!area.slots.has(slot)) latest.touch(slot)
        area.slots = slots
      }
    },
  }
}

/** Two people with equal rights share an area. */
function keyOf(person: Person, district: string, signals: readonly string[] | null): string {
  const rights = [person.role, person.organisationId, [...person.districts].sort()]
  return JSON.stringify([rights, district, signals && [...signals].sort()])
}
