/** What the desk is asked to do for those who are reached by phone and by nothing else. */

const REASON_BY_ROLE: Readonly<Record<string, string>> = {
  fire: 'call-119',
  medical: 'call-120',
  'gas-company': 'call-gas',
}

export function callReason(role: string): string {
  return REASON_BY_ROLE[role] ?? 'call-119'
}

/** Whether only a phone call answers it. */
export function isCall(reason: string): boolean {
  return Object.values(REASON_BY_ROLE).includes(reason)
}
