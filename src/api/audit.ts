/** The audit over HTTP: who saw and did what. A regulator reads what concerns the equipment and incidents of the area. */
import type { Static } from 'typebox'
import type { Audit } from '../registry/audit.js'
import type { AuditPage, AuditQuery } from './audit-schemas.js'
import type { Call } from './route.js'
import { iso, parseTimeOr } from './times.js'

export function createAuditHandlers({ audit }: { audit: Pick<Audit, 'list'> }) {
  return {
    async list({
      query,
      viewer,
    }: Call<unknown, Static<typeof AuditQuery>>): Promise<Static<typeof AuditPage>> {
      const from = parseTimeOr(query.from, 'from', undefined)
      const to = parseTimeOr(query.to, 'to', undefined)
      const { items, next } = await audit.list({ ...query, from, to }, viewer)
      return { items: items.map((record) => ({ ...record, at: iso(record.at) })), next }
    },
  }
}
