/**
 * L-SNS: a sensor left its range, or took back what it said, again and again in a day, or a presence sensor says the same
 * at every stop: it is to be mended, and what goes by it waits.
 */
import { definePattern } from '../pattern.js'
import { FAULTS_A_DAY, failedVerdict, judgeSensors } from '../sensor-faults.js'
import { type ElevatorFacts, elevatorSlots } from './facts.js'
import { stuckPresence } from './presence.js'
import { SIGN } from './signs.js'

export const liftSensor = definePattern<ElevatorFacts>()({
  id: 'L-SNS',
  kind: 'elevator',
  class: 'sensor',
  priority: 'P3',
  gates: 'equipment',
  signs: SIGN.sensors,
  needs: [['speed', 'floor', 'load', 'levelError', 'passenger']],
  parameters: {
    faults: FAULTS_A_DAY,
    stuckStops: {
      default: 100,
      unit: '',
      min: 20,
      max: 10_000,
      source: 'our judgement: so many stops on end with somebody inside, or with nobody, no lift makes',
    },
  },

  prepare(facts, p) {
    judgeSensors(facts, p.faults, stuckPresence(facts, p.stuckStops))
  },

  condition: (facts, p) =>
    facts.failedSensors.length > 0 && failedVerdict(facts, elevatorSlots, stuckPresence(facts, p.stuckStops)),
})
