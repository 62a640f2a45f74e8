/** One sensor says the same value whatever happens; presence in lifts and on escalators, water level in boilers, unless said otherwise. */
import { linkFault } from './fault.js'

export const stuckSensor = linkFault({
  name: 'stuck-sensor',
  summary: 'one signal stays at its value, or at the one given, while the machine goes on',
  lastsMs: 30 * 60_000,
  options: [
    { name: 'signal', type: 'word', default: '', help: 'which; passenger or waterLevel if absent' },
    { name: 'value', type: 'word', default: '', help: 'number, true or false; the present value if absent' },
  ],
  begin: ({ machine, link, options }) => ({
    arm() {
      const usual = machine.kind === 'boiler' ? 'waterLevel' : 'passenger'
      link.stuck = { signal: String(options.signal || usual), value: stuckValue(String(options.value)) }
      return true
    },
    release() {
      link.stuck = null
      return true
    },
  }),
})

function stuckValue(text: string): number | boolean | null {
  if (text === 'true' || text === 'false') return text === 'true'
  const value = Number(text)
  return text === '' || Number.isNaN(value) ? null : value
}
