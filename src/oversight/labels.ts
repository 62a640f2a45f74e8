/** Incidents that people closed with their verdict, as a back-test compares itself with them. */
import type { Database } from '../database/database.js'
import type { BacktestSelection, LabelledIncident } from '../model/backtest.js'
import type { Span } from '../model/retention.js'

/** More are no comparison that somebody reads. */
const MOST = 50_000

/** Opened in the time, drills left out. `cut` when there are more than are compared. */
export async function readLabels(
  { db }: Database,
  { from, to, equipment }: Span & { equipment: BacktestSelection },
): Promise<{ labelled: LabelledIncident[]; cut: boolean }> {
  let query = db
    .selectFrom('incident')
    .innerJoin('equipment', 'equipment.id', 'incident.equipment_id')
    .where('incident.opened_at', '>=', from)
    .where('incident.opened_at', '<', to)
    .where('incident.source', '!=', 'drill')
    .where('incident.outcome', 'is not', null)
  if ('kind' in equipment) query = query.where('equipment.kind', '=', equipment.kind)
  if ('ids' in equipment) query = query.where('equipment.id', 'in', equipment.ids)
  const rows = await query
    .select([
      'incident.id',
      'equipment.id as equipment_id',
      'incident.group_key',
      'incident.pattern',
      'incident.opened_at',
      'incident.released_at',
      'incident.resolved_at',
      'incident.closed_at',
      'incident.updated_at',
      'incident.outcome',
    ])
    .orderBy('incident.opened_at')
    .limit(MOST + 1)
    .execute()
  const labelled = rows.slice(0, MOST).flatMap((row): LabelledIncident[] =>
    row.outcome === null
      ? []
      : [
          {
            id: row.id,
            equipment: row.equipment_id,
            group: row.group_key,
            pattern: row.pattern,
            openedAt: Number(row.opened_at),
            endedAt: Number(row.released_at ?? row.resolved_at ?? row.closed_at ?? row.updated_at),
            outcome: row.outcome,
          },
        ],
  )
  return { labelled, cut: rows.length > MOST }
}
