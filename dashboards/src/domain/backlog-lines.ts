/** What the connection bar says of a service that is behind: which lines, with which values. Pure. */
import type { Backlog } from '../../../src/live/events.js'
import { type Span, spanOf } from './intake-view.js'

const RULES_BEHIND_MS = 5_000
const HISTORY_BEHIND_MS = 20_000

export type BacklogLine =
  | { key: 'tight' | 'refusing'; reason: string | null }
  | { key: 'rulesBehind'; span: Span }
  /** `drain` is `null` while the backlog does not shrink. */
  | { key: 'historyBehind'; span: Span; records: number; drain: Span | null }

/** The worst first. */
export function backlogLines(backlog: Backlog): BacklogLine[] {
  const lines: BacklogLine[] = []
  const { journal, reason, rulesLagMs, historyLagMs, historyBehind, historyDrainSeconds } = backlog
  if (journal !== 'writing') lines.push({ key: journal, reason })
  if (rulesLagMs > RULES_BEHIND_MS) lines.push({ key: 'rulesBehind', span: spanOf(rulesLagMs) })
  if (historyLagMs > HISTORY_BEHIND_MS)
    lines.push({
      key: 'historyBehind',
      span: spanOf(historyLagMs),
      records: historyBehind,
      drain: historyDrainSeconds === null ? null : spanOf(historyDrainSeconds * 1000),
    })
  return lines
}
