/** Reports over HTTP. Whoever may read one gets the figures of what they may see. */
import type { Static } from 'typebox'
import type { Database } from '../database/database.js'
import { TesheError } from '../errors.js'
import { DEFAULT_LIMITS, readAlarmQuality } from '../oversight/alarm-quality.js'
import type { AlarmQuality, AlarmQualityQuery } from './report-schemas.js'
import type { Call } from './route.js'
import { iso, isoOrNull, parseTimeOr } from './times.js'

const DAY_MS = 86_400_000
const DEFAULT_SPAN_MS = 30 * DAY_MS
const LONGEST_SPAN_MS = 400 * DAY_MS

export function createReportHandlers({ database, now }: { database: Database; now: () => number }) {
  return {
    async alarmQuality({
      query,
      viewer,
    }: Call<unknown, Static<typeof AlarmQualityQuery>>): Promise<Static<typeof AlarmQuality>> {
      const to = parseTimeOr(query.to, 'to', now())
      const from = parseTimeOr(query.from, 'from', to - DEFAULT_SPAN_MS)
      if (from >= to || to - from > LONGEST_SPAN_MS) {
        const message = 'must lie before to, by 400 days at most'
        throw new TesheError('REQUEST_INVALID', [`from ${message}`], { fields: [{ field: 'from', message }] })
      }
      const { dispatchers = 1, acceptable, manageable } = query
      const limits = {
        acceptable: acceptable ?? DEFAULT_LIMITS.acceptable,
        manageable: manageable ?? DEFAULT_LIMITS.manageable,
      }
      const report = await readAlarmQuality({ database, now }, { from, to, dispatchers, limits }, viewer)
      return {
        ...report,
        from: iso(from),
        to: iso(to),
        stale: {
          count: report.stale.count,
          longest: report.stale.longest.map((one) => ({
            ...one,
            since: iso(one.since),
            clearedAt: isoOrNull(one.clearedAt),
          })),
        },
      }
    },
  }
}
