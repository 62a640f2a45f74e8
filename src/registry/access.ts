/** Who may change the registry, and what passes as input to it. */
import { TesheError } from '../errors.js'
import type { Role } from '../model/incident.js'
import type { Viewer } from '../model/viewer.js'

/** The service itself, for what happens without a person. */
export const SYSTEM: Viewer = {
  userId: 'system',
  username: 'system',
  role: 'admin',
  organisationId: null,
  districts: [],
}

/** Throws ROLE_FORBIDDEN. `what` completes the sentence "role … may not …". */
export function requireRole(viewer: Viewer, roles: readonly Role[], what: string): void {
  if (!roles.includes(viewer.role)) throw new TesheError('ROLE_FORBIDDEN', [viewer.role, what])
}

export interface Fault {
  field: string
  message: string
}

/** Throws REQUEST_INVALID naming every fault. */
export function refuseFaults(faults: readonly Fault[]): void {
  if (faults.length === 0) return
  const sentence = faults.map((fault) => `${fault.field} ${fault.message}`).join('; ')
  throw new TesheError('REQUEST_INVALID', [sentence], { fields: [...faults] })
}

const MAX_TEXT = 500

/** A text that a person must have given. */
export function textFault(field: string, value: unknown): Fault[] {
  if (typeof value !== 'string' || value.trim() === '') return [{ field, message: 'must not be empty' }]
  return value.length > MAX_TEXT ? [{ field, message: `must have at most ${MAX_TEXT} characters` }] : []
}

export function locationFault(
  field: string,
  location: { lat: number; lon: number } | null | undefined,
): Fault[] {
  if (!location) return []
  const { lat, lon } = location
  const fits = Number.isFinite(lat) && Number.isFinite(lon) && Math.abs(lat) <= 90 && Math.abs(lon) <= 180
  return fits ? [] : [{ field, message: 'must be degrees: lat -90…90, lon -180…180' }]
}
