/** Reading incidents: lists with filters, one incident, its timeline, findings; always within what the viewer may see. */
import type { FindingStage } from '../model/finding.js'
import type { IncidentClass, IncidentStatus, Priority } from '../model/incident.js'
import type { ListQuery } from '../model/viewer.js'

export interface IncidentQuery extends ListQuery {
  /** Any of these. */
  status?: IncidentStatus[] | undefined
  priority?: Priority[] | undefined
  class?: IncidentClass[] | undefined
  equipment?: string | undefined
  district?: string | undefined
  /** Organisation id of the equipment's maintainer. */
  maintainer?: string | undefined
  /** ms since 1970 of `openedAt`, both ends included. */
  from?: number | undefined
  to?: number | undefined
  /** Part of number, equipment id or name, address or place. */
  text?: string | undefined
}

export interface FindingQuery extends ListQuery {
  equipment?: string | undefined
  pattern?: string | undefined
  stage?: FindingStage[] | undefined
  priority?: Priority[] | undefined
  /** Only those that sent nobody (`true`), or only the others. */
  suppressed?: boolean | undefined
  /** ms since 1970 of `since`. */
  from?: number | undefined
  to?: number | undefined
}
