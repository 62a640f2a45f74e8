/** E-EMS: somebody pressed the emergency stop; when it was is kept. Nobody is sent by itself unless people were on it. */
import { EVENT_CODE } from '../../model/signals.js'
import { acted } from './acted.js'

export const emergencyStop = acted({
  id: 'E-EMS',
  class: 'movement',
  priority: 'P2',
  withPeople: 'P1',
  switches: ['emergencyStop'],
  codes: [EVENT_CODE.emergencyStop],
  manualReset: false,
  shownWhenEmpty: true,
})
