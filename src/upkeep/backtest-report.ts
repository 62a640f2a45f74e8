/** What a back-test and a run of case files say on a terminal. */
import type { BacktestDifference, BacktestResult, Episode, SideResult } from '../model/backtest.js'
import { reportedAt } from '../rules/backtest/episodes.js'
import type { CaseOutcome } from '../rules/backtest/play-case.js'

export function casesInWords(outcomes: readonly CaseOutcome[]): string {
  const failed = outcomes.filter(({ faults }) => faults.length > 0)
  const lines = failed.flatMap(({ case: { name, about }, faults, found }) => [
    `FAILED ${name}: ${about}`,
    ...faults.map((fault) => `  ${fault}`),
    ...(found.length === 0 ? ['  found: nothing'] : found.map((one) => `  found: ${one}`)),
  ])
  const total =
    outcomes.length === 0
      ? 'no case: files are named NAME.fires.yaml, NAME.quiet.yaml or the same with .json'
      : `${outcomes.length - failed.length} of ${outcomes.length} cases hold`
  return [...lines, total].join('\n')
}

export function resultInWords(result: BacktestResult): string {
  const { draft, live, difference, sources, notes, notJudgeable } = result
  return [
    `${result.readings} readings of ${result.equipment} equipment in ${(result.elapsedMs / 1000).toFixed(1)} s: ${result.readingsPerSecond}/s, ${result.timesRealTime} times real time`,
    ...sources.map(({ from, to, source, detail }) => `${iso(from)} to ${iso(to)}: ${source}, ${detail}`),
    ...notes.map((note) => `note: ${note}`),
    ...notJudgeable.map(
      ({ pattern, reason, equipment }) => `not judgeable: ${pattern}, ${reason}, on ${equipment} equipment`,
    ),
    '',
    ...sideInWords(live ? 'draft' : 'rules', draft),
    ...(live ? ['', ...sideInWords('in force', live)] : []),
    ...(difference ? ['', ...differenceInWords(difference)] : []),
    '',
    ...draft.listed.findings.map(findingInWords),
    ...(draft.findings > draft.listed.findings.length
      ? [`… and ${draft.findings - draft.listed.findings.length} more findings`]
      : []),
  ].join('\n')
}

function sideInWords(name: string, side: SideResult): string[] {
  const { version, findings, incidents, dispatches, patterns, agreement } = side
  return [
    `${name} (version ${version}): ${findings} findings, ${incidents} incidents, ${dispatches} dispatches`,
    ...patterns
      .filter((one) => one.findings > 0 || one.incidents > 0)
      .map(
        (one) =>
          `  ${one.pattern}: ${one.findings} findings, ${one.incidents} incidents, ${one.dispatches} dispatches, ${one.suppressed} suppressed, ${one.late} late`,
      ),
    ...agreement
      .filter((one) => one.true + one.false + one.missed + one.avoided > 0)
      .map(
        (one) =>
          `  ${one.pattern ?? 'reported by people'}: ${one.true} true, ${one.false} false, ${one.missed} missed, ${one.avoided} false ones avoided, ${one.unlabelled} without a verdict`,
      ),
  ]
}

function differenceInWords({ same, counts, listed }: BacktestDifference): string[] {
  const words = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`)
  return [
    `difference: ${same} the same, ${words.join(', ')}`,
    ...listed.map(
      ({ kind, equipment, pattern, at, shiftMs }) =>
        `  ${iso(at)} ${equipment} ${pattern}: ${kind}${shiftMs === 0 ? '' : ` by ${Math.abs(shiftMs) / 1000} s`}`,
    ),
  ]
}

function findingInWords(finding: Episode): string {
  const { equipment, pattern, priority, orderedAt, disposition } = finding
  const ordered = orderedAt === null ? '' : `, ordered ${iso(orderedAt)}`
  return `${iso(reportedAt(finding))} ${equipment} ${pattern} ${priority}${ordered}: ${disposition}`
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
