/** What a value means under the coding of its name: codes and switches come as numbers and booleans of several kinds. */
import { DOOR, SERVICE_MODE, SPEED_MODE } from '../model/signals.js'
import type { Field } from './dialect.js'

/** The number that a value means under its coding, or `null` when it means none. */
export function codedValue({ coding, scale }: Field, value: unknown): number | null {
  switch (coding) {
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? value * scale : null
    case 'switch':
      return value === true || value === 1 ? 1 : value === false || value === 0 ? 0 : null
    case 'one-two':
      return value === true || value === 1 ? 1 : value === false || value === 2 ? 0 : null
    case 'closed':
      return value === true ? DOOR.closed : value === false ? DOOR.ajar : null
    case 'closed-zero-one':
      return value === true || value === 1 ? DOOR.closed : value === false || value === 0 ? DOOR.ajar : null
    case 'closed-one-two':
      return value === true || value === 1 ? DOOR.closed : value === false || value === 2 ? DOOR.ajar : null
    case 'door-codes':
      if (typeof value === 'number' && Number.isFinite(value)) return value
      return value === true ? DOOR.closed : value === false ? DOOR.ajar : null
    case 'brake-drive':
      return value === 1 ? 1 : value === 0 || value === 2 ? 0 : null
    case 'escalator-mode':
      return listed(ESCALATOR_MODES, value)
    case 'escalator-direction':
      return listed(ESCALATOR_DIRECTIONS, value)
    case 'escalator-speed-mode':
      return listed(ESCALATOR_SPEED_MODES, value)
  }
}

/** By what came. Direction: 0 none, 1 up, 2 down. */
const ESCALATOR_MODES = [
  SERVICE_MODE.stopped,
  SERVICE_MODE.normal,
  SERVICE_MODE.inspection,
  SERVICE_MODE.unknown,
] as const
const ESCALATOR_DIRECTIONS = [0, 1, 1, 2, 2] as const
const { standby, nominal, saving } = SPEED_MODE
const ESCALATOR_SPEED_MODES = [standby, nominal, saving, nominal, saving] as const

function listed(meanings: readonly number[], value: unknown): number | null {
  return (typeof value === 'number' ? meanings[value] : undefined) ?? null
}
