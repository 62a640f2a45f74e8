/**
 * The file of an exported record: one JSON object a line. First what it is, then the entries of one incident in their
 * order, then the checkpoints that seal them with each entry's path to the root, and last the hash of every line before it,
 * signed: so an altered line can be named.
 */
import { type Static, Type } from 'typebox'
import { type Checkpoint, pemOf, type Signer } from './checkpoint.js'
import { inOrder, type RecordEntry, sha256 } from './entry.js'

const closed = { additionalProperties: false }
const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' })
const Text = Type.Union([Type.String(), Type.Null()])

export const HeadLine = Type.Object(
  {
    teshe_record: Type.Literal(1),
    incident_id: Type.String(),
    number: Type.String(),
    /** ms since 1970. */
    exported_at: Type.Integer(),
    exported_by: Type.String(),
    entries: Type.Integer({ minimum: 0 }),
    checkpoints: Type.Integer({ minimum: 0 }),
    /** The newest checkpoint of all at that moment; nothing before the first. */
    latest: Type.Union([Type.Object({ counter: Type.Integer(), hash: Hash }, closed), Type.Null()]),
    keys: Type.Array(Type.Object({ id: Type.String(), pem: Type.String() }, closed)),
  },
  closed,
)
export type Head = Static<typeof HeadLine>

export const EntryLine = Type.Object(
  {
    entry: Type.Object(
      {
        incident_id: Type.String(),
        seq: Type.Integer(),
        at: Type.Number(),
        recorded_at: Type.Number(),
        actor: Type.String(),
        actor_name: Type.String(),
        on_behalf_of: Text,
        via: Text,
        call_id: Text,
        kind: Type.String(),
        assignment_id: Text,
        reason: Text,
        detail_json: Type.String(),
        previous_hash: Hash,
        hash: Hash,
      },
      closed,
    ),
  },
  closed,
)

export const CheckpointLine = Type.Object(
  {
    checkpoint: Type.Object(
      {
        counter: Type.Integer({ minimum: 1 }),
        at: Type.Integer(),
        count: Type.Integer({ minimum: 1 }),
        root: Hash,
        previous_hash: Hash,
        hash: Hash,
        key_id: Type.String(),
        signature: Type.String(),
      },
      closed,
    ),
    sealed: Type.Array(
      Type.Object({ seq: Type.Integer(), leaf: Type.Integer(), path: Type.Array(Hash) }, closed),
    ),
  },
  closed,
)
export type Sealed = Static<typeof CheckpointLine>

export const EndLine = Type.Object(
  {
    end: Type.Object({ lines: Type.Array(Hash), key_id: Type.String(), signature: Type.String() }, closed),
  },
  closed,
)

/** The whole file, each line ended. `keys` in the head are the public ones of every checkpoint in it. */
export function writeRecord({
  head,
  entries,
  sealed,
  signer,
}: {
  head: Omit<Head, 'teshe_record' | 'entries' | 'checkpoints' | 'keys'>
  entries: readonly RecordEntry[]
  sealed: readonly { checkpoint: Checkpoint; sealed: Sealed['sealed'] }[]
  signer: Signer
}): string {
  const first: Head = {
    teshe_record: 1,
    ...head,
    entries: entries.length,
    checkpoints: sealed.length,
    keys: [{ id: signer.keyId, pem: pemOf(signer.publicKey) }],
  }
  const written = [first, ...entries.map((entry) => ({ entry: inOrder(entry) })), ...sealed].map((line) =>
    JSON.stringify(line),
  )
  const lines = written.map(sha256)
  const end = { lines, key_id: signer.keyId, signature: signer.sign('export', hashOfLines(lines)) }
  return [...written, JSON.stringify({ end }), ''].join('\n')
}

/** What the last line's signature is over. */
export function hashOfLines(lines: readonly string[]): string {
  return sha256(JSON.stringify(lines))
}
