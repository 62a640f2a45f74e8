/**
 * Checks a file of many exported records, line by line and holding one record at a time. Every fault names its line in the
 * file: within a record as `verify.ts` finds it, and a record that is missing, added, or in another's place.
 */
import type { KeyObject } from 'node:crypto'
import { Compile } from 'typebox/compile'
import { type Anchor, isSignedBy, keyIdOf } from './checkpoint.js'
import { sha256 } from './entry.js'
import {
  hashOfPeriod,
  PERIOD_BEGINS,
  PERIOD_ENDS,
  PeriodEndLine,
  type PeriodHead,
  PeriodHeadLine,
  RECORD_BEGINS,
  RECORD_ENDS,
} from './period-file.js'
import { keyOf, parse, type Verdict, verifyRecord } from './verify.js'

export interface PeriodVerification {
  verdict: Exclude<Verdict, 'unreadable'>
  /** Where it does not fit, by line from 1. */
  faults: { line: number; what: string }[]
  head: PeriodHead | null
  entries: number
}

/** A line of a file; `ended` is false for what stands after the last line break. */
export interface Line {
  text: string
  ended: boolean
}

const headShape = Compile(PeriodHeadLine)
const endShape = Compile(PeriodEndLine)

/** Whether it is a file of many records, by its first line. */
export function isPeriod(firstLine: string): boolean {
  return firstLine.startsWith(PERIOD_BEGINS)
}

/** `key` is the public key that signed; without it the file's own is used. */
export function verifyPeriod(
  lines: Iterable<Line>,
  { key, anchors = [] }: { key?: KeyObject | undefined; anchors?: readonly Anchor[] } = {},
): PeriodVerification {
  const faults: PeriodVerification['faults'] = []
  const fault: Fault = (line, what) => void faults.push({ line, what })
  const records = createRecords(anchors, fault)
  let first: First = { head: null, hash: '', trusted: key }
  let ended = false
  let number = 0
  for (const { text, ended: whole } of lines) {
    number++
    if (!whole) fault(number, 'the file ends in the middle of a line')
    if (number === 1) {
      first = readFirst(text, key, fault)
    } else if (ended) {
      fault(number, 'something stands after the end')
    } else if (text.startsWith(PERIOD_ENDS)) {
      records.end(first.trusted)
      checkEnd(text, { line: number, first, records: records.checked, fault })
      ended = true
    } else {
      if (text.startsWith(RECORD_BEGINS)) records.end(first.trusted)
      records.add(number, text)
      if (text.startsWith(RECORD_ENDS)) records.end(first.trusted)
    }
  }
  records.end(first.trusted)
  if (!ended) fault(number, 'the end is missing: the file was cut short, or its last line altered')
  checkHead(first.head, { records: records.checked.length, anchors, fault })
  if (!first.trusted) fault(1, 'there is no key to check the signatures with')
  faults.sort((a, b) => a.line - b.line)
  const verdict = faults.length > 0 ? 'altered' : key ? 'intact' : 'own-key'
  return { verdict, faults, head: first.head, entries: records.entries() }
}

type Fault = (line: number, what: string) => void

interface First {
  head: PeriodHead | null
  /** Of the line as it stands there. */
  hash: string
  trusted: KeyObject | undefined
}

function readFirst(text: string, key: KeyObject | undefined, fault: Fault): First {
  const head = parse(text, headShape)
  const hash = sha256(text)
  if (!head) {
    fault(1, 'this is not the head of many records as it was written')
    return { head: null, hash, trusted: key }
  }
  const inside = keyOf(head.keys[0]?.pem ?? '')
  if (!inside || head.keys[0]?.id !== keyIdOf(inside))
    fault(1, 'the key does not have the id that stands beside it')
  else if (key && keyIdOf(key) !== keyIdOf(inside))
    fault(1, `it was signed by key ${keyIdOf(inside)}, and the key given is ${keyIdOf(key)}`)
  return { head, hash, trusted: key ?? inside ?? undefined }
}

interface CheckedRecord {
  /** Where it begins, and the hash of its text. */
  line: number
  hash: string
}

/** Gathers the lines of one record after the other, and checks each when it is whole. */
function createRecords(anchors: readonly Anchor[], fault: Fault) {
  const anchored = new Map(anchors.map(({ counter, hash }) => [counter, hash]))
  const hashByCounter = new Map<number, string>()
  const checked: CheckedRecord[] = []
  let entries = 0
  let begins = 0
  let lines: string[] = []

  function check(text: string, key: KeyObject | undefined): void {
    const found = verifyRecord(text, { key })
    if (found.verdict === 'unreadable') fault(begins, 'this is no exported record')
    entries += found.head?.entries ?? 0
    for (const { line, what } of found.faults) fault(begins + line - 1, what)
    for (const { counter, hash } of found.checkpoints) {
      if ((hashByCounter.get(counter) ?? hash) !== hash)
        fault(begins, `checkpoint ${counter} is another one here than in a record before`)
      if ((anchored.get(counter) ?? hash) !== hash)
        fault(begins, `checkpoint ${counter} is not the one that was anchored`)
      hashByCounter.set(counter, hash)
    }
  }

  return {
    checked,
    entries: () => entries,
    add(line: number, text: string) {
      if (lines.length === 0) begins = line
      lines.push(text)
    },
    end(key: KeyObject | undefined) {
      if (lines.length === 0) return
      const text = `${lines.join('\n')}\n`
      lines = []
      checked.push({ line: begins, hash: sha256(text) })
      check(text, key)
    },
  }
}

function checkEnd(
  text: string,
  {
    line,
    first,
    records,
    fault,
  }: { line: number; first: First; records: readonly CheckedRecord[]; fault: Fault },
): void {
  const end = parse(text, endShape)?.records_end
  if (!end) return fault(line, 'this is not the end of many records as it was written')
  if (end.head !== first.hash) fault(1, 'this line is not the one that was signed here')
  if (end.records.length !== records.length)
    fault(line, `${end.records.length} records were signed, and ${records.length} stand above`)
  for (const [i, { line: begins, hash }] of records.entries())
    if (end.records[i] !== hash)
      fault(begins, 'the record that begins here is not the one that was signed here')
  const { trusted } = first
  if (!trusted) return
  if (end.key_id !== keyIdOf(trusted))
    fault(line, `it is signed by key ${end.key_id}, and the key is ${keyIdOf(trusted)}`)
  if (!isSignedBy(trusted, 'export-of-many', { hash: hashOfPeriod(end), signature: end.signature }))
    fault(line, "the end does not bear the key's signature")
}

/** An anchor was kept elsewhere: what is older than the export must have been known to it. */
function checkHead(
  head: PeriodHead | null,
  { records, anchors, fault }: { records: number; anchors: readonly Anchor[]; fault: Fault },
): void {
  if (!head) return
  if (head.incidents !== records)
    fault(1, `the head promises ${head.incidents} records and there are ${records}`)
  for (const { counter, hash, at } of anchors) {
    if (head.latest?.counter === counter && head.latest.hash !== hash)
      fault(1, `checkpoint ${counter} is not the one that was anchored`)
    if (at <= head.exported_at && (head.latest?.counter ?? 0) < counter)
      fault(
        1,
        `checkpoint ${counter} was anchored before these records were exported, and is not known to them: the tail was cut`,
      )
  }
}
