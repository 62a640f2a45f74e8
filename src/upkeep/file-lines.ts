/** The lines of a file one after the other, so that a large one is read without holding it. */
import { closeSync, openSync, readSync } from 'node:fs'
import type { Line } from '../record/verify-period.js'

const PIECE_BYTES = 1024 * 1024
const LINE_BREAK = 0x0a

/** What is no UTF-8 is kept in sight: no line with it is as it was written. */
export function* linesOfFile(path: string): Generator<Line> {
  const file = openSync(path, 'r')
  try {
    let rest: Buffer[] = []
    const piece = Buffer.alloc(PIECE_BYTES)
    for (let size = readSync(file, piece); size > 0; size = readSync(file, piece)) {
      let begin = 0
      for (
        let end = piece.indexOf(LINE_BREAK);
        end >= 0 && end < size;
        end = piece.indexOf(LINE_BREAK, begin)
      ) {
        yield { text: textOf(Buffer.concat([...rest, piece.subarray(begin, end)])), ended: true }
        rest = []
        begin = end + 1
      }
      rest.push(Buffer.from(piece.subarray(begin, size)))
    }
    const left = Buffer.concat(rest)
    if (left.length > 0) yield { text: textOf(left), ended: false }
  } finally {
    closeSync(file)
  }
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function textOf(bytes: Buffer): string {
  try {
    return strict.decode(bytes)
  } catch {
    // Two spellings of the same broken character must not look alike, so such a text gets what no JSON has.
    return `${bytes.toString('utf8')}\u0000`
  }
}
