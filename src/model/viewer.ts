/** Who is looking or acting: what every question to the registry, the incidents and the dispatch is scoped by. */
import type { Role } from './incident.js'

export interface Viewer {
  userId: string
  username: string
  role: Role
  /** The company, use unit or station the person belongs to. */
  organisationId: string | null
  /** Areas of a regulator or inspection body; `*` stands for the whole city. */
  districts: readonly string[]
}

/** One page of a list; `next` is the cursor of the following page, `null` at the end. */
export interface ListPage<T> {
  items: T[]
  next: string | null
}

/** What every list takes. `limit` is clamped to 1…500, 50 without one. */
export interface ListQuery {
  limit?: number | undefined
  cursor?: string | undefined
}
