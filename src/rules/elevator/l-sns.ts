/** L-SNS: a sensor left its range, or took back what it said, again and again in a day: it is to be mended, and what goes by it waits. */
import { definePattern } from '../pattern.js'
import { FAULTS_A_DAY, failedVerdict, judgeSensors } from '../sensor-faults.js'
import { type ElevatorFacts, elevatorSlots } from './facts.js'
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
  },

  prepare(facts, p) {
    judgeSensors(facts, p.faults)
  },

  condition: (facts) => failedVerdict(facts, elevatorSlots),
})
