/**
 * The marks of an equipment as its rules know them: kept from the journal's records, and asked which one, if any, keeps
 * a finding from sending people. What a test is for is covered only if it began within the test, so that a value that
 * stays, or a mark set again and again, hides nothing.
 */
import type { Suppression } from '../model/finding.js'
import { MARKS, type Mark, type MarkKind } from '../model/mark.js'
import type { PatternHead } from './pattern.js'

/** Ended marks are kept for readings that come late. */
const KEPT_MS = 24 * 3_600_000
const MOST_MARKS = 32

const LEVEL = ['B-LWL', 'B-LLW', 'B-HWL', 'B-LVX']
const PRESSURE = ['B-OVP', 'B-PRT']
/** What each test makes act. */
const TESTED: Partial<Record<MarkKind, readonly string[]>> = {
  'gauge-flush': LEVEL,
  blowdown: LEVEL,
  'water-alarm-test': LEVEL,
  'valve-test': PRESSURE,
}

/** Who counts first where several cover the same finding: a test says most about it. */
const RANK: readonly Suppression[] = ['test', 'mechanic-present', 'muted', 'planned', 'drill']

/** Takes a record; `now` is its arrival. Returns whether it ended a mark early. */
export function noteMark(marks: Mark[], mark: Mark, now: number): boolean {
  if (!(mark.kind in MARKS)) return false
  const known = marks.find(({ id }) => id === mark.id)
  if (known) {
    known.until = Math.min(known.until, mark.until)
  } else {
    marks.push({ ...mark })
    marks.sort((a, b) => a.until - b.until)
    while (marks.length > MOST_MARKS || (marks[0]?.until ?? now) < now - KEPT_MS) marks.shift()
  }
  return mark.until <= now
}

/** What a mark must cover. Times are ms since 1970. */
export interface Covered {
  /** Since when the condition holds. */
  since: number
  now: number
  /** Fuel stayed on: no mark covers that. */
  interlockFailed: boolean
}

/** The mark that stands between a finding and the people it would send; `null` for most. */
export function coveringMark(marks: readonly Mark[], pattern: PatternHead, covered: Covered): Mark | null {
  if (marks.length === 0 || covered.interlockFailed) return null
  let best: Mark | null = null
  for (const mark of marks) {
    if (mark.from > covered.now || mark.until <= covered.now || !covers(mark, pattern, covered)) continue
    if (best === null || rankOf(mark) < rankOf(best)) best = mark
  }
  return best
}

export function suppressionOf({ kind }: Mark): Suppression {
  return MARKS[kind].suppression
}

function covers(mark: Mark, { id, gates }: PatternHead, { since }: Covered): boolean {
  const suppression = suppressionOf(mark)
  if (suppression === 'mechanic-present') return gates !== 'never'
  if (gates !== 'equipment') return false
  if (suppression !== 'test') return true
  return mark.from <= since && TESTED[mark.kind]?.includes(id) === true
}

function rankOf(mark: Mark): number {
  return RANK.indexOf(suppressionOf(mark))
}
