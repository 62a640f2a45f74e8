/** A clock that was right jumps ahead, and jumps back when somebody sets it: times repeat. */
import { linkFault, numberOption } from './fault.js'

export const clockJump = linkFault({
  name: 'clock-jump',
  summary: 'the clock jumps, ten minutes ahead unless said otherwise, and is set right after the fault',
  lastsMs: 10 * 60_000,
  options: [{ name: 'by', type: 'duration', default: 10 * 60_000, help: 'how far ahead; negative is back' }],
  begin: ({ link, options }) => ({
    arm() {
      link.clockOffsetMs += numberOption(options, 'by')
      return true
    },
    release() {
      link.clockOffsetMs -= numberOption(options, 'by')
      return true
    },
  }),
})
