/**
 * What functions over a window remember: a few numbers, then rows of time and value, oldest first. A window is kept in
 * `STEPS` rows whatever comes in, so its memory is bounded and its edge is exact to one step. A value stands until the
 * next one; times are ms. All of it is plain numbers; NaN is unknown.
 */

/** Rows of one window: it costs at most some 100 numbers an equipment. */
const STEPS = 30
/** So many events of a window are counted to the millisecond; of more, those close together leave it together. */
const EXACT_COUNTS = 32

/** A value stands until the next one, unless the equipment falls silent for too long. */
export interface Standing {
  now: number
  /** Until when the values of the look before stood; `now` or earlier. */
  until: number
  /** Whether those of this look stand. */
  stands: boolean
}

const at = (cell: readonly number[], index: number): number => cell[index] ?? Number.NaN

/** Change of a number in a minute, from the row that is `ms` old; unknown when there is none of about then. */
export function rateOf(cell: number[], now: number, value: number, ms: number): number {
  if (Number.isNaN(value)) return Number.NaN
  if (cell.length === 0 || now - at(cell, cell.length - 2) >= ms / STEPS) cell.push(now, value)
  while (cell.length > 2 && at(cell, 2) <= now - ms) cell.splice(0, 2)
  const elapsed = now - at(cell, 0)
  if (elapsed < ms || elapsed > 2 * ms) return Number.NaN
  return ((value - at(cell, 1)) / elapsed) * 60_000
}

/** Head: time and value of the look before, ∫value dt, time in which a value was known. Rows: time and both sums. */
const MEAN_HEAD = 4
const MEAN_ROW = 3

/** Mean by time; unknown until the window is full, and when no value was known in more than half of it. */
export function meanOf(cell: number[], { now, until }: Standing, value: number, ms: number): number {
  if (cell.length === 0) cell.push(now, Number.NaN, 0, 0)
  const stood = Math.max(0, until - at(cell, 0))
  const before = at(cell, 1)
  if (!Number.isNaN(before)) {
    cell[2] = at(cell, 2) + before * stood
    cell[3] = at(cell, 3) + stood
  }
  cell[0] = now
  cell[1] = value
  const sum = at(cell, 2)
  const known = at(cell, 3)
  if (cell.length === MEAN_HEAD || now - at(cell, cell.length - MEAN_ROW) >= ms / STEPS) {
    cell.push(now, sum, known)
  }
  const from = now - ms
  while (at(cell, MEAN_HEAD + MEAN_ROW) <= from) cell.splice(MEAN_HEAD, MEAN_ROW)
  const first = at(cell, MEAN_HEAD)
  if (first > from) return Number.NaN
  const hasNext = cell.length > MEAN_HEAD + MEAN_ROW
  const next = hasNext ? at(cell, MEAN_HEAD + MEAN_ROW) : now
  const gone = next > first ? (from - first) / (next - first) : 0
  const sumFrom = between(at(cell, MEAN_HEAD + 1), hasNext ? at(cell, MEAN_HEAD + MEAN_ROW + 1) : sum, gone)
  const knownFrom = between(
    at(cell, MEAN_HEAD + 2),
    hasNext ? at(cell, MEAN_HEAD + MEAN_ROW + 2) : known,
    gone,
  )
  return known - knownFrom < ms / 2 ? Number.NaN : (sum - sumFrom) / (known - knownFrom)
}

function between(a: number, b: number, share: number): number {
  return a + (b - a) * share
}

/** Head: when it began, time and value of the look before. Rows: time, least or greatest value of a step. */
const EXTREME_HEAD = 3

/** Least or greatest value; unknown until the window is full. */
export function extremeOf(
  cell: number[],
  { now, until, stands }: Standing,
  value: number,
  ms: number,
  side: 'min' | 'max',
): number {
  if (cell.length === 0) cell.push(now, now, Number.NaN)
  const stood = until > at(cell, 1) ? at(cell, 2) : Number.NaN
  const here = stands ? further(stood, value, side) : stood
  cell[1] = now
  cell[2] = value
  if (!Number.isNaN(here)) {
    const last = cell.length - 2
    if (last < EXTREME_HEAD || now - at(cell, last) >= ms / STEPS) cell.push(now, here)
    else cell[last + 1] = further(at(cell, last + 1), here, side)
  }
  while (cell.length > EXTREME_HEAD && at(cell, EXTREME_HEAD) + ms / STEPS <= now - ms)
    cell.splice(EXTREME_HEAD, 2)
  if (now - at(cell, 0) < ms) return Number.NaN
  let extreme = Number.NaN
  for (let i = EXTREME_HEAD + 1; i < cell.length; i += 2) extreme = further(extreme, at(cell, i), side)
  return extreme
}

function further(a: number, b: number, side: 'min' | 'max'): number {
  if (Number.isNaN(a)) return b
  if (Number.isNaN(b)) return a
  return side === 'min' ? Math.min(a, b) : Math.max(a, b)
}

/** Head: when it began, what was last known (1, 0), how often it became true. Rows: time, how often before it. */
const COUNT_HEAD = 3

/**
 * How often it became true. From false only: after a gap nobody knows when it happened. A pulse is true for one look, so
 * each time is another.
 */
export function countOf(cell: number[], now: number, truth: number, ms: number, pulse: boolean): number {
  if (cell.length === 0) cell.push(now, Number.NaN, 0)
  const from = now - ms
  while (at(cell, COUNT_HEAD) <= from) cell.splice(COUNT_HEAD, 2)
  if (truth === 1 && (pulse || at(cell, 1) === 0)) {
    const rows = (cell.length - COUNT_HEAD) / 2
    const near = now - at(cell, cell.length - 2) < ms / STEPS
    if (rows < EXACT_COUNTS || !near) cell.push(now, at(cell, 2))
    cell[2] = at(cell, 2) + 1
  }
  if (!Number.isNaN(truth)) cell[1] = truth
  return cell.length > COUNT_HEAD ? at(cell, 2) - at(cell, COUNT_HEAD + 1) : 0
}

/** Whether the count has watched its whole window; before, there may have been more. */
export function countIsWhole(cell: readonly number[], now: number, ms: number): boolean {
  return now - at(cell, 0) >= ms
}

/** Since when it is true without a break, or NaN. */
export function heldSince(cell: number[], now: number, truth: number): number {
  if (truth !== 1) cell[0] = Number.NaN
  else if (cell.length === 0 || Number.isNaN(at(cell, 0))) cell[0] = now
  return at(cell, 0)
}

/** First: what was known of A, when it became true. Then: what was known of B, and whether it came in time. */
export function sequenceOf(
  cell: number[],
  now: number,
  [first, second]: readonly [number, number],
  ms: number,
  pulses: readonly [boolean, boolean],
): number {
  if (cell.length === 0) cell.push(Number.NaN, Number.NaN, Number.NaN, 0)
  if (second === 1 && (pulses[1] || at(cell, 2) === 0)) cell[3] = Number(now - at(cell, 1) <= ms)
  else if (second === 0) cell[3] = 0
  // After B, so that what comes together is no sequence.
  if (first === 1 && (pulses[0] || at(cell, 0) === 0)) cell[1] = now
  if (!Number.isNaN(first)) cell[0] = first
  if (!Number.isNaN(second)) cell[2] = second
  return Number.isNaN(second) ? Number.NaN : at(cell, 3)
}

/** Whether it is another value than the last that was known; unknown before the second. */
export function changedFrom(cell: number[], value: number): number {
  const before = at(cell, 0)
  if (Number.isNaN(value)) return Number.NaN
  cell[0] = value
  return Number.isNaN(before) ? Number.NaN : Number(before !== value)
}

/** Time and value of the look before, ms learnt (at most the time constant), mean, variance. */
export interface Usual {
  mean: number
  deviation: number
}
const usual: Usual = { mean: Number.NaN, deviation: Number.NaN }

/** The usual value: a plain mean until the time constant has been learnt, then a fading one; unknown until then. */
export function usualOf(cell: number[], { now, until }: Standing, value: number, ms: number): Usual {
  if (cell.length === 0) cell.push(now, Number.NaN, 0, 0, 0)
  const stood = until - at(cell, 0)
  const before = at(cell, 1)
  if (stood > 0 && !Number.isNaN(before)) {
    const learnt = Math.min(ms, at(cell, 2) + stood)
    const weight = Math.min(1, stood / learnt)
    const off = before - at(cell, 3)
    cell[2] = learnt
    cell[3] = at(cell, 3) + weight * off
    cell[4] = (1 - weight) * (at(cell, 4) + weight * off * off)
  }
  cell[0] = now
  cell[1] = value
  const ripe = at(cell, 2) >= ms
  usual.mean = ripe ? at(cell, 3) : Number.NaN
  usual.deviation = ripe ? Math.sqrt(at(cell, 4)) : Number.NaN
  return usual
}
