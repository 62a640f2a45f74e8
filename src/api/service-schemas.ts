/** What the service says about itself. */
import Type from 'typebox'
import { Nullable } from './schemas.js'

export const Healthz = Type.Object({ ok: Type.Boolean() })

export const Readyz = Type.Object({
  ready: Type.Boolean(),
  parts: Type.Optional(
    Type.Array(
      Type.Object({
        part: Type.String(),
        ready: Type.Boolean(),
        detail: Type.Optional(
          Type.Record(Type.String(), Nullable(Type.Union([Type.String(), Type.Number(), Type.Boolean()]))),
        ),
      }),
    ),
  ),
})
