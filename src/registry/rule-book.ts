/**
 * The rule sets that were in force, version by version, with author and reason. A change is stored together with the
 * record that tells the journal, so what stands here is what the rules judge by, and a replay judges by the same.
 */
import type { Selectable } from 'kysely'
import type { Database, Tx } from '../database/database.js'
import { decodeCursor, limitOf, pageOf } from '../database/page.js'
import type { RuleVersionTable } from '../database/tables.js'
import { TesheError } from '../errors.js'
import { differencesOf } from '../model/rule-differences.js'
import { type RuleSet, type RuleVersion, SHIPPED_RULES } from '../model/rule-set.js'
import type { ListPage, ListQuery, Viewer } from '../model/viewer.js'
import type { Bus } from '../runtime/bus.js'
import { refuseFaults, requireRole, textFault } from './access.js'
import { auditChange } from './audit.js'

export interface RuleBook {
  /** In force; the shipped one when nothing was ever set. */
  current(): Promise<RuleSet>
  /** As it was in that version. Throws RULES_VERSION_UNKNOWN. */
  at(version: number): Promise<RuleSet>
  /** Newest first. */
  versions(query: ListQuery): Promise<ListPage<RuleVersion>>
  /** Every version, oldest first. */
  history(): Promise<RuleVersion[]>
  /**
   * Puts a set in force as the next version; administrators only. What is the same as before makes no version. Whether
   * the rules can read it is the caller's to know. Throws RULES_CHANGED unless `basedOn` is the newest version.
   */
  change(
    change: Pick<RuleSet, 'parameters' | 'rules'> & { basedOn: number; reason: string; forced?: boolean },
    by: Viewer,
  ): Promise<RuleSet>
}

export function createRuleBook({
  database,
  bus,
  now,
}: {
  database: Database
  bus: Bus
  /** ms since 1970. */
  now: () => number
}): RuleBook {
  return {
    current: () => newestRules(database.db),

    async at(version) {
      if (version === SHIPPED_RULES.version) return SHIPPED_RULES
      const row = await database.db
        .selectFrom('rule_version')
        .select('set_json')
        .where('version', '=', version)
        .executeTakeFirst()
      if (!row) throw new TesheError('RULES_VERSION_UNKNOWN', [version])
      return JSON.parse(row.set_json)
    },

    async versions(query) {
      const limit = limitOf(query)
      const after = decodeCursor(query.cursor, [0])
      let rows = database.db.selectFrom('rule_version').selectAll()
      if (after) rows = rows.where('version', '<', Number(after[0]))
      return pageOf({
        rows: await rows
          .orderBy('version', 'desc')
          .limit(limit + 1)
          .execute(),
        limit,
        keyOf: (row) => [row.version],
        toItem: versionOf,
      })
    },

    async history() {
      const columns = ['version', 'author', 'author_name', 'reason', 'at', 'changes_json'] as const
      const rows = await database.db.selectFrom('rule_version').select(columns).orderBy('version').execute()
      return rows.map(versionOf)
    },

    async change({ parameters, rules, basedOn, reason, forced = false }, by) {
      requireRole(by, ['admin'], 'change rules')
      refuseFaults(textFault('reason', reason))
      return await database.transaction(async (tx) => {
        const before = await newestRules(tx.db)
        if (before.version !== basedOn) throw new TesheError('RULES_CHANGED', [before.version, basedOn])
        const changes = differencesOf(before, { parameters, rules })
        if (changes.length === 0) return before
        const set: RuleSet = { version: before.version + 1, since: now(), parameters, rules }
        await tx.db
          .insertInto('rule_version')
          .values({
            version: set.version,
            author: by.userId,
            author_name: by.username,
            reason,
            at: now(),
            changes_json: JSON.stringify(changes),
            set_json: JSON.stringify(set),
          })
          .execute()
        await tellRules(tx, set, now())
        const detail = { version: set.version, reason, forced, changes }
        await auditChange(tx, { by, action: 'rules.change', subject: 'rules', detail, at: now() })
        tx.afterCommit(() => bus.publish('outbox', {}))
        return set
      })
    },
  }
}

/** The set in force to the journal, and by it to every worker. */
export async function tellRules(tx: Tx, set: RuleSet, now: number): Promise<void> {
  const record = { kind: 'rules' as const, equipment: '', payload: JSON.stringify(set), written_at: now }
  await tx.db.insertInto('outbox').values(record).execute()
}

export async function newestRules(db: Database['db']): Promise<RuleSet> {
  const row = await db
    .selectFrom('rule_version')
    .select('set_json')
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? JSON.parse(row.set_json) : SHIPPED_RULES
}

function versionOf(row: Omit<Selectable<RuleVersionTable>, 'set_json'>): RuleVersion {
  return {
    version: row.version,
    author: row.author,
    authorName: row.author_name,
    reason: row.reason,
    at: row.at,
    changes: JSON.parse(row.changes_json),
  }
}
