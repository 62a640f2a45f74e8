/** What stands in a database at the end of a rescue, with ids by their first appearance: two runs that did the same are equal. */
import type { Kysely } from 'kysely'
import type { Tables } from '../../src/database/tables.js'

export async function endStateOf(db: Kysely<Tables>): Promise<string> {
  const state = {
    incidents: await db.selectFrom('incident').selectAll().orderBy('number').execute(),
    assignments: await db
      .selectFrom('assignment')
      .selectAll()
      .orderBy('offered_at')
      .orderBy('level')
      .orderBy('role')
      .execute(),
    deadlines: await db
      .selectFrom('deadline')
      .selectAll()
      .orderBy('due_at')
      .orderBy('kind')
      .orderBy('written_at')
      .execute(),
    timeline: await db.selectFrom('timeline').selectAll().orderBy('incident_id').orderBy('seq').execute(),
    notices: await db.selectFrom('notice').selectAll().orderBy('created_at').orderBy('id').execute(),
    findings: await db.selectFrom('finding').selectAll().orderBy('id').execute(),
  }
  return withoutIds(JSON.stringify(state, (key, value) => (HASHES.has(key) ? undefined : value), 1))
}

/** They follow from the ids. */
const HASHES = new Set(['hash', 'previous_hash', 'timeline_hash'])

/** Ids of a desk are eight hex digits and a counter; notices begin with the id of their incident. */
function withoutIds(text: string): string {
  const names = new Map<string, string>()
  return text.replace(/[0-9a-f]{8}-\d{6}/g, (id) => {
    const name = names.get(id) ?? `#${names.size + 1}`
    names.set(id, name)
    return name
  })
}
