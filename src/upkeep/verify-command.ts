/** `npm run verify`: checks an exported record, far from the service and without it. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { messageOf } from '../errors.js'
import type { Anchor } from '../record/checkpoint.js'
import type { Head } from '../record/file.js'
import type { PeriodHead } from '../record/period-file.js'
import { type Verdict, verifyRecord } from '../record/verify.js'
import { isPeriod, verifyPeriod } from '../record/verify-period.js'
import { linesOfFile } from './file-lines.js'

const USAGE = `npm run verify -- FILE [--key PUB.pem] [--anchors FILE]

Checks an exported record, of one incident or of a period. Ends with 0 intact, 1 altered (says where), 2 unreadable, 3 consistent only with the key inside the file.`

const EXIT: Record<Verdict, number> = { intact: 0, altered: 1, unreadable: 2, 'own-key': 3 }
const MOST_FAULTS = 20

const AnchorLine = Type.Object({ counter: Type.Integer(), at: Type.Integer(), hash: Type.String() })

/** Returns the exit code; `say` prints a line. */
export function verifyCommand(args: readonly string[], say: (line: string) => void): number {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { key: { type: 'string' }, anchors: { type: 'string' } },
    })
    const [file] = positionals
    if (file === undefined || positionals.length > 1) {
      say(USAGE)
      return EXIT.unreadable
    }
    const key = values.key === undefined ? undefined : keyIn(values.key)
    const anchors = values.anchors === undefined ? [] : anchorsIn(values.anchors)
    const { what, ...found } = check(file, { key, anchors })
    return report(found, { what, file, anchors: anchors.length, say })
  } catch (error) {
    say(`unreadable: ${messageOf(error)}`)
    return EXIT.unreadable
  }
}

function keyIn(path: string): KeyObject {
  return createPublicKey(readFileSync(path))
}

function anchorsIn(path: string): Anchor[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Value.Parse(AnchorLine, JSON.parse(line)))
}

interface Found {
  verdict: Verdict
  faults: { line: number; what: string }[]
}

/** One record or many, as the first line says. */
function check(
  file: string,
  options: { key: KeyObject | undefined; anchors: readonly Anchor[] },
): Found & { what: string } {
  const [first] = linesOfFile(file)
  if (first && isPeriod(first.text)) {
    const { head, entries, ...found } = verifyPeriod(linesOfFile(file), options)
    return { ...found, what: head ? describePeriod(head, entries) : file }
  }
  const text = [...linesOfFile(file)].map((line) => (line.ended ? `${line.text}\n` : line.text)).join('')
  const { head, verdict, faults } = verifyRecord(text, options)
  return { verdict, faults, what: head ? describe(head) : file }
}

function describe({ number, entries, checkpoints, exported_at, exported_by }: Head): string {
  return `incident ${number}, ${entries} entries under ${checkpoints} checkpoints, ${exported(exported_at, exported_by)}`
}

function describePeriod(
  { from, to, incidents, exported_at, exported_by }: PeriodHead,
  entries: number,
): string {
  const [begin, end] = [from, to].map((ms) => new Date(ms).toISOString())
  return `${incidents} incidents opened from ${begin} to ${end}, ${entries} entries, ${exported(exported_at, exported_by)}`
}

function exported(at: number, by: string): string {
  return `exported ${new Date(at).toISOString()} by ${by}`
}

function report(
  { verdict, faults }: Found,
  { what, file, anchors, say }: { what: string; file: string; anchors: number; say: (line: string) => void },
): number {
  switch (verdict) {
    case 'intact':
      say(`intact: ${what}; by the key given${anchors > 0 ? ` and ${anchors} anchors` : ''}`)
      break
    case 'own-key':
      say(`consistent, by the key inside the file: ${what}`)
      say(
        'Whoever forged it would have put a key of their own there: give --key with the key of the service.',
      )
      break
    case 'unreadable':
      say(`unreadable: ${file} is no exported record`)
      break
    case 'altered':
      say(`altered: ${what}`)
      for (const { line, what: fault } of faults.slice(0, MOST_FAULTS)) say(`  line ${line}: ${fault}`)
      if (faults.length > MOST_FAULTS) say(`  and ${faults.length - MOST_FAULTS} more`)
      break
  }
  return EXIT[verdict]
}
