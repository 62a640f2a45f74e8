/** What a back-test could not see: from which source each part came, and which patterns that source cannot answer for. */
import type { NotJudgeable, SourceSpan } from '../../model/backtest.js'
import type { EquipmentFacts } from '../../model/equipment.js'
import type { Span } from '../../model/retention.js'
import { CATALOGUE, patternsOf } from '../catalogue.js'
import type { PatternHead } from '../pattern.js'
import { type StoredResolution, whyNotJudgeable } from './judgeable.js'

export interface EquipmentLosses {
  /** The points from here on are of this resolution. */
  at(resolution: StoredResolution, span: Span): void
  /** Whether what a pattern says now counts. */
  judges(pattern: string): boolean
  /** Its history is over. */
  end(): void
}

export interface Losses {
  of(equipment: EquipmentFacts): EquipmentLosses
  sources(played: { journalFrom: number; historyAway: boolean }): SourceSpan[]
  notJudgeable(): NotJudgeable[]
}

export function createLosses({ from, to }: Span): Losses {
  const spanByResolution = new Map<StoredResolution, Span>()
  const lossByKey = new Map<string, NotJudgeable>()
  const patterns = patternsOf(CATALOGUE)

  function lose(pattern: string, reason: NotJudgeable['reason'], span: Span): void {
    const key = `${pattern} ${reason}`
    const known = lossByKey.get(key)
    if (!known) {
      lossByKey.set(key, { pattern, reason, ...span, equipment: 1 })
      return
    }
    widen(known, span)
    known.equipment++
  }

  return {
    of({ kind }) {
      const own = patterns.filter((pattern) => pattern.kind === kind)
      const headById = new Map<string, PatternHead>(own.map((pattern) => [pattern.id, pattern]))
      const spans = new Map<StoredResolution, Span>()
      let now: StoredResolution = 'values'
      return {
        at(resolution, span) {
          now = resolution
          if (span.to < from) return
          const inRange = { from: Math.max(from, span.from), to: span.to }
          for (const seen of [spans, spanByResolution]) {
            const known = seen.get(resolution)
            if (known) widen(known, inRange)
            else seen.set(resolution, { ...inRange })
          }
        },
        judges(id) {
          const pattern = headById.get(id)
          return pattern === undefined || whyNotJudgeable(pattern, now) === null
        },
        end() {
          for (const pattern of own) {
            const spanByReason = new Map<NotJudgeable['reason'], Span>()
            for (const [resolution, span] of spans) {
              const reason = whyNotJudgeable(pattern, resolution)
              const known = reason && spanByReason.get(reason)
              if (known) widen(known, span)
              else if (reason) spanByReason.set(reason, { ...span })
            }
            for (const [reason, span] of spanByReason) lose(pattern.id, reason, span)
          }
        },
      }
    },
    sources({ journalFrom, historyAway }) {
      const sources: SourceSpan[] = [...spanByResolution].map(([detail, span]) => ({
        ...span,
        source: 'history',
        detail,
      }))
      if (from < journalFrom && sources.length === 0) {
        sources.push({
          from,
          to: journalFrom,
          source: 'none',
          detail: historyAway ? 'history-away' : 'not-stored',
        })
      }
      if (journalFrom < to) {
        sources.push({ from: Math.max(from, journalFrom), to, source: 'journal', detail: 'records' })
      }
      return sources.sort((a, b) => a.from - b.from)
    },
    notJudgeable: () => [...lossByKey.values()].sort((a, b) => (a.pattern < b.pattern ? -1 : 1)),
  }
}

function widen(known: Span, { from, to }: Span): void {
  known.from = Math.min(known.from, from)
  known.to = Math.max(known.to, to)
}
