/** Parts of a score added up, and printed. */
import { leastEvents, mostEvents, type Share, shareOf } from './bounds.js'
import type { FalseCall } from './calm.js'
import type { Outcome, Result } from './recall.js'

/** What one process made, as it lies in its file. */
export interface Part {
  seed: string
  outcomes: Outcome[]
  liftMonths: number
  readings: number
  /** s that the calm months took. */
  calmSeconds: number
  calls: FalseCall[]
}

export function addUp(parts: readonly Part[]): Part {
  return {
    seed: [...new Set(parts.map(({ seed }) => seed))].join('+'),
    outcomes: parts.flatMap(({ outcomes }) => outcomes),
    liftMonths: sum(parts.map(({ liftMonths }) => liftMonths)),
    readings: sum(parts.map(({ readings }) => readings)),
    calmSeconds: sum(parts.map(({ calmSeconds }) => calmSeconds)),
    calls: parts.flatMap(({ calls }) => calls),
  }
}

/** Fills of the list at the end; more of one kind tell nothing new. */
const MOST_LISTED = 12
/** Of 1,000 lifts in a month, those that really trap somebody: Nanjing and Jiangsu publish 5.5 to 6. */
const TRAPS_OF_1000 = 6

export function printScore(part: Part, print: (line: string) => void): void {
  const patterns = [...new Set(part.outcomes.map(({ pattern }) => pattern))]
  print(
    `seed ${part.seed}: ${part.outcomes.length} injected faults, ${part.liftMonths.toFixed(1)} lift-months of calm`,
  )
  if (patterns.length > 0) printRecall(part, patterns, print)
  if (part.liftMonths > 0) printCalm(part, print)
  printLists(part, print)
}

const COLUMNS =
  'pattern    faults  found  as other  asked  missed     unseen   recall (95 %)        for the rescue (95 %)   precision   delay p50/p95/max s'

function printRecall(
  { outcomes, calls }: Part,
  patterns: readonly string[],
  print: (line: string) => void,
): void {
  print('')
  print(COLUMNS)
  for (const pattern of patterns) {
    const own = outcomes.filter((outcome) => outcome.pattern === pattern)
    const wrong = falseOf(pattern, outcomes, calls)
    print(recallLine(pattern, own, wrong))
  }
  print(recallLine('all', outcomes, falseOf(null, outcomes, calls)))
  print(
    'unseen: this hardware does not tell what the pattern needs; in no share. In brackets: found as another all the same.',
  )
  print(
    'for the rescue: found by its own pattern, or by another that sends the same people to the same equipment.',
  )
}

/** Dispatches for nothing, in calm days and before an injected fault began. */
function falseOf(pattern: string | null, outcomes: readonly Outcome[], calls: readonly FalseCall[]): number {
  const is = (name: string) => pattern === null || name === pattern
  const early = outcomes.flatMap((outcome) => outcome.early).filter(is).length
  return early + calls.filter((call) => call.consequence === 'dispatch' && is(call.pattern)).length
}

function recallLine(name: string, outcomes: readonly Outcome[], wrong: number): string {
  const count = (result: Result) => outcomes.filter((outcome) => outcome.result === result).length
  const found = count('found')
  const other = count('other')
  const unseenButFound = outcomes.filter(
    ({ result, foundAs }) => result === 'not-observable' && foundAs !== null,
  ).length
  const judged = found + other + count('asked') + count('missed')
  const delays = outcomes
    .filter(({ result }) => result === 'found')
    .flatMap(({ delayMs }) => (delayMs === null ? [] : [delayMs / 1000]))
    .sort((a, b) => a - b)
  const at = (share: number) =>
    (delays[Math.min(delays.length - 1, Math.floor(share * delays.length))] ?? 0).toFixed(1)
  const cells = [
    name.padEnd(9),
    String(judged + count('not-observable')).padStart(7),
    String(found).padStart(6),
    String(other).padStart(9),
    String(count('asked')).padStart(6),
    String(count('missed')).padStart(7),
    `${count('not-observable')} (${unseenButFound})`.padStart(9),
    `  ${percent(shareOf(found, judged))}`.padEnd(24),
    percent(shareOf(found + other, judged)).padEnd(24),
    `${(100 * (found / (found + wrong || 1))).toFixed(1)} %`.padEnd(11),
    `${at(0.5)} / ${at(0.95)} / ${(delays.at(-1) ?? 0).toFixed(1)}`,
  ]
  return cells.join(' ')
}

function percent({ value, low, high }: Share): string {
  const p = (share: number) => (100 * share).toFixed(1)
  return `${p(value)} % (${p(low)}–${p(high)})`
}

function printCalm(part: Part, print: (line: string) => void): void {
  const { calls, liftMonths } = part
  print('')
  print(
    `calm: ${part.readings} readings, ${((60 * liftMonths) / part.calmSeconds).toFixed(1)} lift-months a minute of one process`,
  )
  print(
    'of 1,000 lifts a month (95 %)   dispatched for nothing     to a dispatcher            to the company',
  )
  const patterns = [...new Set(calls.map(({ pattern }) => pattern))].sort()
  const line = (name: string, own: readonly FalseCall[]) => {
    const rates = (['dispatch', 'desk', 'work'] as const).map((consequence) =>
      rate(own.filter((call) => call.consequence === consequence).length, liftMonths).padEnd(26),
    )
    print(`${name.padEnd(31)} ${rates.join(' ')}`)
  }
  for (const pattern of patterns)
    line(
      pattern,
      calls.filter((call) => call.pattern === pattern),
    )
  const unasked = calls.filter((call) => call.pattern !== 'L-TRAP-3')
  line('all but the alarm button', unasked)
  line('all', calls)
  const wrong = unasked.filter(({ consequence }) => consequence === 'dispatch').length
  const right = (TRAPS_OF_1000 * liftMonths) / 1000
  print(
    `where ${TRAPS_OF_1000} of 1,000 lifts a month trap somebody, ${((100 * right) / (right + wrong)).toFixed(1)} % of the dispatches are for somebody`,
  )
}

/** Of 1,000 lifts in a month, with bounds. */
function rate(events: number, liftMonths: number): string {
  const of = (count: number) => ((1000 * count) / liftMonths).toFixed(events === 0 ? 2 : 1)
  return `${events}: ${of(events)} (${of(leastEvents(events))}–${of(mostEvents(events))})`
}

/** What went wrong, each so that it can be played again. */
function printLists({ seed, outcomes, calls }: Part, print: (line: string) => void): void {
  const amiss = outcomes.filter(
    ({ result }) => result === 'missed' || result === 'asked' || result === 'other',
  )
  const late = outcomes.filter(({ result, delayMs }) => result === 'found' && (delayMs ?? 0) > 5_000)
  listByPattern('not found by its own pattern', amiss, print, seed)
  listByPattern('found more than 5 s late', late, print, seed)
  const early = outcomes.filter((outcome) => outcome.early.length > 0)
  listByPattern('somebody was sent before the fault began', early, print, seed)
  const wrong = calls.filter(({ consequence }) => consequence === 'dispatch')
  if (wrong.length === 0) return
  print('')
  print('dispatched for nothing, by what was going on:')
  const byCause = groupBy(wrong, (call) => `${call.pattern} during ${call.during.join(' ') || 'nothing'}`)
  for (const [cause, all] of [...byCause]
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, 3 * MOST_LISTED)) {
    const [first] = all
    if (!first) continue
    print(
      `  ${String(all.length).padStart(5)}  ${cause}: --seed ${seed} --replay street-${first.street}/${first.equipment}@${new Date(first.at).toISOString()} (${first.evidence.join(' ')}; ${first.about})`,
    )
  }
}

function listByPattern(
  title: string,
  outcomes: readonly Outcome[],
  print: (line: string) => void,
  seed: string,
): void {
  if (outcomes.length === 0) return
  print('')
  print(`${title}:`)
  for (const [pattern, own] of groupBy(outcomes, (outcome) => outcome.pattern)) {
    for (const { index, result, foundAs, delayMs, possible, about } of own.slice(0, MOST_LISTED)) {
      const what = foundAs === null ? result : `found as ${foundAs}`
      const delay = delayMs === null ? '' : `, ${(delayMs / 1000).toFixed(1)} s`
      const at = possible === null ? '' : ` at ${new Date(possible).toISOString()}`
      print(`  --seed ${seed} --replay ${pattern}/${index}${at}: ${what}${delay}; ${about}`)
    }
    if (own.length > MOST_LISTED) print(`  and ${own.length - MOST_LISTED} more of ${pattern}`)
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}
