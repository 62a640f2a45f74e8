/** Who sees which page of the navigation; the service holds the same line for the data. */
import type { Role } from '../../../src/model/incident.js'

export type Page = 'desk' | 'equipment' | 'incidents' | 'findings' | 'devices' | 'admin'
const PAGES: Record<Role, readonly Page[]> = {
  admin: ['desk', 'equipment', 'incidents', 'findings', 'devices', 'admin'],
  dispatcher: ['desk', 'equipment', 'incidents', 'findings', 'devices'],
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

/** Who reads the draft of an accident report, and who makes it anew; the service holds the same line. */
const REPORT_READERS: readonly Role[] = ['admin', 'dispatcher', 'regulator']

export function mayReadReport(role: Role | undefined): boolean {
  return role !== undefined && REPORT_READERS.includes(role)
}

export function mayDraftReport(role: Role | undefined): boolean {
  return role === 'admin' || role === 'dispatcher'
}

/** What somebody may do about how devices are connected; the service holds the same line. */
export interface DeviceRights {
  /** See why a device is not heard. */
  intake: boolean
  /** New secrets, revocation, claims, gateways. */
  credentials: boolean
  /** Secrets of many devices as one file. */
  bulk: boolean
}
const INTAKE: readonly Role[] = ['admin', 'dispatcher', 'maintainer', 'technician']

export function deviceRightsOf(role: Role | undefined): DeviceRights {
  return {
    intake: role !== undefined && INTAKE.includes(role),
    credentials: role === 'admin' || role === 'dispatcher',
    bulk: role === 'admin',
  }
}
