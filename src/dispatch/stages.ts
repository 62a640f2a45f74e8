/** The order in which a move is answered. Each step sees what the ones before it wrote; `keepWatched` holds the promise. */
import { alertArea } from './alert-area.js'
import { escalate } from './escalate.js'
import { foresee } from './foresee.js'
import { keepWatched } from './keep-watched.js'
import { raise } from './raise.js'
import { ringing } from './ringing.js'
import { send } from './send.js'
import { setClocks } from './set-clocks.js'
import { settle } from './settle.js'
import type { Stage } from './step.js'
import { tellPeople } from './tell-people.js'

export const stages: readonly Stage[] = [
  settle,
  raise,
  ringing,
  foresee,
  send,
  escalate,
  alertArea,
  setClocks,
  keepWatched,
  tellPeople,
]
