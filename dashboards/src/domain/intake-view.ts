/** What the intake says of a device, turned into what people read. Pure; words come from outside. */
import type { DeviceClock, LoginFigures } from '../api/device-replies.js'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Less than this a network alone can explain. */
const RIGHT_MS = SECOND

export interface Span {
  unit: 'milliseconds' | 'seconds' | 'minutes' | 'hours' | 'days'
  count: number
}

/** The coarsest unit that says enough: `90 s` stays seconds, `3 min` becomes minutes. Takes ms, never negative. */
export function spanOf(ms: number): Span {
  if (ms < SECOND) return { unit: 'milliseconds', count: Math.round(ms) }
  if (ms < 2 * MINUTE) return { unit: 'seconds', count: Math.round(ms / SECOND) }
  if (ms < 2 * HOUR) return { unit: 'minutes', count: Math.round(ms / MINUTE) }
  if (ms < 2 * DAY) return { unit: 'hours', count: Math.round(ms / HOUR) }
  return { unit: 'days', count: Math.round(ms / DAY) }
}

export type ClockReading =
  | { is: 'unknown' | 'ahead' | 'ancient' | 'right' }
  | { is: 'slow' | 'fast'; span: Span }

/** How the clock of a device stands. Its newest time may have been unusable; that is said before any offset. */
export function readClock(clock: Pick<DeviceClock, 'offsetMs' | 'known' | 'fault'> | null): ClockReading {
  if (clock === null) return { is: 'unknown' }
  if (clock.fault !== null) return { is: clock.fault }
  if (!clock.known) return { is: 'unknown' }
  if (Math.abs(clock.offsetMs) < RIGHT_MS) return { is: 'right' }
  return { is: clock.offsetMs > 0 ? 'slow' : 'fast', span: spanOf(Math.abs(clock.offsetMs)) }
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** `512 B`, `1.5 kB`, `20 GB`: powers of 1000, as disks are sold. */
export function formatBytes(bytes: number): string {
  let size = bytes
  let unit = 0
  while (size >= 999.5 && unit < BYTE_UNITS.length - 1) {
    size /= 1000
    unit++
  }
  const text = unit === 0 || size >= 100 ? String(Math.round(size)) : size.toFixed(1).replace(/\.0$/, '')
  return `${text} ${BYTE_UNITS[unit]}`
}

/** How a payload begins, as text: UTF-8 where it is, a dot for what cannot be printed. Takes a character a byte. */
export function payloadText(head: string): string {
  const bytes = Uint8Array.from(head, (character) => character.charCodeAt(0) & 0xff)
  // As a stream, so that a character cut in two at the end is left away and not shown as broken.
  const text = new TextDecoder().decode(bytes, { stream: true })
  return text.replaceAll(/[\p{Cc}\p{Cf}\ufffd]/gu, '·')
}

/** The first bytes as `7b 22 74`. */
export function payloadHex(head: string, most = 24): string {
  const pairs = Array.from(head.slice(0, most), (character) =>
    (character.charCodeAt(0) & 0xff).toString(16).padStart(2, '0'),
  )
  return pairs.join(' ') + (head.length > most ? ' …' : '')
}

/** Counts by reason, most first; what never happened is left away. */
export function countsOf(counts: Readonly<Record<string, number>>): [reason: string, count: number][] {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort((a, b) => b[1] - a[1])
}

export function totalOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

/** Did everything of this log-in go straight? Messages that came twice are no fault. */
export function isClean(login: LoginFigures): boolean {
  return login.unreadable === 0 && login.slowed.messages === 0 && totalOf(login.refused) === 0
}

/** Ids as people paste them: lines, commas or spaces between, each once. */
export function idsIn(text: string): string[] {
  return [...new Set(text.split(/[\s,，;；、]+/).filter(Boolean))]
}

/** Per second, from two counts that lie so many ms apart; a whole number from ten on. */
export function perSecond(before: number, after: number, ms: number): number | null {
  if (ms <= 0 || after < before) return null
  const rate = ((after - before) * 1000) / ms
  return rate >= 10 ? Math.round(rate) : Math.round(rate * 10) / 10
}
