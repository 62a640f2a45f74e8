/**
 * B-SNS: a sensor left its range or leapt as no heat does, again and again, or stands still while the boiler works: it is
 * to be mended, and what goes by it waits.
 */
import { definePattern } from '../pattern.js'
import { FAULTS_A_DAY, failedVerdict, judgeSensors } from '../sensor-faults.js'
import { type BoilerFacts, boilerSlots, MOST_KELVIN_PER_SECOND } from './facts.js'
import { SIGN } from './signs.js'
import { stillSlots } from './stillness.js'

export const boilerSensor = definePattern<BoilerFacts>()({
  id: 'B-SNS',
  kind: 'boiler',
  class: 'sensor',
  priority: 'P3',
  gates: 'equipment',
  signs: SIGN.sensors | SIGN.sampled,
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
    stillMs: {
      default: 7_200_000,
      unit: 'ms',
      min: 600_000,
      max: 604_800_000,
      source: 'our judgement: time under fire in which a meter does not move by its own last digit',
    },
    stillMoves: {
      default: 4,
      unit: '',
      min: 2,
      max: 100,
      source: 'our judgement: meanwhile the fire came or went, or steam or fuel changed by a fifth, so often',
    },
  },

  prepare(facts, p) {
    facts.mostKelvinPerSecond = p.kelvinPerSecond
    judgeSensors(facts, p.faults, stillSlots(facts, p.stillMs, p.stillMoves))
  },

  condition: (facts, p) =>
    facts.failedSensors.length > 0 &&
    failedVerdict(facts, boilerSlots, stillSlots(facts, p.stillMs, p.stillMoves)),
})
