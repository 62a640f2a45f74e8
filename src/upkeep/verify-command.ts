/** `npm run verify`: checks an exported record, far from the service and without it. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { messageOf } from '../errors.js'
import type { Anchor } from '../record/checkpoint.js'
import { type Verdict, verifyRecord } from '../record/verify.js'

const USAGE = `npm run verify -- FILE [--key PUB.pem] [--anchors FILE]

Checks an exported record. Ends with 0 intact, 1 altered (says where), 2 unreadable, 3 consistent only with the key inside the file.`

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
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file))
    const key = values.key === undefined ? undefined : keyIn(values.key)
    const anchors = values.anchors === undefined ? [] : anchorsIn(values.anchors)
    return report(verifyRecord(text, { key, anchors }), { file, anchors: anchors.length, say })
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

function report(
  { verdict, faults, head }: ReturnType<typeof verifyRecord>,
  { file, anchors, say }: { file: string; anchors: number; say: (line: string) => void },
): number {
  const what = head
    ? `incident ${head.number}, ${head.entries} entries under ${head.checkpoints} checkpoints, exported ${new Date(head.exported_at).toISOString()} by ${head.exported_by}`
    : file
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
