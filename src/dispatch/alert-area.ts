/** An area event: before anybody is sent, the best placed of the second level are told to be ready. */
import { enter } from '../incidents/case-file.js'
import { isOpen } from '../incidents/lifecycle.js'
import { rankedTeams } from './nearest.js'
import type { Step } from './step.js'

/** So many companies or stations: an estate seldom needs more at once, and a dispatcher sends others by hand. */
const ALERTED = 3

export async function alertArea(step: Step): Promise<void> {
  const { file, move, moment } = step
  if (file.incident.class !== 'area' || move.kind !== 'opened' || !isOpen(file.incident.status)) return
  if (file.incident.source === 'drill') return
  for (const { party, partyName, km, minutes } of (await rankedTeams(step)).slice(0, ALERTED))
    enter(file, moment, { kind: 'pre-alert', detail: { party, partyName, km, minutes } })
}
