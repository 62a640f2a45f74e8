/**
 * Long memory in little room, for patterns that work on weeks: what each day was like, and what is usual. Days are those
 * of Luoyang. Plain data of finite numbers, so that it goes into a snapshot as it is; a reading that is repeated, late or
 * replayed never counts twice, because only the main line of time writes here.
 */

export const DAY_MS = 86_400_000
/** China keeps one time all year. */
const CHINA_MS = 8 * 3_600_000
/** Numbers that lie together for one day: day, count, mean, median. */
const WIDTH = 4

/** The day of China in which a moment (ms since 1970) lies, counted from 1970. */
export function dayOf(ms: number): number {
  return Math.floor((ms + CHINA_MS) / DAY_MS)
}

/** How much a diary remembers. */
interface Size {
  /** Days that ended. */
  days: number
  /** Values of one day, spread evenly over it; an even number, or 0 where no median is asked for. */
  values: number
}

/** One kind of value, day by day. */
export interface Diary {
  size: Size
  day: number
  /** ms since 1970 of the first value of this day that counts. */
  from: number
  /** ms since 1970 of the newest value. */
  latest: number
  count: number
  sum: number
  /** Farthest from 0. */
  worst: number
  /** Every `stride`-th value. */
  stride: number
  kept: number[]
  /** The last day that ended: its kept values and its worst. */
  lastKept: number[]
  lastWorst: number
  /** Days that ended, oldest first: day, count, mean, median, day, … */
  days: number[]
  /** The newest of them, kept beside them because it is asked for with every reading; and the newest that was judged. */
  ended: number
  judged: number
  /** When what it tells was found wrong, ms since 1970; 0 while it is as it should be. */
  foundAt: number
}

export function openDiary(now: number, size: Size): Diary {
  return {
    size,
    day: dayOf(now),
    from: now,
    latest: 0,
    count: 0,
    sum: 0,
    worst: 0,
    stride: 1,
    kept: [],
    lastKept: [],
    lastWorst: 0,
    days: [],
    ended: 0,
    judged: 0,
    foundAt: 0,
  }
}

/**
 * Adds a value. The first of a new day ends the day before. A mechanic's visit (`attendedAt`, ms since 1970) makes what
 * was measured before it on that day count no more, and after a finding it begins a new story.
 */
export function write(diary: Diary, value: number, now: number, attendedAt = 0): void {
  if (attendedAt > diary.from) {
    if (diary.foundAt > 0 && attendedAt > diary.foundAt) forget(diary)
    beginDay(diary, now)
  }
  if (dayOf(now) !== diary.day) {
    endDay(diary)
    beginDay(diary, now)
  }
  if (diary.count % diary.stride === 0) keep(diary, value)
  diary.latest = now
  diary.count++
  diary.sum += value
  if (Math.abs(value) > Math.abs(diary.worst)) diary.worst = value
}

function keep(diary: Diary, value: number): void {
  if (diary.size.values === 0) return
  diary.kept.push(value)
  if (diary.kept.length < diary.size.values) return
  diary.kept = diary.kept.filter((_, i) => i % 2 === 0)
  diary.stride *= 2
}

function endDay(diary: Diary): void {
  if (diary.count === 0) return
  diary.days.push(diary.day, diary.count, diary.sum / diary.count, medianOf(diary.kept))
  diary.ended = diary.day
  if (diary.days.length > diary.size.days * WIDTH) diary.days.splice(0, WIDTH)
  diary.lastKept = diary.kept
  diary.lastWorst = diary.worst
}

function beginDay(diary: Diary, now: number): void {
  diary.day = dayOf(now)
  diary.from = now
  diary.count = 0
  diary.sum = 0
  diary.worst = 0
  diary.stride = 1
  diary.kept = []
}

function forget(diary: Diary): void {
  diary.days = []
  diary.lastKept = []
  diary.lastWorst = 0
  diary.ended = 0
  diary.judged = 0
  diary.foundAt = 0
}

export interface Day {
  day: number
  count: number
  mean: number
  median: number
}

/** The newest day that ended and was not judged yet; it is now. `null` when there is none. */
export function dayToJudge(diary: Diary | null): Day | null {
  if (diary === null || diary.ended === diary.judged) return null
  const newest = diary.days[diary.days.length - WIDTH] ?? 0
  if (newest === diary.judged) return null
  diary.judged = newest
  return dayAt(diary, diary.days.length - WIDTH)
}

/** Days that ended, from `first` (days since 1970) on, oldest first. */
export function daysFrom(diary: Diary, first: number): Day[] {
  const found: Day[] = []
  for (let i = 0; i < diary.days.length; i += WIDTH) {
    if ((diary.days[i] ?? 0) >= first) found.push(dayAt(diary, i))
  }
  return found
}

function dayAt({ days }: Diary, i: number): Day {
  return { day: days[i] ?? 0, count: days[i + 1] ?? 0, mean: days[i + 2] ?? 0, median: days[i + 3] ?? 0 }
}

/** 0 for no values. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}

/**
 * The slope of values over days, per day, by least squares, and its standard error. `null` for fewer than three days.
 */
export function slopeOf(
  days: readonly { day: number; value: number }[],
): { perDay: number; error: number } | null {
  const n = days.length
  if (n < 3) return null
  const meanDay = days.reduce((sum, { day }) => sum + day, 0) / n
  const meanValue = days.reduce((sum, { value }) => sum + value, 0) / n
  let xx = 0
  let xy = 0
  for (const { day, value } of days) {
    xx += (day - meanDay) ** 2
    xy += (day - meanDay) * (value - meanValue)
  }
  const perDay = xy / xx
  const rest = days.reduce(
    (sum, { day, value }) => sum + (value - meanValue - perDay * (day - meanDay)) ** 2,
    0,
  )
  return { perDay, error: Math.sqrt(rest / (n - 2) / xx) }
}
