/** What is sent to register equipment and organisations: the bodies of `POST /api/equipment` and `/api/organisations`. */
import type { EquipmentAttributes, EquipmentKind } from '../src/model/equipment.js'

export interface Location {
  /** WGS-84 degrees */
  lat: number
  lon: number
}

/** What a rescuer needs to know on the way. */
export interface RescueCard {
  dutyRoom: string
  safetyOfficer: string
  companyPhone: string
  carIntercom: string
  building: string
  unit: string
  liftNo: string
  entrance: string
  machineRoom: string
  keyPlace: string
  brakeRelease: string
  doorKey: string
  notes: string
  /** ISO 8601 with zone */
  verifiedAt: string
}

export interface EquipmentRegistration {
  id: string
  kind: EquipmentKind
  name: string
  /** Six digits on the plate in the car. */
  rescueCode?: string
  /** Twenty digits: class, area, year and month, serial. */
  registrationCode?: string
  certificateNo?: string
  district?: string
  address?: string
  /** Where it stands together with others. */
  site?: string
  location?: Location
  maintainerId?: string
  useUnitId?: string
  attributes: EquipmentAttributes
  rescueCard?: RescueCard
}

export interface OrganisationRegistration {
  name: string
  type: 'maintainer' | 'use-unit' | 'station' | 'centre' | 'office' | 'inspection-body'
  district?: string
  location?: Location
}
