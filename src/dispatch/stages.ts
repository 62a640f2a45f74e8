/** The order in which a move is answered. Each step sees what the ones before it wrote; the last one holds the promise. */
import { escalate } from './escalate.js'
import { keepWatched } from './keep-watched.js'
import { ringing } from './ringing.js'
import { send } from './send.js'
import { setClocks } from './set-clocks.js'
import { settle } from './settle.js'
import type { Stage } from './step.js'
import { tellPeople } from './tell-people.js'

export const stages: readonly Stage[] = [settle, ringing, send, escalate, setClocks, keepWatched, tellPeople]
