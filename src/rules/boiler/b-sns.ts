/** B-SNS: a sensor left its range, or leapt as no heat does, again and again: it is to be mended, and what goes by it waits. */
import { definePattern } from '../pattern.js'
import { FAULTS_A_DAY, failedVerdict, judgeSensors } from '../sensor-faults.js'
import { type BoilerFacts, boilerSlots, MOST_KELVIN_PER_SECOND } from './facts.js'

export const boilerSensor = definePattern<BoilerFacts>()({
  id: 'B-SNS',
  kind: 'boiler',
  class: 'sensor',
  priority: 'P3',
  gates: 'equipment',
  needs: [['exhaustTemp', 'pressure', 'waterLevel', 'outletTemp', 'o2', 'furnacePressure']],
  parameters: {
    faults: FAULTS_A_DAY,
    kelvinPerSecond: {
      default: MOST_KELVIN_PER_SECOND,
      unit: 'K/s',
      min: 5,
      max: 500,
      source: 'our judgement: faster is a loose wire, and is not believed',
    },
  },

  prepare(facts, p) {
    facts.mostKelvinPerSecond = p.kelvinPerSecond
    judgeSensors(facts, p.faults)
  },

  condition: (facts) => failedVerdict(facts, boilerSlots),
})
