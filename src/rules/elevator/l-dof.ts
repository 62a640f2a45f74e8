/** L-DOF: the door was told to open and does not get there. Somebody inside makes it L-TRAP-2. */
import { EVENT_CODE } from '../../model/signals.js'
import { doorFault } from './door-fault.js'

const NONE: readonly number[] = []

export const doorOpenFault = doorFault({
  id: 'L-DOF',
  code: EVENT_CODE.doorOpenFault,
  holdMs: 15_000,
  key: 'door-does-not-open',
  since: (facts) => facts.openingSince,
  tries: () => NONE,
  reached: (facts) => facts.door === 'open',
})
