/** What the registry says of equipment, organisations and people, as the API and the screens speak of it. Times are ms since 1970. */
import type { EquipmentAttributes, EquipmentKind, Profile } from './equipment.js'
import type { OrganisationType, Role } from './incident.js'

/** WGS-84 degrees. */
export interface Location {
  lat: number
  lon: number
}

/** What a rescuer needs at the door: whom to ring, where the keys are. */
export interface RescueCard {
  dutyRoom?: string
  safetyOfficer?: string
  companyPhone?: string
  carIntercom?: string
  building?: string
  unit?: string
  liftNo?: string
  entrance?: string
  machineRoom?: string
  keyPlace?: string
  brakeRelease?: string
  doorKey?: string
  notes?: string
  verifiedAt?: string
}

export interface Equipment {
  id: string
  kind: EquipmentKind
  name: string
  /** Six digits on the plate in the car. */
  rescueCode: string | null
  registrationCode: string | null
  certificateNo: string | null
  district: string | null
  address: string | null
  /** Estate, station or works: equipment of one site stands together, mostly on one mains supply. */
  site: string | null
  location: Location | null
  maintainerId: string | null
  useUnitId: string | null
  profile: Profile
  attributes: EquipmentAttributes
  rescueCard: RescueCard | null
  /** Made from a call about an equipment that nobody had registered. */
  provisional: boolean
  version: number
  createdAt: number
  updatedAt: number
}

export interface Organisation {
  id: string
  name: string
  type: OrganisationType
  district: string | null
  location: Location | null
  createdAt: number
}

export interface User {
  id: string
  username: string
  role: Role
  organisationId: string | null
  districts: string[]
  /** True until the first password has been replaced. */
  mustChangePassword: boolean
  disabled: boolean
  createdAt: number
}
