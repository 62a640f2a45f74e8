/** A notice of dispatch as a line on the screen: a stable key, so that each screen says it in its own language. */
import type { Notice } from '../dispatch/dispatch.js'
import type { LiveNotice } from './events.js'

const LEVELS: Record<Notice['kind'], LiveNotice['level']> = {
  'incident-opened': 'warning',
  'assignment-offered': 'warning',
  'assignment-expired': 'warning',
  'assignment-recalled': 'info',
  escalated: 'critical',
  attend: 'critical',
  'pre-notice': 'info',
  'pre-alert': 'warning',
  'check-call': 'warning',
  reminder: 'warning',
  'report-due': 'warning',
  'roster-gap': 'warning',
}

export function noticeOf({ id, createdAt, kind, incidentId, payload }: Notice): LiveNotice {
  const values: LiveNotice['values'] = {}
  for (const [name, value] of Object.entries(payload))
    if (typeof value === 'string' || typeof value === 'number') values[name] = value
  const equipmentId = typeof payload.equipmentId === 'string' ? payload.equipmentId : null
  return { id, at: createdAt, level: LEVELS[kind], key: kind, values, incidentId, equipmentId }
}
