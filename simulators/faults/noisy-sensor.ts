/** One sensor flickers: a switch says the opposite now and then, a number leaps by a few. */
import { linkFault, numberOption } from './fault.js'

export const noisySensor = linkFault({
  name: 'noisy-sensor',
  summary: 'one signal is wrong in some readings while the machine goes on',
  lastsMs: 30 * 60_000,
  options: [
    { name: 'signal', type: 'word', default: '', help: 'which; passenger or waterLevel if absent' },
    { name: 'chance', type: 'number', default: 0.2, help: 'share of the readings that are wrong' },
    { name: 'leap', type: 'number', default: 3, help: 'by how much a number is wrong at most' },
  ],
  begin: ({ machine, link, options }) => ({
    arm() {
      const usual = machine.kind === 'elevator' ? 'passenger' : 'waterLevel'
      link.noisy = {
        signal: String(options.signal || usual),
        chance: numberOption(options, 'chance'),
        leap: numberOption(options, 'leap'),
      }
      return true
    },
    release() {
      link.noisy = null
      return true
    },
  }),
})
