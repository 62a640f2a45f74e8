/** The keys of a sweep list, and who may answer for its lifts. */
import type { SweepAnswer } from '../../../src/model/area.js'
import type { Role } from '../../../src/model/incident.js'

/** One key for each answer: Empty, People inside, Freed. */
export const SWEEP_KEYS: Readonly<Record<string, SweepAnswer>> = {
  E: 'empty',
  P: 'people-inside',
  F: 'freed',
}

const ANSWERERS: readonly Role[] = ['admin', 'dispatcher', 'maintainer', 'technician', 'use-unit']

/** Which lifts, the service decides. */
export function mayAnswer(role: Role | undefined): boolean {
  return role !== undefined && ANSWERERS.includes(role)
}
