/** Plays one scored case again and prints what the device said and how the rules moved. */
import type { DeviceAction } from '../../simulators/message.js'
import { MONTH_MS } from '../../simulators/mix/nuisances.js'
import { playStreet } from './calm.js'
import { playFault, type Watcher } from './recall.js'

const AROUND_MS = 4 * 60_000

/** `L-DOR/17`, or `street-3/S3-4.9@2026-11-04T08:00:00.000Z`. */
export function replay(seed: string, what: string, print: (line: string) => void): void {
  const street = /^street-(\d+)\/([^@]+)@(.+)$/.exec(what)
  if (street) {
    const [, number = '0', equipment = '', time = ''] = street
    const at = Date.parse(time)
    const watcher = watching(print, { equipment, from: at - AROUND_MS, to: at + 20_000 })
    playStreet(
      seed,
      Number(number),
      Math.min(MONTH_MS, at - Date.parse('2026-11-02T00:00:00+08:00') + 60_000),
      watcher,
    )
    return
  }
  const [pattern = '', index = '0'] = what.split('/')
  const outcome = playFault(pattern, seed, Number(index), watching(print))
  print(JSON.stringify(outcome, null, 2))
}

function watching(
  print: (line: string) => void,
  only: { equipment?: string; from?: number; to?: number } = {},
): Watcher {
  const { equipment, from = 0, to = Number.POSITIVE_INFINITY } = only
  const within = (id: string, at: number) => (equipment ?? id) === id && at >= from && at <= to
  return {
    action(action, now) {
      if (within(action.device, now)) print(`${clock(now)} ${said(action)}`)
    },
    transition(move) {
      if (!within(move.equipment, move.at)) return
      print(`${clock(move.at)}   ${move.pattern} ${move.from} => ${move.to}: ${move.reason}`)
    },
    truth: (truth) => print(`truth ${JSON.stringify(truth)}`),
  }
}

function said(action: DeviceAction): string {
  return action.type === 'publish' ? `${action.topic} ${action.payload}` : action.type
}

function clock(ms: number): string {
  return new Date(ms).toISOString().slice(8, 23)
}
