/**
 * How good the alarms are, in the terms of EEMUA 191 and ISA-18.2: how many a dispatcher gets, which sources chatter,
 * which stand for days, how many were false, and how soon somebody looked. Times are ms since 1970, durations ms.
 */
import type { Suppression } from './finding.js'

/** Alarms put before dispatchers in a time, for each of them. */
export interface AlarmRate {
  /** Incidents opened and notices to the desk; what comes of one incident at one moment is one. */
  alarms: number
  hours: number
  perDispatcherHour: number
  /** The most in any ten minutes, over all dispatchers. */
  peakTenMinutes: number
  /** 0…1, of hours with more per dispatcher than is very likely acceptable, and than is manageable. */
  aboveAcceptable: number
  aboveManageable: number
}

/** One pattern of one equipment that comes again and again. */
export interface ChatteringSource {
  equipment: string
  pattern: string
  findings: number
  /** Findings that began within a minute, and within ten minutes, of the one before. */
  withinMinute: number
  withinTenMinutes: number
}

export interface StaleAlarm {
  finding: string
  equipment: string
  pattern: string
  since: number
  clearedAt: number | null
  /** ms that it stood, up to the end of the range. */
  stoodMs: number
}

export interface FalseShare {
  pattern: string
  /** Version of the rule set that found it; `null` where it is not known. */
  rulesVersion: number
  /** Incidents that people closed with a verdict. */
  labelled: number
  false: number
  /** 0…1 */
  share: number
}

export interface Acknowledgement {
  /** Incidents that rules opened. */
  incidents: number
  acknowledged: number
  medianMs: number | null
  p95Ms: number | null
  longestMs: number | null
}

export interface AlarmQuality {
  from: number
  to: number
  dispatchers: number
  limits: { acceptable: number; manageable: number }
  rate: AlarmRate
  /** The ten worst. */
  chattering: ChatteringSource[]
  /** Standing longer than a day: how many, and the ten longest. */
  stale: { count: number; longest: StaleAlarm[] }
  falseShares: FalseShare[]
  findings: {
    total: number
    /** 0…1 */
    suppressedShare: number
    lateShare: number
    suppressed: { reason: Suppression; findings: number }[]
  }
  acknowledgement: Acknowledgement
}
