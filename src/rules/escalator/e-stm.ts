/** E-STM: a step or a pallet is missing. Whoever steps there falls into the machine. */
import { EVENT_CODE } from '../../model/signals.js'
import { acted } from './acted.js'

export const missingStep = acted({
  id: 'E-STM',
  class: 'movement',
  priority: 'P0',
  withPeople: 'P0',
  switches: ['stepMissing'],
  codes: [EVENT_CODE.stepMissing, EVENT_CODE.escalatorStepMissing, EVENT_CODE.palletMissing],
  manualReset: true,
})
