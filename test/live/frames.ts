/** Builds the frames that rule workers cut, for tests and measurements of the live room. */
import type { LiveFrame } from '../../src/model/frame.js'
import { signalIndex } from '../../src/model/signals.js'

export interface FrameRow {
  id: string
  online?: boolean
  arrival?: number
  ts?: number
  values: { [signal: string]: number }
}

export function frameOf(rows: FrameRow[], at = 1_795_290_000_000): LiveFrame {
  const signals: number[] = []
  const values: number[] = []
  const times: number[] = []
  const offsets = [0]
  for (const row of rows) {
    for (const [name, value] of Object.entries(row.values)) {
      signals.push(signalIndex(name) ?? -1)
      values.push(value)
      times.push(row.ts ?? at)
    }
    offsets.push(signals.length)
  }
  return {
    at,
    equipment: rows.map((row) => row.id),
    online: Uint8Array.from(rows, (row) => (row.online === false ? 0 : 1)),
    arrival: Float64Array.from(rows, (row) => row.arrival ?? at),
    offsets: Uint32Array.from(offsets),
    signals: Uint16Array.from(signals),
    values: Float64Array.from(values),
    times: Float64Array.from(times),
  }
}
