/**
 * Checks an exported record with nothing but the file and, where given, the public key and anchors kept elsewhere. Every
 * fault names its line: an entry changed, missing, in the wrong place, a tail that was cut off, a signature of another key.
 */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { Compile } from 'typebox/compile'
import { type Anchor, type Checkpoint, hashOfCheckpoint, isSignedBy, keyIdOf } from './checkpoint.js'
import { CHAIN_START, hashOfEntry, type RecordEntry, sha256 } from './entry.js'
import { CheckpointLine, EndLine, EntryLine, type Head, HeadLine, hashOfLines, type Sealed } from './file.js'
import { climb, leafOf } from './merkle.js'

/** `own-key`: everything fits, by the key inside the file, which whoever forged it would have put there. */
export type Verdict = 'intact' | 'altered' | 'unreadable' | 'own-key'

export interface Verification {
  verdict: Verdict
  /** Where it does not fit, by line from 1. */
  faults: { line: number; what: string }[]
  head: Head | null
  /** As they stand in the file. */
  checkpoints: Pick<Checkpoint, 'counter' | 'hash'>[]
}

/** `key` is the public key that signed; without it the file's own is used. */
export function verifyRecord(
  text: string,
  { key, anchors = [] }: { key?: KeyObject | undefined; anchors?: readonly Anchor[] } = {},
): Verification {
  const lines = text.split('\n')
  const faults: Verification['faults'] = []
  const fault = (line: number, what: string) => void faults.push({ line: line + 1, what })
  if (lines.pop() !== '') fault(lines.length, 'the file ends in the middle of a line')

  const read = <T>(line: number, shape: Shape<T>, what: string): T | null => {
    const parsed = parse(lines[line] ?? '', shape)
    if (parsed === null) fault(line, `this is not ${what} as it was written`)
    return parsed
  }
  const looksLikeOurs = lines.some((line) => /^\{"(teshe_record|entry|checkpoint|end)"/.test(line))
  if (!looksLikeOurs) return { verdict: 'unreadable', faults: [], head: null, checkpoints: [] }
  const head = read(0, headShape, 'the head of a record')
  const keyInside = head && keyOf(head.keys[0]?.pem ?? '')
  const trusted = key ?? keyInside

  checkEnd(lines, trusted, fault)
  let sealed: Checkpoint[] = []
  if (head) {
    const wanted = 2 + head.entries + head.checkpoints
    if (lines.length !== wanted)
      fault(lines.length - 1, `the head promises ${wanted} lines and there are ${lines.length}`)
    const entries = checkEntries(head, read, fault)
    sealed = checkCheckpoints(head, entries, trusted, read, fault)
    checkAnchors(head, sealed, anchors, fault)
    if (keyInside && head.keys[0]?.id !== keyIdOf(keyInside))
      fault(0, 'the key does not have the id that stands beside it')
    if (key && keyInside && keyIdOf(key) !== keyIdOf(keyInside))
      fault(0, `it was signed by key ${keyIdOf(keyInside)}, and the key given is ${keyIdOf(key)}`)
  }
  if (!trusted) fault(0, 'there is no key to check the signatures with')
  faults.sort((a, b) => a.line - b.line)
  const verdict = faults.length > 0 ? 'altered' : key ? 'intact' : 'own-key'
  return { verdict, faults, head, checkpoints: sealed }
}

type Fault = (line: number, what: string) => void
type Read = <T>(line: number, shape: Shape<T>, what: string) => T | null

/** What a line may hold; compiled, since a year of records has millions of them. */
export interface Shape<T> {
  Check(value: unknown): value is T
}
const headShape = Compile(HeadLine)
const entryShape = Compile(EntryLine)
const checkpointShape = Compile(CheckpointLine)
const endShape = Compile(EndLine)

/** A line that says the same in other letters is not as it was written either. */
export function parse<T>(line: string, shape: Shape<T>): T | null {
  try {
    const json: unknown = JSON.parse(line)
    return JSON.stringify(json) === line && shape.Check(json) ? json : null
  } catch {
    return null
  }
}

export function keyOf(pem: string): KeyObject | null {
  try {
    const key = createPublicKey(pem)
    // Written out again it must be the same, or one key could stand there in several ways.
    return key.asymmetricKeyType === 'ed25519' && key.export({ type: 'spki', format: 'pem' }) === pem
      ? key
      : null
  } catch {
    return null
  }
}

function checkEntries(head: Head, read: Read, fault: Fault): Map<number, RecordEntry> {
  const entries = new Map<number, RecordEntry>()
  let before = CHAIN_START
  for (let i = 0; i < head.entries; i++) {
    const line = 1 + i
    const entry = read(line, entryShape, 'an entry')?.entry
    if (!entry) {
      before = ''
      continue
    }
    if (entry.seq !== i + 1) fault(line, `entry ${entry.seq} stands where entry ${i + 1} belongs`)
    if (entry.incident_id !== head.incident_id)
      fault(
        line,
        `entry ${entry.seq} is of incident ${entry.incident_id}, and the record of ${head.incident_id}`,
      )
    if (hashOfEntry(entry) !== entry.hash)
      fault(line, `entry ${entry.seq} was altered: its hash does not fit`)
    if (before !== '' && entry.previous_hash !== before)
      fault(line, `entry ${entry.seq} does not follow the one before it`)
    before = entry.hash
    entries.set(entry.seq, entry)
  }
  return entries
}

function checkCheckpoints(
  head: Head,
  entries: ReadonlyMap<number, RecordEntry>,
  key: KeyObject | null | undefined,
  read: Read,
  fault: Fault,
): Checkpoint[] {
  const checkpoints: Checkpoint[] = []
  const proven = new Set<number>()
  for (let i = 0; i < head.checkpoints; i++) {
    const line = 1 + head.entries + i
    const found = read(line, checkpointShape, 'a checkpoint')
    if (!found) continue
    const { checkpoint } = found
    const name = `checkpoint ${checkpoint.counter}`
    const previous = checkpoints.at(-1)
    if (previous && checkpoint.counter <= previous.counter)
      fault(line, `${name} stands after checkpoint ${previous.counter}`)
    if (previous && checkpoint.counter === previous.counter + 1 && checkpoint.previous_hash !== previous.hash)
      fault(line, `${name} does not follow the one before it`)
    if (hashOfCheckpoint(checkpoint) !== checkpoint.hash)
      fault(line, `${name} was altered: its hash does not fit`)
    if (key && !isSignedBy(key, 'checkpoint', checkpoint))
      fault(line, `${name} does not bear the key's signature`)
    for (const seal of found.sealed) {
      const what = whatIsWrong(found, seal, entries)
      if (what) fault(line, what)
      else proven.add(seal.seq)
    }
    checkpoints.push(checkpoint)
  }
  for (const seq of entries.keys()) {
    if (!proven.has(seq)) fault(seq, `entry ${seq} is under no checkpoint`)
  }
  const last = checkpoints.at(-1)
  if (last && (head.latest === null || head.latest.counter < last.counter))
    fault(
      0,
      `the newest checkpoint is said to be ${head.latest?.counter ?? 'none'}, and ${last.counter} is in the file`,
    )
  return checkpoints
}

function whatIsWrong(
  { checkpoint }: Sealed,
  { seq, leaf, path }: Sealed['sealed'][number],
  entries: ReadonlyMap<number, RecordEntry>,
): string | null {
  const entry = entries.get(seq)
  if (!entry) return `entry ${seq} is missing, which checkpoint ${checkpoint.counter} sealed`
  const root = climb(leafOf(entry), leaf, checkpoint.count, path)
  return root === checkpoint.root ? null : `entry ${seq} is not what checkpoint ${checkpoint.counter} sealed`
}

/** An anchor was kept elsewhere: what is younger than the record says nothing, what is older must be in its chain. */
function checkAnchors(
  head: Head,
  checkpoints: readonly Checkpoint[],
  anchors: readonly Anchor[],
  fault: Fault,
): void {
  const known = new Map<number, string>(checkpoints.map(({ counter, hash }) => [counter, hash]))
  if (head.latest) known.set(head.latest.counter, head.latest.hash)
  for (const anchor of anchors) {
    const hash = known.get(anchor.counter)
    if (hash !== undefined && hash !== anchor.hash)
      fault(0, `checkpoint ${anchor.counter} is not the one that was anchored`)
    if (anchor.at <= head.exported_at && (head.latest?.counter ?? 0) < anchor.counter)
      fault(
        0,
        `checkpoint ${anchor.counter} was anchored before this record was exported, and is not known to it: the tail was cut`,
      )
  }
}

function checkEnd(lines: readonly string[], key: KeyObject | null | undefined, fault: Fault): void {
  const last = lines.length - 1
  const end = parse(lines[last] ?? '', endShape)?.end
  if (!end) return fault(last, 'the end is missing: the file was cut short, or its last line altered')
  if (end.lines.length !== last) fault(last, `${end.lines.length} lines were signed, and ${last} stand above`)
  for (let line = 0; line < last; line++) {
    if (sha256(lines[line] ?? '') !== end.lines[line])
      fault(line, 'this line is not the one that was signed here')
  }
  if (!key) return
  if (end.key_id !== keyIdOf(key))
    fault(last, `it is signed by key ${end.key_id}, and the key is ${keyIdOf(key)}`)
  if (!isSignedBy(key, 'export', { hash: hashOfLines(end.lines), signature: end.signature }))
    fault(last, "the end does not bear the key's signature")
}
