/**
 * Incidents on their way to browsers. The bus only says that one changed; it is read once and told to those who may
 * know of it. Changes that come while one is being read are told once, with the newest version.
 */
import { messageOf } from '../errors.js'
import type { IncidentSummary } from '../model/incident-view.js'
import type { Viewer as Person } from '../model/viewer.js'
import type { Logger } from '../runtime/log.js'
import { type Announcement, masked, mayBeTold } from './sight.js'

/** Somebody who watches incidents. */
export interface Listener {
  readonly person: Person
  tell(summary: IncidentSummary): void
}

export interface IncidentFeed {
  changed(incidentId: string): void
}

export function createIncidentFeed({
  announcement,
  visible,
  listeners,
  log,
}: {
  announcement: (incidentId: string) => Promise<Announcement | null>
  visible: (ids: readonly string[], by: Person) => Promise<Set<string>>
  listeners: () => Iterable<Listener>
  log: Logger
}): IncidentFeed {
  const waiting = new Set<string>()
  let busy = false

  /** An assignment that ended long ago no longer lets its party see; the registry knows. */
  async function stillSees(person: Person, { equipmentId }: IncidentSummary): Promise<boolean> {
    if (person.organisationId === null || equipmentId === null) return true
    return (await visible([equipmentId], person)).has(equipmentId)
  }

  async function tell(incidentId: string): Promise<void> {
    const announced = await announcement(incidentId)
    if (!announced) return
    const sees = new Map<string, Promise<boolean>>()
    for (const listener of [...listeners()]) {
      const { person } = listener
      if (!mayBeTold(person, announced)) continue
      const rights = `${person.role} ${person.organisationId}`
      const answer = sees.get(rights) ?? stillSees(person, announced.summary)
      sees.set(rights, answer)
      if (await answer) listener.tell(masked(announced.summary, person))
    }
  }

  async function drain(): Promise<void> {
    busy = true
    for (const incidentId of waiting) {
      waiting.delete(incidentId)
      try {
        await tell(incidentId)
      } catch (error) {
        log.warn({ incident: incidentId, error: messageOf(error) }, 'incident not told to screens')
      }
    }
    busy = false
  }

  return {
    changed(incidentId) {
      waiting.add(incidentId)
      if (!busy) void drain()
    },
  }
}
