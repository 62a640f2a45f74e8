/** Area events with their sweep lists, and the shelf of chattering sources. */
import type { AreaCause, AreaKind, SweepState } from '../../model/area.js'

/** What an incident of class `area` has besides; it is open as long as its incident is. */
export interface AreaTable {
  incident_id: string
  kind: AreaKind
  cause: AreaCause
  lat: number | null
  lon: number | null
  /** m */
  radius: number | null
  started_at: number
  /** When its newest sign began, by which its neighbours follow it or not. */
  last_at: number
}

/** Sites of an area: all lifts there belong to it, also those registered later. */
export interface AreaSiteTable {
  area_id: string
  site: string
}

export interface SweepLineTable {
  area_id: string
  equipment_id: string
  state: SweepState
  people: number | null
  note: string | null
  said_by: string | null
  said_at: number | null
}

/** A chattering source, as it was shelved last. */
export interface ShelfTable {
  equipment_id: string
  pattern: string
  level: number
  since: number
  until: number
  kept_back: number
  limit_findings: number
  limit_ms: number
  suppresses: number
  /** Findings before this one no longer count: a person said so. */
  counted_from: number
}
