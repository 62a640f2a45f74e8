/** How often the rules' guess at the cause was right, measured by what people said afterwards. */
import { CAUSE_KEYS, isCauseKey, type LikelyCause } from '../model/causes.js'
import { incidentsFor, type Look } from './queries.js'

export interface CauseFigures {
  /** Incidents whose cause a person named by its key, and that had a guess. */
  judged: number
  /** Of these, where the guess's first line was right, and where any of its lines was. */
  first: number
  among: number
  /** By what people said, the most frequent first. */
  causes: { cause: string; judged: number; first: number; among: number }[]
}

/** Of incidents opened in `from`…`to` (ms since 1970, `to` left out) that the viewer may see. */
export async function readCauseFigures(
  look: Look,
  { from, to }: { from: number; to: number },
): Promise<CauseFigures> {
  const rows = await incidentsFor(look)
    .clearSelect()
    .select(['incident.cause', 'incident.causes_json'])
    .where('incident.opened_at', '>=', from)
    .where('incident.opened_at', '<', to)
    .where('incident.cause', 'in', CAUSE_KEYS)
    .where('incident.causes_json', '!=', '[]')
    .execute()
  const byCause = new Map<string, CauseFigures['causes'][number]>()
  for (const { cause, causes_json: json } of rows) {
    if (cause === null || !isCauseKey(cause)) continue
    const guess = JSON.parse(json) as LikelyCause[]
    const figures = byCause.get(cause) ?? { cause, judged: 0, first: 0, among: 0 }
    byCause.set(cause, figures)
    figures.judged++
    if (guess[0]?.cause === cause) figures.first++
    if (guess.some((line) => line.cause === cause)) figures.among++
  }
  const causes = [...byCause.values()].sort((a, b) => b.judged - a.judged)
  const sum = (field: 'judged' | 'first' | 'among') => causes.reduce((all, one) => all + one[field], 0)
  return { judged: sum('judged'), first: sum('first'), among: sum('among'), causes }
}
