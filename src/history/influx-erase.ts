/**
 * Erases points of an InfluxDB before a rebuild writes them again. InfluxDB knows equipment and time and nothing of the
 * journal, so only equipment of ours is named, and only times of which the journal knows everything.
 */
import { EQUIPMENT_KINDS } from '../model/equipment.js'
import type { InfluxConnection } from './influx-connection.js'
import type { TimeRange } from './rebuild.js'

/** Small pieces: a delete over many series and days takes longer than a request may. */
const EQUIPMENT_A_PIECE = 200
const PIECE_MS = 24 * 3_600_000

/** What one request erases. */
export interface ErasePiece extends TimeRange {
  measurement: string
  equipment: readonly string[]
}

/** The requests of one erasure. `to` of the range is finite. */
export function* erasePieces(equipment: readonly string[], { from, to }: TimeRange): Generator<ErasePiece> {
  for (const measurement of [...EQUIPMENT_KINDS, 'event']) {
    for (let start = from; start < to; start += PIECE_MS) {
      const range = { from: start, to: Math.min(to, start + PIECE_MS) }
      for (let first = 0; first < equipment.length; first += EQUIPMENT_A_PIECE) {
        yield { measurement, equipment: equipment.slice(first, first + EQUIPMENT_A_PIECE), ...range }
      }
    }
  }
}

/** Erases one piece with the DELETE of InfluxQL, which 1.x has. */
export async function eraseByQuery(
  query: InfluxConnection['query'],
  { measurement, equipment, from, to }: ErasePiece,
): Promise<void> {
  const ids = equipment.map((id) => `"equipment" = '${id.replace(/[\\']/g, '\\$&')}'`)
  await query(
    `DELETE FROM "${measurement}" WHERE (${ids.join(' OR ')}) AND time >= ${from}ms AND time < ${to}ms`,
  )
}

/** The predicates of the delete API of 2.x, which knows no OR: one request for each equipment. */
export function erasePredicates({ measurement, equipment }: ErasePiece): string[] {
  return equipment.map(
    (id) => `_measurement="${measurement}" AND equipment="${id.replace(/[\\"]/g, '\\$&')}"`,
  )
}
