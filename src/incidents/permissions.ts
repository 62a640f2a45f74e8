/** Which role may do what to an incident. Crews act on assignments of their own organisation only. */
import { TesheError } from '../errors.js'
import type { Action, Role } from '../model/incident.js'
import type { Viewer } from '../model/viewer.js'

const DESK: readonly Role[] = ['admin', 'dispatcher']
const DESK_AND_CREW: readonly Role[] = [...DESK, 'maintainer', 'technician']
const ALL_ON_SITE: readonly Role[] = [...DESK_AND_CREW, 'use-unit', 'operator']

const PERMITTED: Readonly<Record<Action, readonly Role[]>> = {
  confirm: [...DESK, 'use-unit', 'operator'],
  dispatch: DESK,
  // A use unit may be the party that is sent, as for a boiler.
  accept: ALL_ON_SITE,
  decline: ALL_ON_SITE,
  depart: ALL_ON_SITE,
  arrive: ALL_ON_SITE,
  release: ALL_ON_SITE,
  resolve: DESK_AND_CREW,
  review: DESK,
  close: DESK,
  'false-alarm': DESK,
  reopen: DESK,
  take: DESK,
  handover: DESK,
  update: DESK,
  locate: DESK,
  recall: DESK,
  transfer: DESK,
  contact: ALL_ON_SITE,
  callback: DESK,
  merge: DESK,
  split: DESK,
  note: ALL_ON_SITE,
}

/** Throws ROLE_FORBIDDEN. */
export function requirePermission(viewer: Viewer, action: Action): void {
  if (!PERMITTED[action].includes(viewer.role))
    throw new TesheError('ROLE_FORBIDDEN', [viewer.role, `${action} an incident`])
}

/** The desk acts for everybody; others only for their own organisation. */
export function actsForDesk(viewer: Viewer): boolean {
  return DESK.includes(viewer.role)
}
