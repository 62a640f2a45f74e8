/** The record as files, the keys to check them with, and a check of what is stored. Who took a file is in the audit before it leaves. */
import { Readable } from 'node:stream'
import type { Static } from 'typebox'
import { TesheError } from '../errors.js'
import type { IncidentRecord } from '../incidents/record.js'
import type { Audit } from '../registry/audit.js'
import type { PeriodQuery, RecordCheckQuery } from './record-schemas.js'
import { type Call, Download } from './route.js'
import type { IdParams } from './schemas.js'
import { iso, parseTimeOr } from './times.js'

/** It reads the database for minutes; more at once would only slow the desk. */
const AT_ONCE = 1
const RETRY_S = 10
const DAY_MS = 86_400_000
const DEFAULT_SPAN_MS = 30 * DAY_MS
const LONGEST_SPAN_MS = 400 * DAY_MS

export function createRecordHandlers({
  record,
  audit,
  now,
}: {
  record: Pick<IncidentRecord, 'export' | 'exportPeriod' | 'check' | 'keys'>
  audit: Pick<Audit, 'record'>
  /** ms since 1970. */
  now: () => number
}) {
  let running = 0

  return {
    async exportRecord({ params, viewer, request }: Call<Static<typeof IdParams>>) {
      const { number, text } = await record.export(params.id, viewer)
      await audit.record({
        actor: viewer.userId,
        actorName: viewer.username,
        action: 'record.export',
        subject: params.id,
        address: request.ip,
      })
      return new Download({
        contentType: JSON_LINES,
        filename: `teshe-record-${number}.jsonl`,
        text,
      })
    },

    async exportPeriod({
      query,
      viewer,
      request,
      reply,
    }: Call<unknown, Static<typeof PeriodQuery>>): Promise<Readable> {
      const { from, to } = periodOf(query, now())
      if (running >= AT_ONCE) throw new TesheError('REQUESTS_TOO_MANY', [RETRY_S])
      running++
      try {
        const entry = { actor: viewer.userId, actorName: viewer.username, address: request.ip }
        const detail = { from: iso(from), to: iso(to) }
        const taken = (subject: string) =>
          audit.record({ ...entry, action: 'record.export', subject, detail })
        const { incidents, file } = await record.exportPeriod({ from, to, taken }, viewer)
        await audit.record({
          ...entry,
          action: 'record.export-period',
          subject: '/api/record/export',
          detail: { ...detail, incidents },
        })
        const body = Readable.from(file)
        body.once('close', () => running--)
        const day = (ms: number) => iso(ms).slice(0, 10)
        reply.type(JSON_LINES)
        reply.header(
          'content-disposition',
          `attachment; filename="teshe-records-${day(from)}_${day(to)}.jsonl"`,
        )
        reply.header('cache-control', 'no-store')
        return body
      } catch (error) {
        running--
        throw error
      }
    },

    async check({ query, viewer }: Call<unknown, Static<typeof RecordCheckQuery>>) {
      const { incident, cursor, limit } = query
      return await record.check({ incidentId: incident, cursor, limit }, viewer)
    },

    keys: () => ({ keys: record.keys() }),
  }
}

const JSON_LINES = 'application/jsonl; charset=utf-8'

/** Throws REQUEST_INVALID, TIME_INVALID. */
function periodOf(query: Static<typeof PeriodQuery>, now: number): { from: number; to: number } {
  const to = parseTimeOr(query.to, 'to', now)
  const from = parseTimeOr(query.from, 'from', to - DEFAULT_SPAN_MS)
  if (from <= to && to - from <= LONGEST_SPAN_MS) return { from, to }
  const message = 'must not lie after to, and by 400 days at most before it'
  throw new TesheError('REQUEST_INVALID', [`from ${message}`], { fields: [{ field: 'from', message }] })
}
