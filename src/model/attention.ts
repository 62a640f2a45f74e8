/** Why a dispatcher must look at an incident: several reasons may stand at once, and the gravest is read first. */

/** From the gravest down: whom to call for those inside, what has failed them, what nobody has answered. */
const GRAVEST_FIRST: readonly string[] = [
  'call-119',
  'call-120',
  'call-gas',
  'not-released',
  'report-due',
  'now-urgent',
  'not-confirmed',
  'nobody-sent',
  'unwatched',
  'overdue',
  'claim-ended',
  'reopen-offered',
  'condition-persists',
]

/** With one more, each once; what has no rank stands last, in the order in which it came. */
export function withReason(reasons: readonly string[], reason: string): string[] {
  const rank = (one: string) => {
    const place = GRAVEST_FIRST.indexOf(one)
    return place === -1 ? GRAVEST_FIRST.length : place
  }
  return [...new Set([...reasons, reason])].sort((a, b) => rank(a) - rank(b))
}
