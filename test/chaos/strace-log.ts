/** Reads what `strace -f -y -xx` wrote about files and sockets: which call began when, ended when, and with which bytes. */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

export interface Syscall {
  name: string
  /** Line numbers in the log, which is in the order of events: where the call began and where it had returned. */
  began: number
  ended: number
  /** Path or socket behind the descriptor; for calls with a path, that path. */
  target: string
  /** Everything between the brackets. */
  args: string
  result: number
}

const CALL = /^(\d+) +(\w+)\((.*)$/
const RESUMED = /^(\d+) +<\.\.\. (\w+) resumed>(.*)$/
const RESULT = /\) += (-?\d+)[^"]*$/

/** Every call of a log that returned, in the order in which they returned. */
export async function readStrace(path: string, onCall: (call: Syscall) => void): Promise<void> {
  const begun = new Map<string, { began: number; name: string; args: string }>()
  let line = 0
  for await (const text of createInterface({
    input: createReadStream(path),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    line++
    const resumed = RESUMED.exec(text)
    if (resumed) {
      const [, thread = '', , rest = ''] = resumed
      const start = begun.get(thread)
      begun.delete(thread)
      if (start) finish(start.name, start.began, line, start.args + rest)
      continue
    }
    const call = CALL.exec(text)
    if (!call) continue
    const [, thread = '', name = '', rest = ''] = call
    const unfinished = rest.indexOf('<unfinished ...>')
    if (unfinished >= 0) begun.set(thread, { began: line, name, args: rest.slice(0, unfinished) })
    else finish(name, line, line, rest)
  }

  function finish(name: string, began: number, ended: number, args: string): void {
    const result = RESULT.exec(args)
    if (!result) return
    const target = /^\d+<((?:[^>\\]|\\.|->)*)>/.exec(args)?.[1] ?? /^"([^"]*)"/.exec(args)?.[1] ?? ''
    onCall({ name, began, ended, target: unhex(target), args, result: Number(result[1]) })
  }
}

/** The bytes of every string argument, in order. */
export function bytesOf(args: string): Buffer {
  const parts: Buffer[] = []
  for (const [, text = ''] of args.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)) {
    parts.push(Buffer.from(text.replaceAll('\\x', ''), 'hex'))
  }
  return Buffer.concat(parts)
}

/** The last number before the closing bracket, e.g. the offset of a `pwrite64`. */
export function lastNumber(args: string): number {
  return Number(/, (\d+) *\) += /.exec(args)?.[1] ?? Number.NaN)
}

function unhex(text: string): string {
  return text.includes('\\x') ? Buffer.from(text.replaceAll('\\x', ''), 'hex').toString() : text
}
