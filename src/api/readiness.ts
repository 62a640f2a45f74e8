/** Is each part of the service doing its work: what `/readyz` answers from, and what an operator reads there. */
import type { Gateway } from '../broker/gateway.js'
import type { Dispatch } from '../dispatch/dispatch.js'
import { messageOf } from '../errors.js'
import type { HistoryBacklog } from '../history/backlog.js'
import type { HistoryClient } from '../history/client.js'
import type { FindingInbox } from '../incidents/finding-inbox.js'
import type { RulePool } from '../rules/pool.js'
import type { Readiness } from './service.js'

/** ms that rules may be behind before the service calls itself not ready. */
const RULES_LAG_MS = 10_000

export interface Parts {
  gateway: Gateway | null
  rules: RulePool | null
  history: HistoryClient
  historyBacklog: HistoryBacklog | null
  inbox: FindingInbox
  dispatch: Dispatch
}

/** History that is behind does not make the service unready: alarms go on, and what is missing lies in the journal. */
export async function describeReadiness({
  gateway,
  rules,
  history,
  historyBacklog,
  inbox,
  dispatch,
}: Parts): Promise<Readiness[]> {
  const journal = gateway?.journal() ?? null
  const workers = rules?.stats() ?? []
  const lagMs = Math.max(0, ...workers.map((stats) => stats.lagMs))
  const stored = history.stats()
  const stuckSince = inbox.stuckSince()
  const desk = await dispatch.figures().catch((error: unknown) => messageOf(error))
  return [
    {
      part: 'journal',
      ready: journal !== null && journal.status === 'writing',
      detail: {
        status: journal?.status ?? 'starting',
        reason: journal?.reason ?? null,
        bytes: journal?.bytes ?? 0,
        budgetBytes: journal?.budgetBytes ?? 0,
        head: journal?.head ?? 0,
      },
    },
    {
      part: 'rules',
      ready: workers.length > 0 && lagMs < RULES_LAG_MS,
      detail: { workers: workers.length, lagMs, behind: behind(journal?.head, rules?.read()) },
    },
    {
      part: 'findings',
      ready: stuckSince === null,
      detail: { waitingForDatabaseSince: stuckSince === null ? null : new Date(stuckSince).toISOString() },
    },
    {
      part: 'history',
      ready: true,
      detail: {
        store: stored?.store ?? 'starting',
        lagMs: stored?.lagMs ?? 0,
        behind: behind(journal?.head, history.cursor()),
        backlogRecords: historyBacklog?.records ?? 0,
        drainSeconds: historyBacklog?.drainSeconds ?? null,
        error: stored?.lastError ?? null,
        upkeepError: stored?.upkeepError ?? null,
      },
    },
    ...uplinkOf(gateway),
    typeof desk === 'string'
      ? { part: 'database', ready: false, detail: { error: desk } }
      : { part: 'dispatch', ready: desk.overdueDeadlines === 0, detail: desk },
  ]
}

/** Nothing of it is lost while it is away, and people and other devices are served all the same. */
function uplinkOf(gateway: Gateway | null): Readiness[] {
  const uplink = gateway?.stats()?.uplink
  if (!uplink) return []
  const { connected, since, inFlight, lastError } = uplink
  return [
    {
      part: 'uplink',
      ready: true,
      detail: { connected, since: new Date(since).toISOString(), inFlight, error: lastError },
    },
  ]
}

/** Positions between the newest durable record and a reader, an upper bound of the records it still has to read. */
function behind(head: number | undefined, cursor: Float64Array | undefined): number {
  return head === undefined || cursor === undefined ? 0 : Math.max(0, head - Math.min(...cursor))
}
