/** Every fault that can be scripted. A new one is a file beside this one and a line here. */
import { alarmButton } from './alarm-button.js'
import { clockJump } from './clock-jump.js'
import { clockSkew } from './clock-skew.js'
import { doorOpenRun } from './door-open-run.js'
import { duplicateDelivery } from './duplicate-delivery.js'
import type { FaultScript } from './fault.js'
import { flameOut } from './flame-out.js'
import { interlockFailed } from './interlock-failed.js'
import { lowWater } from './low-water.js'
import { maintenanceVisit } from './maintenance-visit.js'
import { networkLoss } from './network-loss.js'
import { outOfOrder } from './out-of-order.js'
import { overPressure } from './over-pressure.js'
import { powerCut } from './power-cut.js'
import { stuckSensor } from './stuck-sensor.js'
import { trapped } from './trapped.js'
import { trappedAtFloor } from './trapped-at-floor.js'
import { unintendedMovement } from './unintended-movement.js'

export const FAULTS: readonly FaultScript[] = [
  trapped,
  trappedAtFloor,
  alarmButton,
  doorOpenRun,
  unintendedMovement,
  powerCut,
  maintenanceVisit,
  lowWater,
  interlockFailed,
  overPressure,
  flameOut,
  networkLoss,
  clockSkew,
  clockJump,
  stuckSensor,
  duplicateDelivery,
  outOfOrder,
]

const scriptByName = new Map(FAULTS.map((script) => [script.name, script]))

export function faultNamed(name: string): FaultScript | undefined {
  return scriptByName.get(name)
}
