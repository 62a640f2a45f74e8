/** Records of two incidents under the same checkpoints, as the service would write them. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { type Checkpoint, createSigner, hashOfCheckpoint } from '../../src/record/checkpoint.js'
import { CHAIN_START, hashOfEntry, type RecordEntry } from '../../src/record/entry.js'
import { writeRecord } from '../../src/record/file.js'
import { leafOf, pathOf, rootOf } from '../../src/record/merkle.js'

export const SAMPLE_KEYS = generateKeyPairSync('ed25519')
/** ms since 1970. */
export const SAMPLE_TIME = 1_795_300_000_000
const T = SAMPLE_TIME

const INCIDENTS = ['incident-1', 'incident-2'] as const

function entriesOf(incident: string, count: number): RecordEntry[] {
  let previous_hash = CHAIN_START
  return Array.from({ length: count }, (_, i) => {
    const bare = {
      ...{ incident_id: incident, seq: i + 1, at: T + i * 1000, recorded_at: T + i * 1000 + 40 },
      ...{ actor: 'system', actor_name: 'system', on_behalf_of: null, via: null, call_id: null },
      ...{ kind: i === 0 ? 'opened' : 'note', assignment_id: null, reason: i % 2 ? '困人' : null },
      ...{ detail_json: JSON.stringify({ people: i }), previous_hash },
    }
    const entry = { ...bare, hash: hashOfEntry(bare) }
    previous_hash = entry.hash
    return entry
  })
}

/** Seals the entries of two incidents under checkpoints of `each`, and writes the record of one of them. */
export function recordOf(
  count: number,
  each: number,
  key: KeyObject = SAMPLE_KEYS.privateKey,
  incident: (typeof INCIDENTS)[number] = 'incident-1',
): string {
  const by = createSigner(key)
  const [mine = [], others = []] = INCIDENTS.map((one) => entriesOf(one, count))
  const all = mine.flatMap((entry, i) => [entry, others[i] as RecordEntry])
  const sealed = []
  let before: Checkpoint | null = null
  for (let from = 0; from < all.length; from += each) {
    const under = all.slice(from, from + each)
    const leaves = under.map(leafOf)
    const bare = {
      counter: (before?.counter ?? 0) + 1,
      at: T + from,
      count: under.length,
      root: rootOf(leaves),
      previous_hash: before?.hash ?? CHAIN_START,
      key_id: by.keyId,
    }
    const hash = hashOfCheckpoint(bare)
    const checkpoint: Checkpoint = { ...bare, hash, signature: by.sign('checkpoint', hash) }
    const proofs = under.flatMap((entry, leaf) =>
      entry.incident_id === incident ? [{ seq: entry.seq, leaf, path: pathOf(leaves, leaf) }] : [],
    )
    if (proofs.length > 0) sealed.push({ checkpoint, sealed: proofs })
    before = checkpoint
  }
  return writeRecord({
    head: {
      ...{
        incident_id: incident,
        number: incident === 'incident-1' ? '20261122-0007' : '20261122-0008',
        exported_at: T + 100_000,
        exported_by: 'desk',
      },
      latest: before && { counter: before.counter, hash: before.hash },
    },
    entries: incident === 'incident-1' ? mine : others,
    sealed,
    signer: by,
  })
}
