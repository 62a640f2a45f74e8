/** The list of fault patterns, by kind of equipment. Every pattern file under `elevator/` and `boiler/` stands here. */
import { flameFailure } from './boiler/b-ffl.js'
import { lowWater } from './boiler/b-llw.js'
import { overPressure } from './boiler/b-ovp.js'
import { type BoilerFacts, boilerSlots, createBoilerFacts, deriveBoiler } from './boiler/facts.js'
import {
  createElevatorFacts,
  deriveElevator,
  type ElevatorFacts,
  elevatorEvent,
  elevatorSlots,
} from './elevator/facts.js'
import { runningWithOpenDoor } from './elevator/l-dor.js'
import { offline } from './elevator/l-off.js'
import { trappedBetweenFloors } from './elevator/l-trap-1.js'
import { trappedAtFloor } from './elevator/l-trap-2.js'
import { alarmButton } from './elevator/l-trap-3.js'
import { unintendedMovement } from './elevator/l-ucm.js'
import type { KindRules } from './facts.js'
import type { Pattern, PatternHead } from './pattern.js'
import type { LinkFacts } from './silence.js'

export interface Catalogue {
  readonly elevator: KindRules<ElevatorFacts>
  readonly boiler: KindRules<BoilerFacts>
  /** Judged on the link to an equipment instead of its readings; at most one for each kind. */
  readonly silence: readonly Pattern<LinkFacts>[]
}

export const CATALOGUE: Catalogue = {
  elevator: {
    kind: 'elevator',
    slots: elevatorSlots,
    createFacts: createElevatorFacts,
    derive: deriveElevator,
    event: elevatorEvent,
    mode: (facts) => facts.mode,
    patterns: [trappedBetweenFloors, trappedAtFloor, alarmButton, unintendedMovement, runningWithOpenDoor],
  },
  boiler: {
    kind: 'boiler',
    slots: boilerSlots,
    createFacts: createBoilerFacts,
    derive: deriveBoiler,
    event: () => {},
    mode: () => Number.NaN,
    patterns: [lowWater, overPressure, flameFailure],
  },
  silence: [offline],
}

/** Every pattern, for screens and tests. */
export function patternsOf({ elevator, boiler, silence }: Catalogue): PatternHead[] {
  return [...elevator.patterns, ...boiler.patterns, ...silence]
}
