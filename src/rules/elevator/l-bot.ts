/** L-BOT: past the lowest floor. Only where somebody has stated which one that is. */
import { EVENT_CODE } from '../../model/signals.js'
import { overTravel } from './over-travel.js'

export const beyondBottom = overTravel({
  id: 'L-BOT',
  code: EVENT_CODE.beyondBottom,
  needs: 'attributes.lowestFloor',
  beyond: (facts) => facts.floor < facts.lowestFloor,
})
