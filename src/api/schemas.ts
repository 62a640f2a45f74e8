/** Pieces that every part of the API is made of: ids, times, pages, errors. Bounds stand here, once. */
import Type, { type Static, type TSchema } from 'typebox'
import { EQUIPMENT_ID_PATTERN } from '../model/equipment.js'

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** ISO 8601 with zone. */
export const Time = Type.String({ format: 'date-time', examples: ['2026-11-21T14:02:31.000Z'] })
/** ISO 8601 with zone, or ms since 1970. */
export const GivenTime = Type.Union(
  [Type.String({ minLength: 1, maxLength: 40 }), Type.Integer({ minimum: 0 })],
  {
    description: 'ISO 8601 with zone, or milliseconds since 1970',
  },
)
/** In a query string everything is text. */
export const QueryTime = Type.String({
  minLength: 1,
  maxLength: 40,
  description: 'ISO 8601 with zone, or milliseconds since 1970',
})

export const EquipmentId = Type.String({ pattern: EQUIPMENT_ID_PATTERN, maxLength: 64 })
export const Id = Type.String({ minLength: 1, maxLength: 128 })
export const Line = Type.String({ minLength: 1, maxLength: 300 })
export const Note = Type.String({ maxLength: 4000 })

export const EquipmentParams = Type.Object({ id: EquipmentId })
export const IdParams = Type.Object({ id: Id })

export const Location = Type.Object(
  {
    lat: Type.Number({ minimum: -90, maximum: 90, description: 'WGS-84, degrees' }),
    lon: Type.Number({ minimum: -180, maximum: 180, description: 'WGS-84, degrees' }),
  },
  { additionalProperties: false },
)

/** `?limit=&cursor=` of every list. */
export const paging = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: '50 by default' })),
  cursor: Type.Optional(
    Type.String({ minLength: 1, maxLength: 500, description: '`next` of the page before' }),
  ),
}

/** A query of a list: its own filters and the paging; unknown names are refused. */
export const listQuery = <P extends Record<string, TSchema>>(filters: P) =>
  Type.Object({ ...filters, ...paging }, { additionalProperties: false })

export const PageQuery = listQuery({})

export const page = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), next: Nullable(Type.String()) })

/** Comma-separated values of a closed list, in a query string. */
export const choices = (values: readonly string[]) =>
  Type.String({
    pattern: `^(${values.join('|')})(,(${values.join('|')}))*$`,
    description: `one or more of ${values.join(', ')}, separated by commas`,
  })

/** The values of a `choices` text that the schema has checked. */
export function chosen<V extends string>(given: string | undefined, all: readonly V[]): V[] | undefined {
  return given === undefined ? undefined : all.filter((value) => given.split(',').includes(value))
}

export const Empty = Type.Object({})

export const ErrorReply = Type.Object({
  error: Type.Object({
    code: Type.String({ examples: ['EQUIPMENT_UNKNOWN'] }),
    message: Type.String(),
    fields: Type.Array(Type.Object({ field: Type.String(), message: Type.String() })),
  }),
})
export type ErrorReply = Static<typeof ErrorReply>
