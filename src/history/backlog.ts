/** How much the history still has to store, and how long that takes at the rate of the last half minute. */
import type { Cursor } from '../model/cursor.js'

export interface HistoryBacklog {
  /** Records of the journal that are not in the history yet, about. */
  records: number
  /** Seconds until they are stored, if it goes on as it went; `null` while they do not become fewer. */
  drainSeconds: number | null
}

interface Sample {
  at: number
  records: number
}

/** Over how long the rate is taken (ms). */
const WINDOW_MS = 30_000
/** Younger than this (ms) is what every write waits for; there is nothing to drain. */
const FRESH_MS = 5_000

/** Asked about once a second. `head` is the newest position of the journal, `lagMs` the age of the oldest record not stored. */
export function createBacklogMeter(): (state: {
  at: number
  head: number
  cursor: Cursor
  lagMs: number
}) => HistoryBacklog {
  let samples: Sample[] = []
  return ({ at, head, cursor, lagMs }) => {
    const records = recordsBehind(head, cursor)
    if (lagMs < FRESH_MS) {
      samples = []
      return { records, drainSeconds: 0 }
    }
    samples = samples.filter((sample) => sample.at > at - WINDOW_MS && sample.at < at)
    samples.push({ at, records })
    const first = samples[0] ?? { at, records }
    const fewer = first.records - records
    const drainSeconds = fewer > 0 ? (records * (at - first.at)) / fewer / 1000 : null
    return { records, drainSeconds }
  }
}

/** Positions are counted over all shards, and each shard has its part of them. */
export function recordsBehind(head: number, cursor: Cursor): number {
  let positions = 0
  for (const position of cursor) positions += Math.max(0, head - position)
  return Math.round(positions / cursor.length)
}
