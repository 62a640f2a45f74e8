/** Alarm buttons pressed one after the other while something is away: how long until a dispatcher's screen knows. */
import type { IncidentWatch } from '../service/watch-incidents.js'
import type { Victims } from './victims.js'
import { pause } from './waiting.js'

export interface AlarmTimes {
  /** ms from the publish to the frame on the screen, one for each alarm. */
  times: number[]
  stop(): Promise<void>
}

/** Presses one every `everyMs` until stopped or until `most` were pressed. */
export function pressInTurn({
  victims,
  desk,
  everyMs,
  most,
}: {
  victims: Victims
  desk: IncidentWatch
  everyMs: number
  most: number
}): AlarmTimes {
  const times: number[] = []
  let running = true
  const pressing = (async () => {
    for (let pressed = 0; running && pressed < most; pressed++) {
      await victims.ready()
      const seen = desk.incidentOf(victims.next)
      const began = performance.now()
      await Promise.all([victims.press(), seen])
      times.push(performance.now() - began)
      for (let waited = 0; running && waited < everyMs; waited += 50) await pause(50)
    }
  })()
  return {
    times,
    async stop() {
      running = false
      await pressing
    },
  }
}

/** `{name} p50 ms` and so on, to the tenth. */
export function quantiles(name: string, times: readonly number[]): Record<string, number> {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number) =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10
  return {
    [`${name}s`]: sorted.length,
    [`${name} p50 ms`]: at(0.5),
    [`${name} p99 ms`]: at(0.99),
    [`${name} worst ms`]: at(1),
  }
}
