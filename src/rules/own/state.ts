/** What a rule remembers of one equipment, fresh and back from a snapshot. */
import type { OwnState } from './own-rule.js'

/** `memory` stands for the functions over time that the cells belong to. */
export function createState(memory: string, cells: number): OwnState {
  const empty = Array.from({ length: cells }, (): number[] => [])
  return { memory, at: 0, heardAt: 0, dueAt: 0, clear: Number.NaN, cells: empty }
}

/** Cells of other functions mean nothing, so the rule begins anew. JSON has no NaN and writes `null` for it. */
export function restoreState(saved: unknown, memory: string, cells: number): OwnState {
  const fresh = createState(memory, cells)
  const known = saved as Partial<OwnState> | null | undefined
  if (known?.memory !== memory || !Array.isArray(known.cells) || known.cells.length !== cells) return fresh
  return {
    memory,
    at: known.at ?? 0,
    heardAt: known.heardAt ?? 0,
    dueAt: known.dueAt ?? 0,
    clear: known.clear ?? Number.NaN,
    cells: known.cells.map((cell) => cell.map((value: number | null) => value ?? Number.NaN)),
  }
}
