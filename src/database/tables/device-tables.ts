/** Who may log in as a device or a gateway. */

/** A gateway speaks for the equipment bound to it, a device for itself. */
export type DeviceKind = 'device' | 'gateway'

/** The names of equipment and of gateways, so that no two have the same. */
export interface DeviceLoginTable {
  username: string
  kind: DeviceKind
  revoked: number
  /** Rises with every new secret. */
  version: number
  created_at: number
}

export interface DeviceSecretTable {
  username: string
  /** base64url of the HMAC of the secret's text. */
  hmac: string
  /** End of a rotation's overlap; null while it is the current one. */
  until: number | null
  created_at: number
}

export interface GatewayTable {
  username: string
  name: string
  organisation_id: string | null
  created_at: number
  updated_at: number
}

export interface GatewayEquipmentTable {
  username: string
  equipment_id: string
}

/** Unknown devices that ask to be admitted. */
export interface ClaimTable {
  username: string
  /** Of the secret that came first. */
  hmac: string
  /** Where it last came from. */
  address: string
  first_seen: number
  last_seen: number
  tries: number
  /** Another secret was presented under the same name. */
  contested: number
}
