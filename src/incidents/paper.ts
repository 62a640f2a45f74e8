/**
 * Rescues that are written down afterwards. Such a record is of its own time: it joins a rescue of the same lift only
 * where the two can be the same, and else stands beside it.
 */
import type { Tx } from '../database/database.js'
import type { IncidentClass, IncidentGroup } from '../model/incident.js'
import { type Relation, refuseSecond, relationOf } from './correlate.js'
import { REOPEN_WINDOW_MS } from './decision.js'
import { isFresh, type Moment } from './moment.js'

/**
 * Nobody says when a rescue on paper was over; it counts as long as a passenger who rings again is the same rescue.
 * Ends are ms since 1970; what is open lasts until now.
 */
export async function isAnother(tx: Tx, relation: NonNullable<Relation>, moment: Moment): Promise<boolean> {
  if (isFresh(moment)) return false
  const { reported_at: from, released_at: releasedAt } = await tx.db
    .selectFrom('incident')
    .select(['reported_at', 'released_at'])
    .where('id', '=', relation.incidentId)
    .executeTakeFirstOrThrow()
  const until = relation.kind === 'open' ? moment.now : (releasedAt ?? moment.now) + REOPEN_WINDOW_MS
  return moment.at + REOPEN_WINDOW_MS < from || moment.at > until
}

export interface Beside {
  relation: Relation
  /** The group that the record opens in, so that the rescue which is open keeps its own. */
  group: IncidentGroup
}

/** Beside an open rescue of another time. Throws INCIDENT_EXISTS while another record of paper stands there. */
export async function besideRescue(
  tx: Tx,
  equipmentId: string,
  group: IncidentClass,
  moment: Moment,
): Promise<Beside> {
  const relation = await relationOf(tx, { equipmentId, group, now: moment.now })
  if (relation !== null && !(await isAnother(tx, relation, moment))) return { relation, group }
  await refuseSecond(tx, { equipmentId, group, now: moment.now })
  return { relation: null, group }
}
