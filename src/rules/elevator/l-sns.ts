/**
 * L-SNS: a sensor left its range, or took back what it said, again and again in a day, or stands still while it should
 * move: it is to be mended, and what goes by it waits.
 */
import { definePattern } from '../pattern.js'
import { FAULTS_A_DAY, failedVerdict, judgeSensors } from '../sensor-faults.js'
import { type ElevatorFacts, elevatorSlots } from './facts.js'
import { SIGN } from './signs.js'
import { stillSensors, UNWEIGHED_STOPS } from './still-sensors.js'

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
    unweighedStops: {
      default: 20,
      unit: '',
      min: UNWEIGHED_STOPS,
      max: 1_000,
      source: 'our judgement: stops on end at which people came and went and the load cell weighed none',
    },
  },

  prepare(facts, p) {
    judgeSensors(facts, p.faults, stillSensors(facts, p))
  },

  condition: (facts, p) =>
    facts.failedSensors.length > 0 && failedVerdict(facts, elevatorSlots, stillSensors(facts, p)),
})
