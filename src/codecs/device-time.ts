/** Times as devices write them. GB/T 24476 gives local time without a zone: that is +08:00, everywhere in China. */

const LOCAL = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,3}))?$/
const ZONED = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(?:\.\d+)?\s*(?:Z|[+-]\d{2}:?\d{2})$/
const CHINA_OFFSET_MS = 8 * 3_600_000

/** ms since 1970, or NaN when the value is not a time. */
export function parseDeviceTime(value: unknown): number {
  if (typeof value === 'number') return Number.isFinite(value) ? Math.floor(value) : Number.NaN
  if (typeof value !== 'string') return Number.NaN
  const local = LOCAL.exec(value)
  if (!local) return ZONED.test(value) ? Date.parse(value.replace(' ', 'T')) : Number.NaN
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = local.slice(1, 7).map(Number)
  const ms = Number((local[7] ?? '0').padEnd(3, '0'))
  const utc = Date.UTC(year, month - 1, day, hour, minute, second, ms)
  // Date.UTC rolls the 31st of February over into March; a device that says so is wrong, not in March.
  return new Date(utc).getUTCDate() === day && hour < 24 ? utc - CHINA_OFFSET_MS : Number.NaN
}
