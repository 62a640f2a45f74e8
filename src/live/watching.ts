/** What one browser asks to watch: checked, within its rights, and answered with the current state. */
import { TesheError } from '../errors.js'
import { isEquipmentId } from '../model/equipment.js'
import type { IncidentSummary } from '../model/incident-view.js'
import { SIGNALS, signalIndex } from '../model/signals.js'
import type { Viewer as Person } from '../model/viewer.js'
import type { Areas } from './areas.js'
import type { EquipmentRow, Unwatch, Watch } from './events.js'
import type { Latest, SignalChoice } from './latest.js'
import type { Area, Viewer } from './viewers.js'

const MOST_EQUIPMENT = 2_000
const LONGEST_DISTRICT = 300

/** A viewer with the person behind it. */
export interface Watcher extends Viewer {
  readonly person: Person
  /** Ids watched singly. */
  ids: Set<string>
  incidents: boolean
  /** The browser has left; nothing may be entered for it any more. */
  gone: boolean
}

export interface Watching {
  /** The state of what was added. Throws REQUEST_INVALID, EQUIPMENT_UNKNOWN; then nothing has changed. */
  watch(watcher: Watcher, asked: unknown): Promise<{ rows: EquipmentRow[]; open: IncidentSummary[] }>
  unwatch(watcher: Watcher, asked: unknown): void
  /** Takes back single equipment that the person may no longer see. */
  recheck(watcher: Watcher): Promise<void>
}

export function createWatching({
  latest,
  areas,
  visible,
  openIncidents,
}: {
  latest: Latest
  areas: Areas
  openIncidents: (person: Person) => Promise<IncidentSummary[]>
  visible: (ids: readonly string[], by: Person) => Promise<Set<string>>
}): Watching {
  async function allowed(person: Person, ids: readonly string[]): Promise<string[]> {
    const seen = await visible(ids, person)
    for (const id of ids) if (!seen.has(id)) throw new TesheError('EQUIPMENT_UNKNOWN', [id])
    return [...ids]
  }

  async function listOpen(watcher: Watcher, otherwise: boolean): Promise<IncidentSummary[]> {
    try {
      return await openIncidents(watcher.person)
    } catch (error) {
      watcher.incidents = otherwise
      throw error
    }
  }

  function setSingle(watcher: Watcher, ids: readonly string[]): void {
    watcher.ids = new Set(ids)
    watcher.single = new Set(ids.map((id) => latest.slot(id)))
  }

  function setArea(watcher: Watcher, area: Area | null): void {
    if (watcher.area) areas.leave(watcher.area)
    watcher.area = area
  }

  return {
    async watch(watcher, asked) {
      const heardIncidents = watcher.incidents
      const wanted = checkWatch(asked)
      const ids = wanted.equipment && (await allowed(watcher.person, [...new Set(wanted.equipment)]))
      if (wanted.incidents) watcher.incidents = true
      // Told of changes from before the list is read: a version twice is harmless, one between is lost.
      const open = wanted.incidents ? await listOpen(watcher, heardIncidents) : []
      const area =
        wanted.district === undefined
          ? undefined
          : await areas.enter(watcher.person, wanted.district, wanted.signals ?? null)
      if (watcher.gone) {
        if (area) areas.leave(area)
        return { rows: [], open }
      }
      // From here on nothing waits: rows read now and the frames after them leave no gap and do not overtake each other.
      if (watcher.since === 0) watcher.since = latest.mark()
      const rows: EquipmentRow[] = []
      if (area) {
        setArea(watcher, area)
        for (const slot of area.slots) rows.push(latest.wholeRow(slot, area.only))
      }
      if (ids) {
        setSingle(watcher, ids)
        for (const slot of watcher.single) rows.push(latest.wholeRow(slot, null))
      }
      return { rows, open }
    },

    unwatch(watcher, asked) {
      const { equipment, district, incidents } = checkUnwatch(asked)
      const all = equipment === undefined && !district && !incidents
      if (all || equipment === true) setSingle(watcher, [])
      else if (equipment)
        setSingle(
          watcher,
          [...watcher.ids].filter((id) => !equipment.includes(id)),
        )
      if (all || district) setArea(watcher, null)
      if (all || incidents) watcher.incidents = false
    },

    async recheck(watcher) {
      const ids = [...watcher.ids]
      const seen = await visible(ids, watcher.person)
      // `ids` is old by now: only what was asked about may be taken back.
      const hidden = new Set(ids.filter((id) => !seen.has(id)))
      if (hidden.size > 0)
        setSingle(
          watcher,
          [...watcher.ids].filter((id) => !hidden.has(id)),
        )
    },
  }
}

/** 1 for each named signal of the catalogue. */
export function choiceOf(signals: readonly string[]): SignalChoice {
  const choice = new Uint8Array(SIGNALS.length)
  for (const name of signals) {
    const index = signalIndex(name)
    if (index === undefined) throw refused('signals', `${name} is not in the catalogue`)
    choice[index] = 1
  }
  return choice
}

function checkWatch(asked: unknown): Watch {
  const { equipment, district, signals, incidents } = recordOf(asked)
  const watch: Watch = {}
  if (equipment !== undefined) watch.equipment = idsOf(equipment)
  if (signals !== undefined) watch.signals = textsOf('signals', signals, SIGNALS.length)
  if (incidents !== undefined) {
    if (incidents !== true) throw refused('incidents', 'must be true')
    watch.incidents = true
  }
  if (district !== undefined) {
    if (typeof district !== 'string' || district === '' || district.length > LONGEST_DISTRICT)
      throw refused('district', 'must be a name')
    watch.district = district
  }
  return watch
}

function checkUnwatch(asked: unknown): Unwatch {
  const { equipment, district, incidents } = recordOf(asked)
  return {
    ...(equipment !== undefined && { equipment: equipment === true ? true : idsOf(equipment) }),
    ...(district === true && { district: true }),
    ...(incidents === true && { incidents: true }),
  }
}

function idsOf(given: unknown): string[] {
  const ids = textsOf('equipment', given, MOST_EQUIPMENT)
  const wrong = ids.find((id) => !isEquipmentId(id))
  if (wrong !== undefined) throw refused('equipment', `${wrong.slice(0, 64)} is not an equipment id`)
  return ids
}

function textsOf(field: string, given: unknown, most: number): string[] {
  if (!Array.isArray(given) || given.length > most || !given.every((text) => typeof text === 'string'))
    throw refused(field, `must be a list of at most ${most} names`)
  return given
}

function recordOf(asked: unknown): Record<string, unknown> {
  if (typeof asked === 'object' && asked !== null && !Array.isArray(asked))
    return asked as Record<string, unknown>
  throw refused('watch', 'must be an object')
}

function refused(field: string, message: string): TesheError {
  return new TesheError('REQUEST_INVALID', [`${field} ${message}`], { fields: [{ field, message }] })
}
