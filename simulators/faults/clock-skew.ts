/** The device's clock is wrong by a constant: give it from the start of the run for a clock that was never set. */
import { linkFault, numberOption } from './fault.js'

export const clockSkew = linkFault({
  name: 'clock-skew',
  summary: 'the clock is wrong by a constant, three hours slow unless said otherwise, for a day',
  lastsMs: 24 * 3_600_000,
  options: [
    { name: 'by', type: 'duration', default: -3 * 3_600_000, help: 'how far ahead; negative is slow' },
  ],
  begin: ({ link, options }) => ({
    arm() {
      link.clockOffsetMs = numberOption(options, 'by')
      return true
    },
    release() {
      link.clockOffsetMs = 0
      return true
    },
  }),
})
