/**
 * The report on alarm quality. An alarm is what was put before a dispatcher: an incident opened, or a notice to the
 * desk. Drills count nowhere. Everybody gets the figures of what they may see.
 */
import type { Database } from '../database/database.js'
import type { AlarmQuality } from '../model/alarm-quality.js'
import type { Span } from '../model/retention.js'
import type { Viewer } from '../model/viewer.js'
import { acknowledgementOf, rateOf } from './alarm-figures.js'
import { chatteringSources, type Scope, staleAlarms, suppressedFindings } from './finding-rows.js'
import { acknowledgedAfter, alarmMoments, labelledOutcomes } from './incident-rows.js'

/**
 * Alarms per dispatcher and hour. EEMUA 191 calls 6 in an hour (1 in 10 minutes) very likely acceptable and 12 about
 * the most that can be managed, for process plants; whether that holds for a rescue desk is a setting, no clause.
 */
export const DEFAULT_LIMITS = { acceptable: 6, manageable: 12 }

export interface AlarmQualityQuery extends Span {
  dispatchers: number
  limits: { acceptable: number; manageable: number }
}

export async function readAlarmQuality(
  { database, now }: { database: Database; now: () => number },
  query: AlarmQualityQuery,
  viewer: Viewer,
): Promise<AlarmQuality> {
  const { from, to, dispatchers, limits } = query
  const scope: Scope = { db: database.db, viewer, now: now(), from, to }
  return {
    from,
    to,
    dispatchers,
    limits,
    rate: rateOf(await alarmMoments(scope), query),
    chattering: await chatteringSources(scope),
    stale: await staleAlarms(scope),
    falseShares: await labelledOutcomes(scope),
    findings: await suppressedFindings(scope),
    acknowledgement: acknowledgementOf(await acknowledgedAfter(scope)),
  }
}
