/** L-DCF: the door was told to close and does not get there. */
import { EVENT_CODE } from '../../model/signals.js'
import { doorFault } from './door-fault.js'

export const doorCloseFault = doorFault({
  id: 'L-DCF',
  code: EVENT_CODE.doorCloseFault,
  holdMs: 30_000,
  key: 'door-does-not-close',
  since: (facts) => facts.closingSince,
  tries: (facts) => facts.doorReversals,
  reached: (facts) => facts.door === 'closed',
})
