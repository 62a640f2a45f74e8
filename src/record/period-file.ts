/**
 * The file of many exported records: one line of what it is, the record of each incident whole as `file.ts` writes it, and a
 * last line with the hash of every one of them, signed. So it is written and checked one incident at a time.
 */
import { type Static, Type } from 'typebox'
import { pemOf, type Signer } from './checkpoint.js'
import { sha256 } from './entry.js'

const closed = { additionalProperties: false }
const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' })

export const PeriodHeadLine = Type.Object(
  {
    teshe_records: Type.Literal(1),
    /** ms since 1970: incidents opened in it, both ends included. */
    from: Type.Integer(),
    to: Type.Integer(),
    exported_at: Type.Integer(),
    exported_by: Type.String(),
    incidents: Type.Integer({ minimum: 0 }),
    /** The newest checkpoint of all when the export began; nothing before the first. */
    latest: Type.Union([Type.Object({ counter: Type.Integer(), hash: Hash }, closed), Type.Null()]),
    keys: Type.Array(Type.Object({ id: Type.String(), pem: Type.String() }, closed)),
  },
  closed,
)
export type PeriodHead = Static<typeof PeriodHeadLine>

export const PeriodEndLine = Type.Object(
  {
    records_end: Type.Object(
      { head: Hash, records: Type.Array(Hash), key_id: Type.String(), signature: Type.String() },
      closed,
    ),
  },
  closed,
)

/** What the lines of such a file begin with, as far as they say where a record begins and ends. */
export const PERIOD_BEGINS = '{"teshe_records"'
export const PERIOD_ENDS = '{"records_end"'
export const RECORD_BEGINS = '{"teshe_record"'
export const RECORD_ENDS = '{"end"'

/** The whole file in pieces. `records`: as many as `head.incidents`, each a file of `writeRecord`. */
export async function* writePeriod({
  head,
  records,
  signer,
}: {
  head: Omit<PeriodHead, 'teshe_records' | 'keys'>
  records: AsyncIterable<string>
  signer: Signer
}): AsyncGenerator<string> {
  const keys = [{ id: signer.keyId, pem: pemOf(signer.publicKey) }]
  const first: PeriodHead = { teshe_records: 1, ...head, keys }
  const line = JSON.stringify(first)
  yield `${line}\n`
  const hashes: string[] = []
  for await (const record of records) {
    hashes.push(sha256(record))
    yield record
  }
  const said = { head: sha256(line), records: hashes }
  const signature = signer.sign('export-of-many', hashOfPeriod(said))
  yield `${JSON.stringify({ records_end: { ...said, key_id: signer.keyId, signature } })}\n`
}

/** What the last line's signature is over. */
export function hashOfPeriod({ head, records }: { head: string; records: readonly string[] }): string {
  return sha256(JSON.stringify([head, records]))
}
