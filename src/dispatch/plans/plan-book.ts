/**
 * The response plans that were in force, version by version, with author and reason. An incident keeps the version it
 * was opened under, so that a change of plan never changes a rescue that is under way.
 */
import type { Selectable } from 'kysely'
import type { Database } from '../../database/database.js'
import { decodeCursor, limitOf, pageOf } from '../../database/page.js'
import type { PlanVersionTable } from '../../database/tables.js'
import { TesheError } from '../../errors.js'
import type { PlanChange, PlanVersion } from '../../model/plan.js'
import type { ListPage, ListQuery, Viewer } from '../../model/viewer.js'
import { refuseFaults, requireRole, textFault } from '../../registry/access.js'
import { auditChange } from '../../registry/audit.js'
import { faultsOfPlans } from './plan-faults.js'

export interface PlanBook {
  /** In force; version 0 and nothing changed when nobody ever set any. */
  current(): Promise<{ version: number; plans: PlanChange[] }>
  /** As they were in that version. Throws PLAN_VERSION_UNKNOWN. */
  at(version: number): Promise<PlanChange[]>
  /** Newest first. */
  versions(query: ListQuery): Promise<ListPage<PlanVersion>>
  /**
   * Puts plans in force as the next version; administrators only. Throws REQUEST_INVALID naming what does not hold, and
   * PLANS_CHANGED unless `basedOn` is the newest version.
   */
  change(
    change: { plans: PlanChange[]; basedOn: number; reason: string },
    by: Viewer,
  ): Promise<{ version: number; plans: PlanChange[] }>
}

export function createPlanBook({ database, now }: { database: Database; now: () => number }): PlanBook {
  return {
    async current() {
      const version = await newestVersion(database.db)
      return { version, plans: await plansOf(database.db, version) }
    },

    at: (version) => plansOf(database.db, version),

    async versions(query) {
      const limit = limitOf(query)
      const after = decodeCursor(query.cursor, [0])
      let rows = database.db
        .selectFrom('plan_version')
        .select(['version', 'author', 'author_name', 'reason', 'at'])
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

    async change({ plans, basedOn, reason }, by) {
      requireRole(by, ['admin'], 'change response plans')
      refuseFaults([...textFault('reason', reason), ...faultsOfPlans(plans)])
      return await database.transaction(async (tx) => {
        const before = await newestVersion(tx.db)
        if (before !== basedOn) throw new TesheError('PLANS_CHANGED', [before, basedOn])
        const version = before + 1
        const at = now()
        await tx.db
          .insertInto('plan_version')
          .values({
            ...{ version, reason, at },
            author: by.userId,
            author_name: by.username,
            plans_json: JSON.stringify(plans),
          })
          .execute()
        const detail = { version, reason }
        await auditChange(tx, { by, action: 'plans.change', subject: 'plans', detail, at })
        return { version, plans }
      })
    },
  }
}

/** 0 when nobody ever set any. */
export async function newestVersion(db: Database['db']): Promise<number> {
  const row = await db
    .selectFrom('plan_version')
    .select('version')
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.version ?? 0
}

/** Throws PLAN_VERSION_UNKNOWN. */
export async function plansOf(db: Database['db'], version: number): Promise<PlanChange[]> {
  if (version === 0) return []
  const row = await db
    .selectFrom('plan_version')
    .select('plans_json')
    .where('version', '=', version)
    .executeTakeFirst()
  if (!row) throw new TesheError('PLAN_VERSION_UNKNOWN', [version])
  return JSON.parse(row.plans_json)
}

function versionOf(row: Omit<Selectable<PlanVersionTable>, 'plans_json'>): PlanVersion {
  return {
    version: row.version,
    author: row.author,
    authorName: row.author_name,
    reason: row.reason,
    at: row.at,
  }
}
