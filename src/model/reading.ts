/** What a device said, decoded: readings (many signals at one moment), events (a coded begin or end) and status. */

export type SignalValue = number | boolean | string

/** A signal outside the catalogue, kept as it came. */
export interface ExtraValue {
  name: string
  value: SignalValue
}

/** Several signals at one moment. `signals[i]` is a catalogue index, `values[i]` its number; switches are 0 or 1. */
export interface Reading {
  /** ms since 1970 as the device says, or `null` when the payload has no `ts`. */
  ts: number | null
  signals: number[]
  values: number[]
  extras: ExtraValue[] | null
  /** The device says itself that this is past, kept while it was cut off. */
  historical: boolean
}

/** A coded fault, event or alarm (codes: `EVENT_CODE`), begin or end. */
export interface DeviceEvent {
  ts: number | null
  code: number
  active: boolean
  /** Pairs a begin with its end. */
  key: string | null
}

/** Why a payload, or a part of it, could not be read. Closed list; metric label. */
export const REJECTION_REASONS = [
  'not-utf8',
  'not-json',
  'not-an-object',
  'too-many-readings',
  'bad-ts',
  'bad-value',
  'bad-code',
  'topic-unknown',
  'equipment-unknown',
  'empty',
  'bad-sparkplug',
  'too-many-metrics',
  'too-many-devices',
  /** A gateway spoke for an equipment that is not bound to it. */
  'device-unbound',
] as const
export type RejectionReason = (typeof REJECTION_REASONS)[number]

export interface Rejection {
  reason: RejectionReason
  /** What stood there, short enough for a log line. */
  detail: string
}
