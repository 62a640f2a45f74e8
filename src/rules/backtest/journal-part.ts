/**
 * Plays one partition of the journal: every record is decoded once and steps each rule set, ticks included, as in a rule
 * worker. Equipment records count from wherever reading begins; all else from the warm-up on.
 */
import { createDecoder } from '../../codecs/decode.js'
import type { EquipmentDirectory, EquipmentEntry } from '../../codecs/directory.js'
import type { JournalReader } from '../../journal/journal.js'
import type { Cursor } from '../../model/cursor.js'
import type { Span } from '../../model/retention.js'
import type { Engine } from '../engine.js'
import type { PlayClock } from './side.js'

export interface JournalPart extends Span {
  reader: JournalReader
  /** Before the first record that matters. */
  start: Cursor
  directory: EquipmentDirectory
  engines: readonly Engine[]
  selects: (entry: EquipmentEntry) => boolean
  clock: PlayClock
  /** After each page: how far it is, ms since 1970. */
  onPage: (arrival: number) => void
}

export interface JournalPartResult {
  records: number
  /** The rules in force changed meanwhile. */
  rulesChanged: boolean
}

export async function playJournal(part: JournalPart): Promise<JournalPartResult> {
  const { reader, directory, engines, selects, clock, from, to, onPage } = part
  const decoder = createDecoder({ directory })
  const result: JournalPartResult = { records: 0, rulesChanged: false }
  let arrival = from
  let over = false
  for (let at = part.start; !over; ) {
    const page = await reader.read(at)
    for (const record of page.records) {
      const { kind } = record
      if (record.arrival >= to) {
        // Ticks are written each second: what comes after one lies behind the range.
        over ||= kind === 'tick'
        continue
      }
      const counts = record.arrival >= from
      if (kind === 'tick') {
        if (!counts || directory.size === 0) continue
        arrival = clock.now = record.arrival
        for (const engine of engines)
          engine.tick(record.arrival, record.position, undefined, record.payload.length > 0)
        continue
      }
      if (kind === 'rules') {
        const decoded = decoder.decode(record)
        const since = decoded.type === 'rules' ? (decoded.rules.since ?? record.arrival) : 0
        result.rulesChanged ||= since >= from && since < to
        continue
      }
      const entry = directory.get(record.equipment)
      if (kind !== 'equipment' && !(counts && entry && selects(entry))) continue
      clock.now = record.arrival
      result.records++
      const decoded = decoder.decode(record, entry)
      for (const engine of engines) engine.step(record, decoded)
    }
    onPage(arrival)
    if (!page.more) break
    at = page.to
  }
  return result
}
