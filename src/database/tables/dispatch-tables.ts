/** What the desk goes by: response plans, and whom it reaches by function. */
import type { ContactRole } from '../../model/contact.js'

/** The response plans that were in force, each with what changed. Rows are only ever added. */
export interface PlanVersionTable {
  version: number
  author: string
  author_name: string
  reason: string
  at: number
  /** All plans. */
  plans_json: string
}

export interface ContactTable {
  id: string
  /** `null`: of the centre itself. */
  organisation_id: string | null
  /** `null`: wherever none is named for the district. */
  district: string | null
  role: ContactRole
  name: string
  phone: string | null
  email: string | null
  user_id: string | null
  created_at: number
  ended_at: number | null
}
