/** The intake as a whole, put together from what every room says of itself: what `GET /api/intake` shows. */
import type { Gateway } from '../broker/gateway.js'
import type { UplinkStats } from '../broker/messages.js'
import type { HistoryBacklog } from '../history/backlog.js'
import type { HistoryClient } from '../history/client.js'
import type { RecentRejections } from '../live/rejections.js'
import type { RulePool } from '../rules/pool.js'
import type { IntakeOptions } from './intake.js'
import type { IntakeOverview } from './intake-schemas.js'
import { iso } from './times.js'

export interface IntakeParts {
  gateway: Gateway | null
  rules: RulePool | null
  history: HistoryClient
  historyBacklog: HistoryBacklog
}

/** What the intake's handlers ask; the door and the rules open after them. */
export function createIntakeSource({
  parts,
  rejections,
  since,
}: {
  parts: () => IntakeParts
  rejections: RecentRejections
  since: number
}): Omit<IntakeOptions, 'equipment' | 'gateways' | 'latest'> {
  return {
    rejections,
    since,
    tally: async (username) => (await parts().gateway?.tally(username)) ?? { connections: 0, tally: null },
    offenders: async (limit) => (await parts().gateway?.offenders(limit)) ?? [],
    clock: async (id) => (await parts().rules?.clock(id)) ?? null,
    overview: () => describeIntake(parts()),
  }
}

function describeIntake({
  gateway,
  rules,
  history,
  historyBacklog,
}: IntakeParts): Omit<IntakeOverview, 'since' | 'offenders'> {
  const stats = gateway?.stats() ?? null
  const journal = gateway?.journal() ?? null
  const workers = rules?.stats() ?? []
  const stored = history.stats()
  return {
    connections: stats?.connections ?? 0,
    received: { ...stats?.received },
    bytes: stats?.bytes ?? 0,
    stored: stats?.stored ?? 0,
    redelivered: stats?.redelivered ?? 0,
    droppedQos0: stats?.droppedQos0 ?? 0,
    slowed: { messages: stats?.slowed ?? 0, ms: Math.round(stats?.slowedMs ?? 0) },
    refused: counted([stats?.refused ?? {}]),
    unreadable: counted([
      stats?.rejected ?? {},
      { 'topic-unread': stats?.unreadableTopic ?? 0 },
      ...workers.map(({ rejected }) => rejected),
    ]),
    setAside: counted(workers.map(({ setAside }) => setAside)),
    journal: {
      status: journal?.status ?? 'starting',
      reason: journal?.reason ?? null,
      bytes: journal?.bytes ?? 0,
      budgetBytes: journal?.budgetBytes ?? 0,
    },
    rules: { lagMs: Math.max(0, ...workers.map(({ lagMs }) => lagMs)) },
    history: {
      store: stored?.store ?? 'starting',
      lagMs: stored?.lagMs ?? 0,
      backlogRecords: historyBacklog.records,
      drainSeconds: historyBacklog.drainSeconds,
      error: stored?.lastError ?? null,
    },
    uplink: stats?.uplink ? viewUplink(stats.uplink) : null,
  }
}

function viewUplink({ lastError, since, refused, ...figures }: UplinkStats): IntakeOverview['uplink'] {
  return { ...figures, since: iso(since), refused: counted([refused]), error: lastError }
}

/** Together, and only what has happened. */
function counted(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const some of counts)
    for (const [name, count] of Object.entries(some)) if (count > 0) sums[name] = (sums[name] ?? 0) + count
  return sums
}
