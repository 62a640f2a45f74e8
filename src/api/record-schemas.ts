/** The signed record over HTTP. */
import type { Readable } from 'node:stream'
import Type from 'typebox'
import { MOST_CHECKED } from '../incidents/record-check.js'
import { Id, Nullable, QueryTime } from './schemas.js'

/** One JSON object a line; `src/record/file.ts` says which. */
export const RecordFile = Type.String()

/** Likewise; `src/record/period-file.ts`. */
export const PeriodFile = Type.Unsafe<Readable>(Type.String())
export const PeriodQuery = Type.Object(
  {
    from: Type.Optional(QueryTime),
    to: Type.Optional(QueryTime),
  },
  { additionalProperties: false, description: 'of incidents opened in it, both ends included' },
)

export const RecordKeys = Type.Object({
  keys: Type.Array(Type.Object({ id: Type.String(), pem: Type.String() })),
})

export const RecordCheckQuery = Type.Object(
  {
    incident: Type.Optional(Id),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MOST_CHECKED, description: 'entries of a page; 1000 by default' }),
    ),
    cursor: Type.Optional(
      Type.String({ minLength: 1, maxLength: 500, description: '`next` of the page before' }),
    ),
  },
  { additionalProperties: false },
)
export const RecordCheck = Type.Object({
  verdict: Type.Enum(['intact', 'altered'], { description: 'of this page' }),
  faults: Type.Array(
    Type.Object({
      incidentId: Nullable(Id),
      seq: Nullable(Type.Integer()),
      checkpoint: Nullable(Type.Integer()),
      what: Type.String(),
    }),
    { description: 'the first hundred of this page' },
  ),
  faultCount: Type.Integer(),
  entries: Type.Integer({ description: 'checked on this page' }),
  checkpoints: Type.Integer(),
  latest: Nullable(
    Type.Object(
      { counter: Type.Integer(), hash: Type.String() },
      { description: 'to hold against an anchor kept elsewhere' },
    ),
  ),
  next: Nullable(Type.String({ description: 'null when all was checked' })),
})
