/** Companies, use units, stations, centres and offices. */
import type { OrganisationType } from '../model/incident.js'
import type { Location, Organisation } from '../model/registry.js'
import type { ListPage, ListQuery, Viewer } from '../model/viewer.js'

export interface NewOrganisation {
  /** Given by an import or the demo; a random one otherwise. */
  id?: string | undefined
  name: string
  type: OrganisationType
  district?: string | undefined
  location?: Location | undefined
}

export interface Organisations {
  /** ROLE_FORBIDDEN for anyone but `admin` and `dispatcher`. */
  create(organisation: NewOrganisation, by: Viewer, key?: string): Promise<Organisation>
  list(
    query: ListQuery & { type?: OrganisationType | undefined; text?: string | undefined },
    by: Viewer,
  ): Promise<ListPage<Organisation>>
  /** Throws ORGANISATION_UNKNOWN. */
  get(id: string): Promise<Organisation>
}
