/** E-CMB: comb plate, skirt, floor plate or handrail inlet: something, or somebody, is caught. */
import { EVENT_CODE } from '../../model/signals.js'
import { acted } from './acted.js'

export const caughtAtGuard = acted({
  id: 'E-CMB',
  class: 'movement',
  priority: 'P2',
  withPeople: 'P1',
  switches: ['combPlate', 'skirtSwitch', 'floorPlate', 'handrailInlet'],
  codes: [EVENT_CODE.combJammed, EVENT_CODE.coverOpened],
  manualReset: false,
})
