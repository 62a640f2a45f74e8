/** Back-tests over HTTP: started, looked at, cancelled. Their times leave as ISO 8601. */
import type { Static } from 'typebox'
import { TesheError } from '../errors.js'
import type { BacktestResult, SideResult } from '../model/backtest.js'
import type { RuleSet } from '../model/rule-set.js'
import type { Backtests, StoredBacktest } from '../oversight/backtests.js'
import type { EquipmentBook } from '../registry/equipment.js'
import type { Backtest, NewBacktest } from './backtest-schemas.js'
import type { Call } from './route.js'
import { iso, isoOrNull, parseTime } from './times.js'

const HOUR_MS = 3_600_000
const DEFAULT_WARM_UP_HOURS = 24
const DEFAULT_KEEP = 200
/** A draft has no version yet. */
const DRAFT_VERSION = 0

export interface BacktestHandlerOptions {
  backtests: Backtests
  equipment: Pick<EquipmentBook, 'get'>
  /** The rules in force. */
  liveRules: () => RuleSet | Promise<RuleSet>
  now: () => number
}

export function createBacktestHandlers({ backtests, equipment, liveRules, now }: BacktestHandlerOptions) {
  return {
    async start({ body, viewer }: Call<unknown, unknown, Static<typeof NewBacktest>>) {
      const from = parseTime(body.from, 'from')
      // What is to come cannot be played.
      const to = Math.min(parseTime(body.to, 'to'), now())
      if (from >= to) {
        const fields = [{ field: 'from', message: 'must lie before to and before now' }]
        throw new TesheError('REQUEST_INVALID', ['from must lie before to and before now'], { fields })
      }
      if ('ids' in body.equipment) for (const id of body.equipment.ids) await equipment.get(id, viewer)
      const live = await liveRules()
      const compare = body.compare ?? body.draft !== undefined
      return view(
        await backtests.start(
          {
            draft: body.draft ? { version: DRAFT_VERSION, ...body.draft } : live,
            live: compare ? live : null,
            from,
            to,
            equipment: body.equipment,
            warmUpMs: (body.warmUpHours ?? DEFAULT_WARM_UP_HOURS) * HOUR_MS,
            keep: body.keep ?? DEFAULT_KEEP,
          },
          viewer.username,
        ),
      )
    },
    get: ({ params }: Call<{ id: string }>) => view(backtests.get(params.id)),
    async cancel({ params }: Call<{ id: string }>) {
      await backtests.cancel(params.id)
      return {}
    },
  }
}

function view({ request, startedAt, result, ...rest }: StoredBacktest): Static<typeof Backtest> {
  return {
    id: rest.id,
    status: rest.status,
    startedAt: iso(startedAt),
    startedBy: rest.startedBy,
    ...spanOf(request),
    progress: rest.progress,
    result: result && viewResult(result),
    error: rest.error,
  }
}

function viewResult(result: BacktestResult) {
  return {
    ...result,
    sources: result.sources.map((source) => ({ ...source, ...spanOf(source) })),
    draft: viewSide(result.draft),
    live: result.live && viewSide(result.live),
    difference: result.difference && {
      ...result.difference,
      listed: result.difference.listed.map((one) => ({ ...one, at: iso(one.at) })),
    },
    notJudgeable: result.notJudgeable.map((one) => ({ ...one, ...spanOf(one) })),
  }
}

function viewSide({ listed, ...side }: SideResult) {
  return {
    ...side,
    listed: {
      findings: listed.findings.map((finding) => ({
        ...finding,
        since: iso(finding.since),
        shownAt: isoOrNull(finding.shownAt),
        orderedAt: isoOrNull(finding.orderedAt),
        clearedAt: isoOrNull(finding.clearedAt),
      })),
      incidents: listed.incidents.map((incident) => ({
        ...incident,
        openedAt: iso(incident.openedAt),
        orderedAt: isoOrNull(incident.orderedAt),
        clearedAt: isoOrNull(incident.clearedAt),
      })),
    },
  }
}

function spanOf({ from, to }: { from: number; to: number }): { from: string; to: string } {
  return { from: iso(from), to: iso(to) }
}
