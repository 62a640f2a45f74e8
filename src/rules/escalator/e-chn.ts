/** E-CHN: step chain or drive chain, or the auxiliary brake that holds the steps when the drive no longer does. */
import { acted } from './acted.js'

export const brokenChain = acted({
  id: 'E-CHN',
  class: 'movement',
  priority: 'P1',
  withPeople: 'P0',
  switches: ['stepChain', 'driveChain', 'auxiliaryBrake'],
  codes: [],
  manualReset: true,
})
