/** The network is away: the connection breaks, the terminal keeps its messages and sends them later in order. */
import { linkFault } from './fault.js'

export const networkLoss = linkFault({
  name: 'network-loss',
  summary: 'the connection breaks; what is said meanwhile is sent afterwards, in order, with its own times',
  lastsMs: 5 * 60_000,
  begin: ({ link }) => ({
    arm() {
      link.lose()
      return true
    },
    release() {
      link.restore()
      return true
    },
  }),
})
