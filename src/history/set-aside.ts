/** Values that a store would drop without a word, gathered with their reason while a block is prepared. */
import { SET_ASIDE_REASONS, type SetAsideReason } from './history.js'

export interface SetAsideRow {
  reason: SetAsideReason
  kind: string
  equipment: string
  ts: number
  shard: number
  position: number
  name: string
  value: string
}

/** Kept to look at from one write; beyond that only the count goes on. */
const ROWS_A_WRITE = 1000

export interface SetAside {
  add(row: SetAsideRow): void
  rows(): readonly SetAsideRow[]
  counts(): Record<SetAsideReason, number>
}

export function createSetAside(): SetAside {
  const rows: SetAsideRow[] = []
  const counts = emptyCounts()
  return {
    add(row) {
      counts[row.reason]++
      if (rows.length < ROWS_A_WRITE) rows.push(row)
    },
    rows: () => rows,
    counts: () => counts,
  }
}

export function emptyCounts(): Record<SetAsideReason, number> {
  return Object.fromEntries(SET_ASIDE_REASONS.map((reason) => [reason, 0])) as Record<SetAsideReason, number>
}
