/**
 * A back-test in words: rules played over recorded time, from the request to what they would have found, whom they would
 * have sent, and how that agrees with what people said afterwards. Times are ms since 1970.
 */
import type { EquipmentKind } from './equipment.js'
import type { Suppression } from './finding.js'
import type { IncidentClass, IncidentGroup, Outcome, Priority } from './incident.js'
import type { Disposition } from './incident-view.js'
import type { Span } from './retention.js'
import type { RuleSet } from './rule-set.js'

/** Which equipment is played. */
export type BacktestSelection = { ids: string[] } | { kind: EquipmentKind } | { all: true }

export interface BacktestRequest extends Span {
  /** The set under test. */
  draft: RuleSet
  /** What it is compared with; `null` for nothing. */
  live: RuleSet | null
  equipment: BacktestSelection
  /** ms before `from` that are played but not counted, so that rules know what had been: clocks, baselines, open doors. */
  warmUpMs: number
  /** Findings, incidents and differences that are listed; all are counted. */
  keep: number
}

/** An incident that people closed with their verdict. */
export interface LabelledIncident {
  id: string
  equipment: string
  group: IncidentGroup
  /** `null` where a person reported it and no rule. */
  pattern: string | null
  openedAt: number
  endedAt: number
  outcome: Outcome
}

/** What people said of an incident: there was something, or there was nothing. */
export type Truth = 'true' | 'false'

export const TRUTH_OF: Readonly<Record<Outcome, Truth>> = {
  'freed-by-level-1': 'true',
  'freed-by-level-2': 'true',
  'freed-by-fire': 'true',
  'freed-by-use-unit': 'true',
  'self-released': 'true',
  fixed: 'true',
  'nobody-inside': 'false',
  'not-a-trap': 'false',
  'false-alarm': 'false',
}

export type BacktestSource = 'journal' | 'history'

/** One firing episode that the rules would have reported. */
export interface Episode {
  /** That of the live service where the source is the journal. */
  id: string
  equipment: string
  pattern: string
  class: IncidentClass
  priority: Priority
  since: number
  shownAt: number | null
  orderedAt: number | null
  clearedAt: number | null
  confidence: number
  suppressed: Suppression | null
  needsConfirmation: boolean
  /** What the desk would have made of it. */
  disposition: Disposition
  source: BacktestSource
}

/** An incident as it would have been, closed as soon as nothing of it held any more. */
export interface WouldBeIncident {
  /** Of the finding that opens it. */
  id: string
  equipment: string
  group: IncidentGroup
  class: IncidentClass
  pattern: string
  priority: Priority
  openedAt: number
  /** When people would have been sent without asking; `null` for never. */
  orderedAt: number | null
  /** When nothing of it held any more; `null` while something does. */
  clearedAt: number | null
  findings: number
  /** Findings within half an hour of its end, which a dispatcher is taken to have reopened it for. */
  reopened: number
}

/** Why a pattern was not judged over a part of the range. */
export type NotJudgeableReason =
  /** Only minutes are left of that time, and the pattern goes by less. */
  | 'minutes-only'
  | 'hours-only'
  /** History does not know connections, by which silence is judged. */
  | 'no-sessions'

export interface NotJudgeable extends Span {
  pattern: string
  reason: NotJudgeableReason
  equipment: number
}

/** From what a part of the range was played. */
export interface SourceSpan extends Span {
  source: BacktestSource | 'none'
  /** Readings at their own times, minutes or hours in their place, or why there is nothing. */
  detail: 'records' | 'values' | 'minutes' | 'hours' | 'history-away' | 'not-stored'
}

/** What the reader of a result must know. */
export type BacktestNote =
  /** Findings were put into incidents without shelved sources and area events, which may keep some from a desk. */
  | 'rehearsed-without-shelf-and-area-events'
  /** Nobody knows from history who was connected, signed in, or late. */
  | 'history-lacks-sessions-attendance-lateness'
  /** What holds over the border of history and journal begins anew there. */
  | 'episodes-cut-at-border'
  /** The rules were changed within the range; each set was played over all of it. */
  | 'rules-changed-in-range'
  /** The journal dropped a part of the range while it was read. */
  | 'journal-dropped'
  /** What was before the warm-up is not known: older connections, longer baselines. */
  | 'begins-at-warm-up'
  /** More labelled incidents than are compared. */
  | 'labels-cut'
  /** Labels could not be read where this ran. */
  | 'labels-away'

export interface PatternTally {
  pattern: string
  findings: number
  /** Incidents that it would have opened. */
  incidents: number
  /** Of these, those that people would have been sent to without asking. */
  dispatches: number
  suppressed: number
  late: number
  /** Equipment whose signals let it be judged, and those that lack something. */
  observableOn: number
  notObservableOn: number
}

export interface PatternAgreement {
  /** `null`: reported by a person, found by no rule. */
  pattern: string | null
  /** Would-be incidents that meet one which people said was true, or false, or said nothing of. */
  true: number
  false: number
  unlabelled: number
  /** True incidents that these rules would not have found. */
  missed: number
  /** False ones that they would not have raised. */
  avoided: number
}

/** What one rule set did. */
export interface SideResult {
  version: number
  findings: number
  incidents: number
  dispatches: number
  patterns: PatternTally[]
  agreement: PatternAgreement[]
  /** The first of them, by time. */
  listed: { findings: Episode[]; incidents: WouldBeIncident[] }
}

/** How a finding of the draft stands beside that of the live set. */
export type DifferenceKind =
  | 'only-draft'
  | 'only-live'
  | 'earlier'
  | 'later'
  | 'ordered-only-draft'
  | 'ordered-only-live'

export interface FindingDifference {
  kind: DifferenceKind
  equipment: string
  pattern: string
  draft: string | null
  live: string | null
  /** ms since 1970, of the draft's first report; of the live set's where the draft has none. */
  at: number
  /** ms that the draft is later; negative is earlier. */
  shiftMs: number
}

export interface BacktestDifference {
  same: number
  counts: Record<DifferenceKind, number>
  listed: FindingDifference[]
}

export interface BacktestResult {
  sources: SourceSpan[]
  notes: BacktestNote[]
  equipment: number
  records: number
  readings: number
  elapsedMs: number
  readingsPerSecond: number
  /** How much faster than it happened. */
  timesRealTime: number
  draft: SideResult
  live: SideResult | null
  difference: BacktestDifference | null
  notJudgeable: NotJudgeable[]
}

export interface BacktestProgress {
  /** 0…1 */
  share: number
  readings: number
  readingsPerSecond: number
  timesRealTime: number
}
