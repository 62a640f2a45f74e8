/**
 * Rings the clocks. Every deadline is a row; whichever is due is taken under its incident's lock, answered by the
 * planner in the same transaction, and so rings once, over restarts and over several consoles.
 */
import type { Database, Tx } from '../database/database.js'
import { messageOf } from '../errors.js'
import { saveAndAnnounce } from '../incidents/announce.js'
import { readCase } from '../incidents/case-file.js'
import { systemMoment } from '../incidents/moment.js'
import type { Planner } from '../incidents/planner.js'
import type { Bus } from '../runtime/bus.js'
import type { Logger } from '../runtime/log.js'
import type { Sleep } from '../runtime/sleep.js'
import { createSleeper } from './sleeper.js'

export interface Deadlines {
  /** Rings everything due and returns how many rang; the loop does it by itself. */
  ringDue(): Promise<number>
  /** Finishes the one in hand. */
  close(): Promise<void>
}

export interface DeadlinesOptions {
  database: Database
  bus: Bus
  planner: Planner
  log: Logger
  /** ms since 1970. */
  now: () => number
  sleep: Sleep
}

const LONGEST_PAUSE_MS = 60_000
/** What another console holds, or what failed, is looked at again this soon. */
const SHORTEST_PAUSE_MS = 250
const FAILED_PAUSE_MS = 30_000

export function startDeadlines(options: DeadlinesOptions): Deadlines {
  const { database, bus, planner, log, now, sleep } = options
  const failedUntilById = new Map<string, number>()

  async function ringNext(): Promise<boolean> {
    let taken: string | null = null
    try {
      return await database.transaction(async (tx) => {
        const due = await takeDue(tx, now(), [...failedUntilById.keys()])
        if (!due) return false
        taken = due.id
        const file = await readCase(tx, due.incident_id)
        // Read again under the lock: an action may have met it since.
        const deadline = file.deadlines.find((one) => one.id === due.id && one.status === 'pending')
        if (!deadline) return true
        await planner.follow(tx, file, { kind: 'passed', deadline }, systemMoment(now()))
        await saveAndAnnounce(tx, bus, file, now())
        return true
      })
    } catch (error) {
      // One that cannot be answered must not keep the others waiting.
      if (taken !== null) failedUntilById.set(taken, now() + FAILED_PAUSE_MS)
      throw error
    }
  }

  async function ringDue(): Promise<number> {
    for (const [id, until] of failedUntilById) if (until <= now()) failedUntilById.delete(id)
    let rung = 0
    while (!sleeper.signal.aborted && (await ringNext())) rung++
    return rung
  }

  async function nextDue(): Promise<number> {
    const next = await database.db
      .selectFrom('deadline')
      .select('due_at')
      .where('status', '=', 'pending')
      .orderBy('due_at')
      .limit(1)
      .executeTakeFirst()
    const latest = now() + LONGEST_PAUSE_MS
    return Math.min(latest, Math.max(next?.due_at ?? latest, now() + SHORTEST_PAUSE_MS))
  }

  const sleeper = createSleeper({ sleep })
  const unsubscribe = bus.subscribe('deadline', ({ dueAt }) => sleeper.wakeBefore(dueAt))
  const running = sleeper.loop(async () => {
    try {
      await ringDue()
      return await nextDue()
    } catch (error) {
      log.error({ error: messageOf(error) }, 'a deadline could not be answered; trying again')
      return now() + SHORTEST_PAUSE_MS
    }
  })

  return {
    ringDue,
    async close() {
      unsubscribe()
      sleeper.end()
      await running
    },
  }
}

/** The most overdue one whose incident nobody else holds. */
async function takeDue(
  tx: Tx,
  now: number,
  except: readonly string[],
): Promise<{ id: string; incident_id: string } | undefined> {
  let query = tx.db
    .selectFrom('deadline')
    .innerJoin('incident', 'incident.id', 'deadline.incident_id')
    .select(['deadline.id', 'deadline.incident_id'])
    .where('deadline.status', '=', 'pending')
    .where('deadline.due_at', '<=', now)
    .orderBy('deadline.due_at')
    .orderBy('deadline.id')
    .limit(1)
  if (except.length > 0) query = query.where('deadline.id', 'not in', except)
  // The incident's lock guards its deadlines, here and in every action, so the two never wait for each other crosswise.
  if (tx.dialect === 'postgres') query = query.forUpdate('incident').skipLocked()
  return await query.executeTakeFirst()
}
