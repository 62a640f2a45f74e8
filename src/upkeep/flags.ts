/** The command lines of backup, restore and rebuild-history: flags become a plan, or every fault in them is named. */
import { parseArgs } from 'node:util'
import { messageOf } from '../errors.js'

export interface Command {
  /** Without dashes, with what they mean; a value's placeholder, or `null` for a switch. */
  flags: Record<string, { value: string | null; meaning: string; required?: boolean }>
  /** First lines of the help. */
  usage: string
  /** What a signal in the middle leaves. */
  interrupted: string
}

export type Given = Readonly<Record<string, string | boolean | undefined>>

/** Help, faults, or what was given. */
export function readFlags(
  { flags, usage }: Omit<Command, 'interrupted'>,
  args: readonly string[],
): { help: string } | { faults: string[] } | { given: Given } {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { value }]) => [
      name,
      { type: value === null ? ('boolean' as const) : ('string' as const) },
    ]),
  )
  let given: Given
  try {
    given = parseArgs({ args: [...args], options: { ...options, help: { type: 'boolean' } } }).values as Given
  } catch (error) {
    return { faults: [messageOf(error)] }
  }
  if (given.help === true) return { help: helpOf(flags, usage) }
  const missing = Object.entries(flags).filter(([name, flag]) => flag.required && !given[name])
  if (missing.length === 0) return { given }
  return { faults: missing.map(([name, { value }]) => `--${name} ${value} is needed`) }
}

function helpOf(flags: Command['flags'], usage: string): string {
  const names = Object.entries(flags).map(
    ([name, { value }]) => `--${name}${value === null ? '' : ` ${value}`}`,
  )
  const width = Math.max(...names.map((name) => name.length))
  const lines = Object.values(flags).map(
    ({ meaning }, i) => `  ${(names[i] ?? '').padEnd(width)}  ${meaning}`,
  )
  return `${usage}\n\n${lines.join('\n')}`
}

/** ms since 1970 from ISO 8601 with zone or from ms; `null` where nothing was given, NaN for what is no time. */
export function timeOf(text: string | boolean | undefined): number | null {
  if (typeof text !== 'string') return null
  if (/^\d+$/.test(text)) return Number(text)
  const zoned = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/.test(text)
  return zoned ? Date.parse(text) : Number.NaN
}
