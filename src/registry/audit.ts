/** Who saw and did what. Rows are only ever added; the database refuses to change them. */
import type { ListPage, ListQuery, Viewer } from '../model/viewer.js'

export interface AuditEntry {
  /** User id, `system`, or a device's user name. */
  actor: string
  actorName: string
  /** A verb, e.g. `equipment.update`, `session.failed`, `rescue-card.read`. */
  action: string
  subject: string
  detail?: Record<string, unknown> | undefined
  /** Network address the request came from. */
  address?: string | undefined
}

export interface AuditRecord extends Required<AuditEntry> {
  id: number
  /** ms since 1970. */
  at: number
}

export interface Audit {
  record(entry: AuditEntry): Promise<void>
  /** Newest first; admin and regulator only. */
  list(
    query: ListQuery & {
      actor?: string | undefined
      action?: string | undefined
      subject?: string | undefined
    },
    by: Viewer,
  ): Promise<ListPage<AuditRecord>>
}
