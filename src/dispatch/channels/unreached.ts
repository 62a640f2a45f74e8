/** When an urgent notice has reached nobody, the desk is told by a notice of its own: somebody must ring them. */
import type { NoticeTable } from '../../database/tables.js'
import { occasionOf, payloadOf, UNREACHED } from './payload.js'

/** `null`: it need not be told, or it was the desk itself that could not be reached. One for each notice. */
export function deskNoticeOf(notice: NoticeTable, now: number): NoticeTable | null {
  const { urgent, drill } = occasionOf(notice)
  if (!urgent || drill || (notice.party === null && notice.role === null)) return null
  const payload = payloadOf(notice)
  return {
    ...notice,
    id: `${notice.id}.undelivered`,
    kind: 'attend',
    party: null,
    role: null,
    payload_json: JSON.stringify({
      ...payload,
      reason: UNREACHED,
      unreached: {
        kind: notice.kind,
        to: payload.assignment?.partyName ?? notice.role ?? notice.party ?? '',
      },
    }),
    status: 'pending',
    attempts: 0,
    next_attempt_at: now,
    last_error: null,
    created_at: now,
    sent_at: null,
  }
}
