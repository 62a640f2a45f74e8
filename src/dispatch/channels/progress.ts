/** What follows when deliveries of a notice have moved: whose turn is next, and how the notice stands. Changes the rows it is given. */
import type { DeliveryTable, NoticeStatus } from '../../database/tables.js'

/** Whose turn it is, in every track of every recipient. */
export function takeTurns(rows: readonly DeliveryTable[], now: number): void {
  for (const track of tracksOf(rows)) {
    if (track.some(isRunning)) continue
    const reached = track.some(hasReached)
    let before: DeliveryTable | null = null
    for (const row of track) {
      if (row.status === 'queued') {
        // Nobody is called again because the provider would not call: that is for want of an answer alone.
        const again = row.round > 1 && before?.status !== 'unanswered'
        if (reached || again) end(row, 'moot', now)
        else {
          row.status = 'pending'
          row.next_attempt_at = now
          break
        }
      }
      before = row
    }
  }
}

/** Nobody waits for an answer any more. The webhook is told all the same: it keeps the books. */
export function stopAsking(rows: readonly DeliveryTable[], now: number): void {
  for (const row of rows) {
    if (row.channel === 'webhook' || row.status === 'sending') continue
    if (row.status === 'ringing') end(row, 'sent', now)
    else if (row.status === 'queued' || isRunning(row)) end(row, 'moot', now)
  }
}

export function end(row: DeliveryTable, status: DeliveryTable['status'], now: number): void {
  row.status = status
  row.next_attempt_at = null
  row.ended_at = now
}

/** People count before machines: what only the webhook took has reached nobody where people could have been called. */
export function noticeStatusOf(
  rows: readonly DeliveryTable[],
): Extract<NoticeStatus, DeliveryTable['status']> | 'sending' {
  if (rows.some((row) => row.status === 'queued' || isRunning(row))) return 'sending'
  const tried = rows.filter((row) => row.status !== 'skipped')
  const people = tried.filter((row) => row.channel !== 'webhook')
  const counted = people.length > 0 ? people : tried
  if (counted.length === 0) return 'skipped'
  return counted.some((row) => hasReached(row) || row.status === 'moot') ? 'sent' : 'failed'
}

/** Every way to a person has been tried, and none led to one. */
export function hasReachedNobody(rows: readonly DeliveryTable[]): boolean {
  const people = rows.filter((row) => row.channel !== 'webhook' && row.status !== 'skipped')
  const over = people.every((row) => row.status !== 'queued' && !isRunning(row))
  return people.length > 0 && over && !people.some((row) => hasReached(row) || row.status === 'moot')
}

/** On its way, or about to be. */
export function isRunning(row: DeliveryTable): boolean {
  return row.status !== 'queued' && row.next_attempt_at !== null
}

function hasReached({ status }: DeliveryTable): boolean {
  return status === 'sent' || status === 'answered'
}

function tracksOf(rows: readonly DeliveryTable[]): DeliveryTable[][] {
  const byTrack = new Map<string, DeliveryTable[]>()
  for (const row of [...rows].sort((a, b) => a.step - b.step)) {
    const key = `${row.recipient} ${row.track}`
    byTrack.set(key, [...(byTrack.get(key) ?? []), row])
  }
  return [...byTrack.values()]
}
