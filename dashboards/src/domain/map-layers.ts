/** What lies on the map: districts, equipment in grey clusters, open incidents in the colour of their priority. Pure. */
import type { FeatureCollection, Point } from 'geojson'
import type { Priority } from '../../../src/model/incident.js'
import type { IncidentSummary } from '../../../src/model/incident-view.js'

export interface Positioned {
  id: string
  name: string
  location: { lat: number; lon: number } | null
}

export interface IncidentPoint {
  id: string
  priority: Priority
  name: string
  lon: number
  lat: number
}

/** Equipment with a position, as points that the map gathers into clusters. */
export function equipmentPoints(equipment: readonly Positioned[]): FeatureCollection<Point> {
  return {
    type: 'FeatureCollection',
    features: equipment.flatMap(({ id, name, location }) =>
      location
        ? [
            {
              type: 'Feature' as const,
              properties: { id, name },
              geometry: { type: 'Point' as const, coordinates: [location.lon, location.lat] },
            },
          ]
        : [],
    ),
  }
}

/** Where each open incident is: its equipment's position or the caller's; the most urgent last, so that it lies on top. */
export function incidentPoints(
  incidents: readonly IncidentSummary[],
  locationOf: (equipment: string) => { lat: number; lon: number } | null,
): IncidentPoint[] {
  return incidents
    .flatMap(({ id, priority, equipmentId, equipmentName, place }) => {
      const called =
        place?.lat !== undefined && place.lon !== undefined ? { lat: place.lat, lon: place.lon } : null
      const at = (equipmentId ? locationOf(equipmentId) : null) ?? called
      return at ? [{ id, priority, name: equipmentName ?? place?.text ?? '', ...at }] : []
    })
    .sort((a, b) => (a.priority < b.priority ? 1 : -1))
}
