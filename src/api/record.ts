/** The record of an incident as a file, and the keys to check it with. Who took it is in the audit before it leaves. */
import type { Static } from 'typebox'
import type { IncidentRecord } from '../incidents/record.js'
import type { Audit } from '../registry/audit.js'
import { type Call, Download } from './route.js'
import type { IdParams } from './schemas.js'

export function createRecordHandlers({
  record,
  audit,
}: {
  record: Pick<IncidentRecord, 'export' | 'keys'>
  audit: Pick<Audit, 'record'>
}) {
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
        contentType: 'application/jsonl; charset=utf-8',
        filename: `teshe-record-${number}.jsonl`,
        text,
      })
    },
    keys: () => ({ keys: record.keys() }),
  }
}
