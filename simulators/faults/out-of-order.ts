/** The network delivers messages late and in random order, a few at a time. */
import { linkFault } from './fault.js'

export const outOfOrder = linkFault({
  name: 'out-of-order',
  summary: 'messages are held back and sent six at a time in random order',
  lastsMs: 2 * 60_000,
  begin: ({ link }) => ({
    arm() {
      link.reorder(true)
      return true
    },
    release() {
      link.reorder(false)
      return true
    },
  }),
})
