/** What an InfluxQL end point answers, the same in every version. */
import { TesheError } from '../errors.js'
import type { InfluxSeries } from './influx-connection.js'

/** The series of a one-statement answer; throws `HISTORY_QUERY_FAILED` with the server's words. */
export function seriesOf(answer: { results?: unknown }): InfluxSeries[] {
  const results = (answer.results ?? []) as { series?: InfluxSeries[]; error?: string }[]
  const failed = results.find((result) => result.error)
  if (failed) throw new TesheError('HISTORY_QUERY_FAILED', [failed.error ?? ''])
  return results
    .flatMap((result) => result.series ?? [])
    .map((series) => ({ ...series, values: series.values ?? [] }))
}
