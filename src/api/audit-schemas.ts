/** What the API says of the audit. */
import Type from 'typebox'
import { Id, Line, listQuery, page, QueryTime, Time } from './schemas.js'

export const AuditQuery = listQuery({
  actor: Type.Optional(Id),
  action: Type.Optional(Line),
  subject: Type.Optional(Line),
  from: Type.Optional(QueryTime),
  to: Type.Optional(QueryTime),
})

export const AuditPage = page(
  Type.Object({
    id: Type.Integer(),
    at: Time,
    actor: Type.String({ description: 'user id, `system`, or the user name of a device' }),
    actorName: Type.String(),
    action: Type.String({ examples: ['personal-data.read', 'record.export', 'equipment.update'] }),
    subject: Type.String({ description: 'id of an equipment, incident, person …, or the path of a list' }),
    detail: Type.Record(Type.String(), Type.Unknown()),
    address: Type.String(),
  }),
)
