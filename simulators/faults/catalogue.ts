/** Every fault that can be scripted. A new one is a file beside this one and a line here. */
import { alarmButton } from './alarm-button.js'
import { brakeWear } from './brake-wear.js'
import { clockJump } from './clock-jump.js'
import { clockSkew } from './clock-skew.js'
import { doorBlocked } from './door-blocked.js'
import { doorHeld } from './door-held.js'
import { doorOpenRun } from './door-open-run.js'
import { duplicateDelivery } from './duplicate-delivery.js'
import { electricBicycle } from './electric-bicycle.js'
import { emergencyStop } from './emergency-stop.js'
import { escalatorOverspeed } from './escalator-overspeed.js'
import { escalatorReversal } from './escalator-reversal.js'
import { fanStopped } from './fan-stopped.js'
import type { FaultScript } from './fault.js'
import { fireDrill } from './fire-drill.js'
import { flameOut } from './flame-out.js'
import { furnacePressure } from './furnace-pressure.js'
import { gasLeak } from './gas-leak.js'
import { handrailSlip } from './handrail-slip.js'
import { hotWaterOverheat } from './hot-water-overheat.js'
import { interlockFailed } from './interlock-failed.js'
import { lowWater } from './low-water.js'
import { maintenanceVisit } from './maintenance-visit.js'
import { missingStep } from './missing-step.js'
import { networkLoss } from './network-loss.js'
import { noisySensor } from './noisy-sensor.js'
import { outOfOrder } from './out-of-order.js'
import { outOfService } from './out-of-service.js'
import { overPressure } from './over-pressure.js'
import { overTravel } from './over-travel.js'
import { overspeed } from './overspeed.js'
import { powerCut } from './power-cut.js'
import { reLevel } from './re-level.js'
import { shortStop } from './short-stop.js'
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
  overspeed,
  overTravel,
  powerCut,
  maintenanceVisit,
  shortStop,
  doorBlocked,
  doorHeld,
  reLevel,
  electricBicycle,
  outOfService,
  fireDrill,
  lowWater,
  interlockFailed,
  overPressure,
  flameOut,
  gasLeak,
  furnacePressure,
  fanStopped,
  hotWaterOverheat,
  escalatorOverspeed,
  escalatorReversal,
  missingStep,
  emergencyStop,
  handrailSlip,
  brakeWear,
  networkLoss,
  clockSkew,
  clockJump,
  stuckSensor,
  noisySensor,
  duplicateDelivery,
  outOfOrder,
]

const scriptByName = new Map(FAULTS.map((script) => [script.name, script]))

export function faultNamed(name: string): FaultScript | undefined {
  return scriptByName.get(name)
}
