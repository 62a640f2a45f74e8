/** Tells the bus after the commit that an incident changed, that a clock was set, and that notices wait. */
import type { Tx } from '../database/database.js'
import type { Bus } from '../runtime/bus.js'
import { type CaseFile, pendingDeadlines, saveCase } from './case-file.js'

/** Saves the file and announces it. */
export async function saveAndAnnounce(tx: Tx, bus: Bus, file: CaseFile, now: number): Promise<void> {
  if (file.entries.length === 0) return
  await saveCase(tx, file, now)
  const { id, version } = file.incident
  const notices = file.notices.map((notice) => notice.id)
  const dueAt = Math.min(...pendingDeadlines(file).map((deadline) => deadline.due_at))
  tx.afterCommit(() => {
    bus.publish('incident', { id, version })
    if (Number.isFinite(dueAt)) bus.publish('deadline', { dueAt })
    for (const notice of notices) bus.publish('notice', { id: notice })
  })
}
