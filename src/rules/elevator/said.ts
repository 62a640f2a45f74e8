/** Which of the signals that matter for themselves came with a reading, found in one pass over it. */
import { SIGNALS, signalIndex } from '../../model/signals.js'

export const SAID = {
  speed: 1,
  carStatus: 2,
  levelError: 4,
  vibration: 8,
  counter: 16,
  eBike: 64,
  zone: 128,
  floor: 256,
} as const

const bitOfSignal = new Uint16Array(SIGNALS.length)
for (const [name, bit] of [
  ['speed', SAID.speed],
  ['carStatus', SAID.carStatus],
  ['levelError', SAID.levelError],
  ['vibrationX', SAID.vibration],
  ['vibrationY', SAID.vibration],
  ['vibrationZ', SAID.vibration],
  ['runs', SAID.counter],
  ['doorCycles', SAID.counter],
  ['eBikeScore', SAID.eBike],
  ['doorZone', SAID.zone],
  ['floor', SAID.floor],
] as const) {
  bitOfSignal[signalIndex(name) ?? -1] = bit
}

/** The bits of `SAID` for the signals (catalogue indexes) of a reading. */
export function saidBy(signals: readonly number[]): number {
  let said = 0
  for (let i = 0; i < signals.length; i++) said |= bitOfSignal[signals[i] ?? 0] ?? 0
  return said
}
