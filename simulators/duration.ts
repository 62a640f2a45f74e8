/** Lengths of time as people write them on a command line: `500ms`, `30s`, `10m`, `-3h`, `1d`. */

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

export const DURATION_RULE = 'a number with ms, s, m, h or d, such as 500ms or 10m'

/** ms, or `undefined` for what is not a duration. */
export function parseDuration(text: string): number | undefined {
  const match = /^(-?\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text)
  const unit = UNIT_MS[match?.[2] ?? '']
  return unit === undefined ? undefined : Math.round(Number(match?.[1]) * unit)
}
