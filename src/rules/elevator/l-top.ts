/** L-TOP: past the highest floor. Only where somebody has stated the lowest, for many devices count from a basement. */
import { EVENT_CODE } from '../../model/signals.js'
import { overTravel } from './over-travel.js'

export const beyondTop = overTravel({
  id: 'L-TOP',
  code: EVENT_CODE.beyondTop,
  needs: 'attributes.floors & attributes.lowestFloor',
  beyond: (facts) => facts.floor >= facts.lowestFloor + facts.floors,
})
