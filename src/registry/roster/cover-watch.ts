/**
 * Looks ahead for gaps in cover, certificates that run out and handovers that nobody takes over, at the start, every hour
 * and when a gap begins. Each is written as a notice to the organisation and to the desk: once days before, and once more
 * when a gap has begun. A notice's id follows from what it is about, so neither a restart nor a second console says it twice.
 */
import { createHash } from 'node:crypto'
import type { Database, Tx } from '../../database/database.js'
import type { NoticeTable } from '../../database/tables.js'
import { messageOf } from '../../errors.js'
import type { Gap } from '../../model/roster.js'
import type { Bus } from '../../runtime/bus.js'
import type { Logger } from '../../runtime/log.js'
import type { Sleep } from '../../runtime/sleep.js'
import { expiringCertificates, openHandovers, type RosterTrouble } from './cover-due.js'
import { type Roster, rostersIn } from './cover-rows.js'
import { gapsIn } from './gaps.js'

export interface CoverWatch {
  close(): Promise<void>
}

export interface CoverWatchOptions {
  database: Database
  bus: Bus
  log: Logger
  /** ms since 1970. */
  now: () => number
  sleep: Sleep
  /** ms ahead within which a gap is warned of. */
  warnMs: number
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const RETRY_MS = 60_000
/** A gap that began before this many days is said anew each time they have passed. */
const BACK_DAYS = 7

export function startCoverWatch({ database, bus, log, now, sleep, warnMs }: CoverWatchOptions): CoverWatch {
  const closing = new AbortController()

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      let until = now() + HOUR_MS
      try {
        const { said, nextGapAt } = await lookForGaps({ database, bus, now: now(), warnMs })
        if (said > 0) log.warn({ notices: said }, 'gaps in cover, or papers that run out')
        until = Math.min(until, nextGapAt)
      } catch (error) {
        log.error({ error: messageOf(error) }, 'rosters could not be looked at')
        until = now() + RETRY_MS
      }
      await sleep(until, closing.signal)
    }
  }

  const running = run()
  return {
    async close() {
      closing.abort()
      await running
    },
  }
}

/** One look; returns how many notices were new, and when the next gap begins that nobody has filled by now. */
export function lookForGaps({
  database,
  bus,
  now,
  warnMs,
}: {
  database: Database
  bus: Bus
  /** ms since 1970. */
  now: number
  warnMs: number
}): Promise<{ said: number; nextGapAt: number }> {
  return database.transaction(async (tx) => {
    // The same begin at every look, so that a gap which has lasted long keeps its name.
    const from = Math.floor(now / (BACK_DAYS * DAY_MS) - 1) * BACK_DAYS * DAY_MS
    const rosters = await rostersIn(tx, { from, until: now + warnMs })
    const gaps = rosters.flatMap((roster) => gapsOf(roster, { from, now, until: now + warnMs }))
    const troubles = gaps.map((gap) => troubleOf(gap, { now, until: now + warnMs }))
    const due = [...(await expiringCertificates(tx, now)), ...(await openHandovers(tx, now))]
    const notices = [...troubles, ...due].flatMap((one) => noticesTo(one, now))
    return {
      said: await insertNew(tx, bus, notices),
      nextGapAt: Math.min(
        ...gaps.map(({ gap }) => gap.from).filter((at) => at > now),
        Number.POSITIVE_INFINITY,
      ),
    }
  })
}

interface GapOf {
  roster: Roster
  gap: Gap
}

/** Those that are not over. */
function gapsOf(roster: Roster, { from, now, until }: { from: number; now: number; until: number }): GapOf[] {
  const begin = Math.max(from, roster.since)
  if (begin >= until) return []
  const gaps = gapsIn(roster, { from: begin, until })
  return gaps.filter((gap) => gap.until > now).map((gap) => ({ roster, gap }))
}

function troubleOf({ roster, gap }: GapOf, { now, until }: { now: number; until: number }): RosterTrouble {
  const moment = gap.from > now ? 'ahead' : 'begun'
  // Beyond the horizon it may go on.
  const end = gap.until < until ? iso(gap.until) : null
  return {
    organisation: roster.organisation,
    about: ['gap', gap.kind ?? 'anybody', String(gap.from), moment],
    reason: gap.kind === null ? 'nobody-on-duty' : 'nobody-certified',
    beginsAt: gap.from,
    detail: { gap: { ...gap, moment, from: iso(gap.from), until: end } },
  }
}

/** One for the organisation and one for the desk. */
function noticesTo(
  { organisation, about, reason, beginsAt, detail }: RosterTrouble,
  now: number,
): NoticeTable[] {
  return [organisation.id, null].map((party) => ({
    id: `roster.${hashOf([organisation.id, ...about, party ?? ''])}`,
    incident_id: null,
    assignment_id: null,
    kind: 'roster-gap',
    party,
    role: null,
    district: organisation.district,
    payload_json: JSON.stringify({
      ...{ reason, organisationName: organisation.name, beginsAt: iso(beginsAt) },
      ...{ organisation, ...detail },
    }),
    status: 'pending',
    attempts: 0,
    next_attempt_at: now,
    last_error: null,
    created_at: now,
    sent_at: null,
  }))
}

async function insertNew(tx: Tx, bus: Bus, notices: readonly NoticeTable[]): Promise<number> {
  let added = 0
  for (const notice of notices) {
    const { numInsertedOrUpdatedRows = 0n } = await tx.db
      .insertInto('notice')
      .values(notice)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirstOrThrow()
    if (numInsertedOrUpdatedRows === 0n) continue
    added++
    tx.afterCommit(() => bus.publish('notice', { id: notice.id }))
  }
  return added
}

function hashOf(about: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(about)).digest('hex').slice(0, 32)
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
