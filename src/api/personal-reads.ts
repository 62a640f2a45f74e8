/**
 * Who saw whose data: every reply that names people (callers, contacts, rescue cards, accounts) is in the audit before it
 * leaves. A screen that asks again and again is one read in ten minutes; what cannot be entered is not answered.
 */
import type { Audit } from '../registry/audit.js'
import type { Call, Route } from './route.js'

/** One entry for a viewer and a record within this time. */
export const ONCE_IN_MS = 10 * 60_000
/** What is remembered of it; more only means that a read is entered again. */
const MOST_REMEMBERED = 50_000

export const READ_ACTION = 'personal-data.read'

export type PersonalReads = (
  line: Route,
  call: Pick<Call, 'params' | 'viewer' | 'request'>,
  answer: unknown,
) => Promise<void>

export function createPersonalReads({
  audit,
  now,
}: {
  audit: Pick<Audit, 'record'>
  /** ms since 1970. */
  now: () => number
}): PersonalReads {
  const enteredAt = new Map<string, number>()

  return async (line, { params, viewer, request }, answer) => {
    const subject = subjectOf(line, params, answer)
    if (subject === null) return
    const query = request.url.split('?')[1] ?? ''
    const key = `${viewer.userId} ${subject} ${line.personal === 'list' ? query : ''}`
    const at = now()
    if (at - (enteredAt.get(key) ?? Number.NEGATIVE_INFINITY) < ONCE_IN_MS) return
    await audit.record({
      actor: viewer.userId,
      actorName: viewer.username,
      action: READ_ACTION,
      subject,
      detail: { route: `${line.method} ${line.path}`, ...(line.personal === 'list' && { query }) },
      address: request.ip,
    })
    if (enteredAt.size >= MOST_REMEMBERED) enteredAt.clear()
    enteredAt.set(key, at)
  }
}

/** The id of what the reply tells of, or the path of a list; `null` where there is nothing to enter. */
function subjectOf({ personal, path }: Route, params: unknown, answer: unknown): string | null {
  const where = personal ?? 'handler'
  switch (where) {
    case 'handler':
      return null
    case 'reply':
      return String((answer as { id: unknown }).id)
    case 'path':
      return String((params as { id: unknown }).id)
    case 'list':
      return path
  }
}
