/**
 * When a source (one pattern on one equipment) chatters, and for how long it is shelved then. Pure, on the findings' own
 * times: the same findings shelve the same, live, after a restart and in a replay.
 */
export interface ShelveLimit {
  /** More than so many findings … */
  findings: number
  /** … within so many ms. */
  withinMs: number
}

export interface ShelveSettings {
  limits: readonly ShelveLimit[]
  /** ms of the first shelving, the second in a row, and so on; the last one stands for all after it. */
  durationsMs: readonly number[]
  /** After so many ms off the shelf a source begins anew with the shortest. */
  calmMs: number
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** After ISA-18.2's "chattering" and "fleeting"; the numbers are our judgement. The slow limit is for links that fail daily. */
export const DEFAULT_SHELVE_SETTINGS: ShelveSettings = {
  limits: [
    { findings: 5, withinMs: 10 * MINUTE },
    { findings: 10, withinMs: HOUR },
    { findings: 6, withinMs: 24 * HOUR },
  ],
  durationsMs: [HOUR, 4 * HOUR, 12 * HOUR],
  calmMs: 7 * 24 * HOUR,
}

export interface Shelving {
  /** From 1. */
  level: number
  /** ms since 1970. */
  since: number
  until: number
}

/** The limit that one more finding at `at` exceeds; `earlier` are the times of those before it. */
export function exceeded(
  earlier: readonly number[],
  at: number,
  { limits }: ShelveSettings,
): ShelveLimit | null {
  const within = (ms: number) => earlier.filter((time) => time > at - ms && time <= at).length
  return limits.find((limit) => within(limit.withinMs) >= limit.findings) ?? null
}

export function isShelved(shelving: Shelving | null, at: number): boolean {
  return shelving !== null && at >= shelving.since && at < shelving.until
}

/** The next shelving of a source that was shelved before as `last` says. */
export function shelve(last: Shelving | null, at: number, settings: ShelveSettings): Shelving {
  const { durationsMs, calmMs } = settings
  const again = last !== null && at - last.until < calmMs
  const level = again ? Math.min(last.level + 1, durationsMs.length) : 1
  return { level, since: at, until: at + (durationsMs[level - 1] ?? HOUR) }
}

/** The longest memory that any limit needs, and how many findings of it. */
export function memoryOf({ limits }: ShelveSettings): ShelveLimit {
  return {
    findings: Math.max(...limits.map((limit) => limit.findings)),
    withinMs: Math.max(...limits.map((limit) => limit.withinMs)),
  }
}
