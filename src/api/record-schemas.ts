/** The signed record over HTTP. */
import Type from 'typebox'

/** One JSON object a line; `src/record/file.ts` says which. */
export const RecordFile = Type.String()

export const RecordKeys = Type.Object({
  keys: Type.Array(Type.Object({ id: Type.String(), pem: Type.String() })),
})
