/** Times at the edge: ISO 8601 with zone in replies, ISO or milliseconds in requests, milliseconds inside. */
import { TesheError } from '../errors.js'

const ISO_WITH_ZONE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/
const MILLISECONDS = /^\d{1,15}$/

/** ISO 8601 in UTC, of ms since 1970. */
export function iso(ms: number): string {
  return new Date(ms).toISOString()
}

export function isoOrNull(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined ? null : iso(ms)
}

/** ms since 1970 of a text or a number; `field` names it in the error. A time without a zone is refused, never guessed. */
export function parseTime(given: string | number, field: string): number {
  const text = String(given).trim()
  const ms = MILLISECONDS.test(text)
    ? Number(text)
    : ISO_WITH_ZONE.test(text)
      ? Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'))
      : Number.NaN
  if (Number.isFinite(ms) && ms <= 8.64e15) return ms
  throw new TesheError('TIME_INVALID', [text], {
    fields: [{ field, message: 'is not ISO 8601 with zone or milliseconds since 1970' }],
  })
}

/** The same for a time that may be left out. */
export function parseTimeOr<D>(given: string | number | undefined, field: string, otherwise: D): number | D {
  return given === undefined ? otherwise : parseTime(given, field)
}
