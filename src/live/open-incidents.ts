/** The incidents that a screen begins with: all that are not over, as far as its user may see. */
import type { Incidents } from '../incidents/incidents.js'
import { INCIDENT_STATUSES, type Priority } from '../model/incident.js'
import type { IncidentSummary } from '../model/incident-view.js'
import type { Viewer } from '../model/viewer.js'
import { masked } from './sight.js'

const OPEN = INCIDENT_STATUSES.filter((status) => status !== 'closed' && status !== 'false-alarm')
/** What belongs on a desk first: faults are a hundred times as many, and must not crowd a rescue out. */
const ROUNDS: readonly Priority[][] = [
  ['P0', 'P1'],
  ['P2', 'P3', 'P4'],
]
const PAGE = 500
// A blackout of a whole city opens thousands; a screen cannot show more, and the list pages on by API.
const MOST = 5_000

export async function openIncidents(
  incidents: Pick<Incidents, 'list'>,
  person: Viewer,
): Promise<IncidentSummary[]> {
  const open: IncidentSummary[] = []
  for (const priority of ROUNDS) {
    let cursor: string | undefined
    do {
      if (open.length >= MOST) return open
      const page: Awaited<ReturnType<Incidents['list']>> = await incidents.list(
        { status: OPEN, priority, limit: PAGE, cursor },
        person,
      )
      for (const summary of page.items) open.push(masked(summary, person))
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
  }
  return open
}
