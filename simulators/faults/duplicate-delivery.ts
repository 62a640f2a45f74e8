/** The network delivers every message twice. */
import { linkFault } from './fault.js'

export const duplicateDelivery = linkFault({
  name: 'duplicate-delivery',
  summary: 'every message is sent twice',
  lastsMs: 2 * 60_000,
  begin: ({ link }) => ({
    arm() {
      link.duplicating = true
      return true
    },
    release() {
      link.duplicating = false
      return true
    },
  }),
})
