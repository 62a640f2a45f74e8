/** Who may be told of an incident over a socket, and what of it. The same rule as the API's, on what the incident itself says. */
import type { IncidentSummary } from '../model/incident-view.js'
import type { Viewer } from '../model/viewer.js'

/** A change of an incident and whom it concerns. */
export interface Announcement {
  summary: IncidentSummary
  /** The equipment's maintainer and use unit, and every party of an assignment. */
  organisations: readonly string[]
  district: string | null
}

/** Stands for the whole city in `Viewer.districts`. */
const EVERYWHERE = '*'

export function mayBeTold(viewer: Viewer, { organisations, district }: Announcement): boolean {
  switch (viewer.role) {
    case 'admin':
    case 'dispatcher':
      return true
    case 'regulator':
    case 'inspection-body':
      return (
        viewer.districts.includes(EVERYWHERE) || (district !== null && viewer.districts.includes(district))
      )
    case 'maintainer':
    case 'technician':
    case 'use-unit':
    case 'operator':
      return viewer.organisationId !== null && organisations.includes(viewer.organisationId)
  }
}

/** The desk's own names stay at the desk. */
export function masked(summary: IncidentSummary, viewer: Viewer): IncidentSummary {
  const desk = viewer.role === 'admin' || viewer.role === 'dispatcher' || viewer.role === 'regulator'
  return desk ? summary : { ...summary, takenBy: null }
}
