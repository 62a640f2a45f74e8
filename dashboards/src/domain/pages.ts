/** Who sees which page of the navigation; the service holds the same line for the data. */
import type { Role } from '../../../src/model/incident.js'

export type Page = 'desk' | 'equipment' | 'incidents' | 'findings' | 'admin'
const PAGES: Record<Role, readonly Page[]> = {
  admin: ['desk', 'equipment', 'incidents', 'findings', 'admin'],
  dispatcher: ['desk', 'equipment', 'incidents', 'findings'],
  maintainer: ['incidents', 'equipment', 'findings'],
  technician: ['incidents', 'equipment'],
  'use-unit': ['equipment', 'incidents'],
  operator: ['equipment', 'incidents'],
  'inspection-body': ['equipment', 'findings'],
  regulator: ['incidents', 'equipment', 'findings'],
}

export function pagesOf(role: Role): readonly Page[] {
  return PAGES[role]
}

/** Where a person lands after logging in. */
export function homeOf(role: Role): Page {
  return pagesOf(role)[0] ?? 'equipment'
}

/** The desk is dark; offices and phones are light unless their owner says otherwise. */
export function themeOf(role: Role | null): 'dark' | 'light' {
  return role === 'dispatcher' || role === null ? 'dark' : 'light'
}
