/** The list of fault patterns, by kind of equipment. Every pattern file in a kind's folder stands here. */

import { balanceBroken } from './boiler/b-bal.js'
import { shortCycling } from './boiler/b-cyc.js'
import { efficiencyLoss } from './boiler/b-eff.js'
import { emission } from './boiler/b-emi.js'
import { exhaustHot } from './boiler/b-ext.js'
import { fanFailure } from './boiler/b-fan.js'
import { flameFailure } from './boiler/b-ffl.js'
import { furnacePressure } from './boiler/b-fur.js'
import { gasLeak } from './boiler/b-gas.js'
import { fuelPressure } from './boiler/b-gpr.js'
import { hotWaterTemperature } from './boiler/b-hw.js'
import { waterHigh } from './boiler/b-hwl.js'
import { failedIgnitions } from './boiler/b-ign.js'
import { lowWater } from './boiler/b-llw.js'
import { falseLevel } from './boiler/b-lvx.js'
import { waterLow } from './boiler/b-lwl.js'
import { excessAir } from './boiler/b-o2h.js'
import { airShort } from './boiler/b-o2l.js'
import { overPressure } from './boiler/b-ovp.js'
import { pressureRise } from './boiler/b-prt.js'
import { boilerSensor } from './boiler/b-sns.js'
import { checksOverdue } from './boiler/b-svt.js'
import { waterQuality } from './boiler/b-wtr.js'
import { deriveBoiler, equipBoiler } from './boiler/derive.js'
import { BoilerFacts, boilerSlots } from './boiler/facts.js'
import { keepsBackBoiler } from './boiler/keeps-back.js'
import { signsOf as signsOfBoiler } from './boiler/signs.js'
import { completeBoiler, completeElevator } from './complete.js'
import { deriveElevator, elevatorEvent, equipElevator } from './elevator/derive.js'
import { lastSeen } from './elevator/evidence.js'
import { ElevatorFacts, elevatorSlots } from './elevator/facts.js'
import { beyondBottom } from './elevator/l-bot.js'
import { brakeSlip } from './elevator/l-brk.js'
import { doorCloseFault } from './elevator/l-dcf.js'
import { doorLongOpen } from './elevator/l-dlo.js'
import { doorOpenFault } from './elevator/l-dof.js'
import { runningWithOpenDoor } from './elevator/l-dor.js'
import { repeatedDoor } from './elevator/l-drr.js'
import { doorWear } from './elevator/l-dwr.js'
import { electricBicycle } from './elevator/l-ebk.js'
import { suddenStop } from './elevator/l-ems.js'
import { levelling } from './elevator/l-lvl.js'
import { stoppedBetweenFloors } from './elevator/l-nls.js'
import { offline } from './elevator/l-off.js'
import { possiblyTrapped } from './elevator/l-off-p.js'
import { overspeed } from './elevator/l-ovs.js'
import { floorLost } from './elevator/l-pos.js'
import { powerLost } from './elevator/l-pwr.js'
import { runTimeOver } from './elevator/l-rtl.js'
import { safetyCircuitBroken } from './elevator/l-sfc.js'
import { liftSensor } from './elevator/l-sns.js'
import { beyondTop } from './elevator/l-top.js'
import { trappedBetweenFloors } from './elevator/l-trap-1.js'
import { trappedAtFloor } from './elevator/l-trap-2.js'
import { alarmButton } from './elevator/l-trap-3.js'
import { trappedByPowerLoss } from './elevator/l-trap-4.js'
import { unintendedMovement } from './elevator/l-ucm.js'
import { overuse } from './elevator/l-use.js'
import { vibration } from './elevator/l-vib.js'
import { signsOf as signsOfElevator } from './elevator/signs.js'
import { deriveEscalator, equipEscalator, escalatorEvent } from './escalator/derive.js'
import { brakeNotReleased } from './escalator/e-brk.js'
import { brokenChain } from './escalator/e-chn.js'
import { caughtAtGuard } from './escalator/e-cmb.js'
import { emergencyStop } from './escalator/e-ems.js'
import { stoppedWithPeople } from './escalator/e-fal.js'
import { handrailSlip } from './escalator/e-hdr.js'
import { escalatorOffline } from './escalator/e-off.js'
import { escalatorOverspeed } from './escalator/e-ovs.js'
import { unintendedReversal } from './escalator/e-rev.js'
import { restartPrevented } from './escalator/e-rst.js'
import { circuitBroken } from './escalator/e-sfc.js'
import { escalatorSensor } from './escalator/e-sns.js'
import { missingStep } from './escalator/e-stm.js'
import { stopDistance } from './escalator/e-stp.js'
import { EscalatorFacts, escalatorSlots } from './escalator/facts.js'
import type { KindRules } from './facts.js'
import { EVERY_SIGN, type Pattern, type PatternHead } from './pattern.js'
import { disbelieve, failedSensorOf } from './sensor-faults.js'
import type { LinkFacts } from './silence.js'

export interface Catalogue {
  readonly elevator: KindRules<ElevatorFacts>
  readonly boiler: KindRules<BoilerFacts>
  readonly escalator: KindRules<EscalatorFacts>
  /** Judged on the link to an equipment instead of its readings; at most one for each kind. */
  readonly silence: readonly Pattern<LinkFacts>[]
}

export const CATALOGUE: Catalogue = {
  elevator: {
    kind: 'elevator',
    slots: elevatorSlots,
    createFacts: () => new ElevatorFacts(),
    equip: equipElevator,
    derive: deriveElevator,
    event: elevatorEvent,
    signsOf: signsOfElevator,
    mode: (facts) => facts.mode,
    disbelieve,
    keepsBack: (facts, pattern) => failedSensorOf(facts, pattern, elevatorSlots),
    complete: completeElevator,
    lastSeen,
    patterns: [
      trappedBetweenFloors,
      trappedAtFloor,
      alarmButton,
      trappedByPowerLoss,
      possiblyTrapped,
      powerLost,
      unintendedMovement,
      runningWithOpenDoor,
      overspeed,
      beyondTop,
      beyondBottom,
      suddenStop,
      safetyCircuitBroken,
      stoppedBetweenFloors,
      runTimeOver,
      floorLost,
      doorCloseFault,
      doorOpenFault,
      repeatedDoor,
      doorLongOpen,
      electricBicycle,
      brakeSlip,
      levelling,
      vibration,
      doorWear,
      overuse,
      liftSensor,
    ],
  },
  boiler: {
    kind: 'boiler',
    slots: boilerSlots,
    createFacts: () => new BoilerFacts(),
    equip: equipBoiler,
    derive: deriveBoiler,
    event: () => {},
    signsOf: signsOfBoiler,
    mode: () => Number.NaN,
    disbelieve,
    keepsBack: keepsBackBoiler,
    complete: completeBoiler,
    lastSeen: () => [],
    patterns: [
      lowWater,
      overPressure,
      flameFailure,
      waterLow,
      waterHigh,
      falseLevel,
      waterQuality,
      pressureRise,
      failedIgnitions,
      shortCycling,
      fanFailure,
      fuelPressure,
      gasLeak,
      furnacePressure,
      excessAir,
      airShort,
      exhaustHot,
      hotWaterTemperature,
      balanceBroken,
      efficiencyLoss,
      emission,
      checksOverdue,
      boilerSensor,
    ],
  },
  escalator: {
    kind: 'escalator',
    slots: escalatorSlots,
    createFacts: () => new EscalatorFacts(),
    equip: equipEscalator,
    derive: deriveEscalator,
    event: escalatorEvent,
    signsOf: () => EVERY_SIGN,
    mode: (facts) => facts.mode,
    disbelieve,
    keepsBack: (facts, pattern) => failedSensorOf(facts, pattern, escalatorSlots),
    // Nobody has published what escalators fail of, so nothing is guessed.
    complete: () => {},
    lastSeen: () => [],
    patterns: [
      escalatorOverspeed,
      unintendedReversal,
      missingStep,
      stoppedWithPeople,
      brokenChain,
      caughtAtGuard,
      emergencyStop,
      circuitBroken,
      stopDistance,
      handrailSlip,
      brakeNotReleased,
      restartPrevented,
      escalatorSensor,
    ],
  },
  silence: [offline, escalatorOffline],
}

/** Every pattern, for screens and tests. */
export function patternsOf({ elevator, boiler, escalator, silence }: Catalogue): PatternHead[] {
  return [...elevator.patterns, ...boiler.patterns, ...escalator.patterns, ...silence]
}
