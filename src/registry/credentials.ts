/**
 * Secrets of devices: 256 random bits, shown once, kept as HMAC-SHA-256 under the server's key, so that a fleet that
 * comes back after a restart costs microseconds a device. User name = equipment id.
 */
import type { Viewer } from '../model/viewer.js'

export interface DeviceCredential {
  username: string
  /** base64url of the HMAC of the secret's text. */
  hmac: string
  equipmentId: string
  /** Rises with every replacement. */
  version: number
}

export interface Credentials {
  /** Replaces the old one and publishes `credential`; admin and dispatcher only. `password` is base64url and is not kept. */
  create(equipmentId: string, by: Viewer): Promise<{ username: string; password: string }>
  /** For a fleet: the same for many at once, in one transaction. */
  createAll(equipmentIds: readonly string[], by: Viewer): Promise<{ username: string; password: string }[]>
  /** Ends it without a new one. */
  revoke(equipmentId: string, by: Viewer): Promise<void>
  /** Every one that counts, for the gateway's start. */
  all(): Promise<DeviceCredential[]>
  /** `null` when it was revoked; the gateway asks after `credential` on the bus. */
  get(username: string): Promise<DeviceCredential | null>
}

/** The form in which secrets are kept; the gateway compares with it in constant time. base64url. */
export declare function hmacOfSecret(secret: string, key: Uint8Array): string
