/** How the desk's clocks and notices stand, as metrics. */
import { messageOf } from '../errors.js'
import type { Logger } from '../runtime/log.js'
import type { DispatchMetrics } from '../runtime/metrics.js'
import type { Dispatch } from './dispatch.js'

/** Returns what brings the metrics up to date; a database that is away is logged once and leaves the last figures. */
export function createDispatchFigures(
  metrics: DispatchMetrics,
  log: Logger,
): (dispatch: Pick<Dispatch, 'figures'>) => Promise<void> {
  let away = false
  let asking = false
  return async (dispatch) => {
    if (asking) return
    asking = true
    try {
      const { overdueDeadlines, pendingNotices, failedNotices } = await dispatch.figures()
      metrics.overdue.set(overdueDeadlines)
      metrics.noticesPending.set(pendingNotices)
      metrics.noticesFailed.set(failedNotices)
      away = false
    } catch (error) {
      if (!away) log.error({ error: messageOf(error) }, 'figures of the desk cannot be read')
      away = true
    } finally {
      asking = false
    }
  }
}
