/** One piece of the demo fleet: what is simulated, and what is registered. */
import type { DeviceSpec } from '../fleet-device.js'
import type { EquipmentRegistration } from '../registration.js'

export interface DemoEquipment {
  spec: DeviceSpec
  /** Keys of the demo organisations. */
  maintainer: string
  useUnit: string
  /** Without the ids of its organisations, which the service gives. */
  body: EquipmentRegistration
}
