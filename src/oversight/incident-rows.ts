/** What the incidents of a time say of alarm quality: when the desk was called, what people made of it, and how soon. */
import type { ExpressionBuilder } from 'kysely'
import { visibleIncident } from '../database/scope.js'
import type { Tables } from '../database/tables.js'
import type { FalseShare } from '../model/alarm-quality.js'
import { TRUTH_OF } from '../model/backtest.js'
import type { Scope } from './finding-rows.js'

function incidentsOf({ db, viewer, now }: Scope) {
  return db
    .selectFrom('incident')
    .leftJoin('equipment', 'equipment.id', 'incident.equipment_id')
    .where('incident.source', '!=', 'drill')
    .where((eb) =>
      visibleIncident(eb as unknown as ExpressionBuilder<Tables, 'incident' | 'equipment'>, viewer, now),
    )
}

/** ms since 1970 of everything that was put before a dispatcher; what comes of one incident at one moment is one. */
export async function alarmMoments(scope: Scope): Promise<number[]> {
  const { from, to } = scope
  const opened = await incidentsOf(scope)
    .where('incident.opened_at', '>=', from)
    .where('incident.opened_at', '<', to)
    .select(['incident.id', 'incident.opened_at as at'])
    .execute()
  const notices = await incidentsOf(scope)
    .innerJoin('notice', 'notice.incident_id', 'incident.id')
    .where('notice.party', 'is', null)
    .where('notice.created_at', '>=', from)
    .where('notice.created_at', '<', to)
    .select(['incident.id', 'notice.created_at as at'])
    .execute()
  const momentByKey = new Map([...opened, ...notices].map(({ id, at }) => [`${id} ${at}`, Number(at)]))
  return [...momentByKey.values()]
}

/** By pattern and version of the rules, of incidents opened in the time and closed with a verdict since. */
export async function labelledOutcomes(scope: Scope): Promise<FalseShare[]> {
  const rows = await incidentsOf(scope)
    .innerJoin('finding', 'finding.incident_id', 'incident.id')
    .where('finding.disposition', '=', 'opened')
    .where('incident.outcome', 'is not', null)
    .where('incident.opened_at', '>=', scope.from)
    .where('incident.opened_at', '<', scope.to)
    .select(({ fn }) => [
      'finding.pattern',
      'finding.rules_version',
      'incident.outcome',
      fn.countAll().as('incidents'),
    ])
    .groupBy(['finding.pattern', 'finding.rules_version', 'incident.outcome'])
    .execute()
  const byKey = new Map<string, FalseShare>()
  for (const { pattern, rules_version, outcome, incidents } of rows) {
    const rulesVersion = Number(rules_version)
    const key = `${pattern} ${rulesVersion}`
    const one = byKey.get(key) ?? { pattern, rulesVersion, labelled: 0, false: 0, share: 0 }
    byKey.set(key, one)
    one.labelled += Number(incidents)
    if (outcome !== null && TRUTH_OF[outcome] === 'false') one.false += Number(incidents)
    one.share = one.false / one.labelled
  }
  return [...byKey.values()].sort(
    (a, b) => b.share - a.share || b.labelled - a.labelled || (a.pattern < b.pattern ? -1 : 1),
  )
}

/** ms from the opening of an incident by the rules to the first thing that a person did; `null` for nothing yet. */
export async function acknowledgedAfter(scope: Scope): Promise<(number | null)[]> {
  const rows = await incidentsOf(scope)
    .leftJoin('timeline', (join) =>
      join.onRef('timeline.incident_id', '=', 'incident.id').on('timeline.actor', '!=', 'system'),
    )
    .where('incident.source', '=', 'rule')
    .where('incident.opened_at', '>=', scope.from)
    .where('incident.opened_at', '<', scope.to)
    .groupBy(['incident.id', 'incident.opened_at'])
    .select(({ fn }) => ['incident.opened_at', fn.min('timeline.recorded_at').as('seen_at')])
    .execute()
  return rows.map(({ opened_at, seen_at }) =>
    seen_at === null ? null : Math.max(0, Number(seen_at) - Number(opened_at)),
  )
}
