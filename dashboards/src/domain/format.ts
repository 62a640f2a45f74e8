/** Numbers, clocks and ages as screens write them. Pure; the language only chooses words, which come from outside. */
import { signalAt, signalIndex } from '../../../src/model/signals.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `03:12`, `1:03:12` or `-00:05` when it has run out. Counts down to zero and then up, never skipping a second. */
export function formatCountdown(leftMs: number): string {
  const late = leftMs < 0
  const seconds = late ? Math.floor(-leftMs / 1000) : Math.ceil(leftMs / 1000)
  return (late && seconds > 0 ? '−' : '') + formatClock(seconds)
}

/** How long something has gone on: `05:12` or `1:05:12`. */
export function formatDuration(ms: number): string {
  return formatClock(Math.max(0, Math.floor(ms / 1000)))
}

function formatClock(seconds: number): string {
  const hours = Math.floor(seconds / 3600)
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** A unit and a count for "… ago"; below a second it is `now`. */
export function ageOf(ms: number): { unit: 'now' | 'seconds' | 'minutes' | 'hours' | 'days'; count: number } {
  if (ms < 1000) return { unit: 'now', count: 0 }
  if (ms < MINUTE) return { unit: 'seconds', count: Math.floor(ms / 1000) }
  if (ms < HOUR) return { unit: 'minutes', count: Math.floor(ms / MINUTE) }
  if (ms < DAY) return { unit: 'hours', count: Math.floor(ms / HOUR) }
  return { unit: 'days', count: Math.floor(ms / DAY) }
}

const DECIMALS_BY_UNIT: Record<string, number> = {
  m: 2,
  'm/s': 2,
  MPa: 3,
  'm/s²': 3,
  't/h': 2,
  '%': 1,
  '°C': 1,
  '% LEL': 1,
  'mmol/L': 3,
  h: 1,
}

/** The number of a signal with the decimals that its unit deserves; text and unknown signals as they are. */
export function formatNumber(name: string, value: number): string {
  if (!Number.isFinite(value)) return '–'
  const index = signalIndex(name)
  if (index === undefined) return String(Math.round(value * 1000) / 1000)
  const decimals = DECIMALS_BY_UNIT[signalAt(index).unit] ?? (name === 'ph' ? 1 : 0)
  const text = value.toFixed(decimals)
  return Number(text) === 0 && text.startsWith('-') ? text.slice(1) : text
}

/** The catalogue's unit; fuel is sold by volume or by mass, so its unit follows the fuel. */
export function unitOf(name: string, fuel?: string): string {
  const index = signalIndex(name)
  if (index === undefined) return ''
  const unit = signalAt(index).unit
  if (name !== 'fuelFlow') return unit
  return fuel === undefined || /gas|气/i.test(fuel) ? 'm³/h' : 'kg/h'
}

/** ms since 1970 of an ISO text or a number; `null` for what is neither. */
export function millis(time: string | number | null | undefined): number | null {
  if (time === null || time === undefined) return null
  const ms = typeof time === 'number' ? time : Date.parse(time)
  return Number.isNaN(ms) ? null : ms
}

/** `14:02:31`, local. */
export function formatTime(ms: number): string {
  const date = new Date(ms)
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

/** `11-21 14:02:31`, local, with the year when it is not this one. */
export function formatMoment(ms: number, now: number): string {
  const date = new Date(ms)
  const day = `${two(date.getMonth() + 1)}-${two(date.getDate())}`
  const year = date.getFullYear() === new Date(now).getFullYear() ? '' : `${date.getFullYear()}-`
  return `${year}${day} ${formatTime(ms)}`
}

/** Only the clock when it was today. */
export function formatWhen(ms: number, now: number): string {
  return new Date(ms).toDateString() === new Date(now).toDateString() ? formatTime(ms) : formatMoment(ms, now)
}

/** District and address in one line; a district that the address names already is not said twice. */
export function fullAddress(district: string | null | undefined, address: string | null | undefined): string {
  if (!address) return district ?? ''
  return district && !address.includes(district) ? `${district} ${address}` : address
}

/** Readings older than three report periods are stale; 180 s where the period is not known. */
export function isStale(at: number, now: number, reportPeriodS?: number): boolean {
  return now - at > (reportPeriodS === undefined ? 180_000 : Math.max(5_000, reportPeriodS * 3000))
}

/** `2026-11-21T14:02`, local, as fields for a date and a time take it. */
export function localMinute(ms: number): string {
  const date = new Date(ms)
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`
}
