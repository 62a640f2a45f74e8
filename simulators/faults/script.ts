/**
 * The language of fault scripts, `name[@start][+length][:target][,option=value…]`, as in
 * `trapped@30s+10m:LY-E-0007,button=40s`, and the same as JSON. What cannot be understood comes back as a sentence.
 */
import { DURATION_RULE, parseDuration } from '../duration.js'
import { FAULTS, faultNamed } from './catalogue.js'
import type { FaultOption, FaultOptions, FaultScript } from './fault.js'

/** One fault of a script, ready to run. */
export interface ScheduledFault {
  script: FaultScript
  /** ms after the start of the fleet's clock. */
  atMs: number
  lastsMs: number
  /** An equipment id, an estate id, `any` (a device that it suits, chosen by the seed) or `all`. */
  target: string
  options: FaultOptions
}

export type Parsed<T> = { value: T } | { problem: string }

const GRAMMAR = 'name[@start][+length][:target][,option=value…]'
const PATTERN = /^([a-z-]+)(?:@([^+:,]+))?(?:\+([^:,]+))?(?::([^,]+))?((?:,[^,=]+=[^,]*)*)$/

/** Reads one fault from a command line. */
export function parseFault(text: string): Parsed<ScheduledFault> {
  const match = PATTERN.exec(text.trim())
  if (!match) return { problem: `${text} is not of the form ${GRAMMAR}` }
  const [, name = '', at = '0s', lasts, target = 'any', rest = ''] = match
  const given = new Map<string, string>()
  for (const pair of rest.split(',').slice(1)) given.set(...splitPair(pair))
  return buildFault({ name, at, lasts, target, given })
}

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=')
  return [pair.slice(0, at), pair.slice(at + 1)]
}

/** Reads a script file: `[{"fault": "trapped", "at": "30s", "lasts": "10m", "target": "LY-E-0007", "options": {…}}, …]`. */
export function parseFaultFile(json: string): Parsed<ScheduledFault[]> {
  let rows: unknown
  try {
    rows = JSON.parse(json)
  } catch {
    return { problem: 'a fault script must be JSON' }
  }
  if (!Array.isArray(rows)) return { problem: 'a fault script must be a JSON array' }
  const faults: ScheduledFault[] = []
  for (const row of rows as unknown[]) {
    const parsed = typeof row === 'string' ? parseFault(row) : parseRow(row)
    if ('problem' in parsed) return { problem: `entry ${faults.length + 1}: ${parsed.problem}` }
    faults.push(parsed.value)
  }
  return { value: faults.sort((a, b) => a.atMs - b.atMs) }
}

function parseRow(row: unknown): Parsed<ScheduledFault> {
  if (typeof row !== 'object' || row === null) return { problem: 'must be an object or a string' }
  const { fault, at, lasts, target, options } = row as Record<string, unknown>
  const given = new Map(Object.entries(options ?? {}).map(([name, value]) => [name, String(value)]))
  return buildFault({
    name: String(fault),
    at: at === undefined ? '0s' : String(at),
    lasts: lasts === undefined ? undefined : String(lasts),
    target: target === undefined ? 'any' : String(target),
    given,
  })
}

function buildFault(words: {
  name: string
  at: string
  lasts: string | undefined
  target: string
  given: ReadonlyMap<string, string>
}): Parsed<ScheduledFault> {
  const { name, at, lasts, target, given } = words
  const script = faultNamed(name)
  if (!script) return { problem: `${name} is not a fault; known are ${FAULTS.map((f) => f.name).join(', ')}` }
  const atMs = parseDuration(at)
  if (atMs === undefined || atMs < 0) return { problem: `start ${at} must be ${DURATION_RULE}, not negative` }
  const lastsMs = lasts === undefined ? script.lastsMs : parseDuration(lasts)
  if (lastsMs === undefined || lastsMs <= 0)
    return { problem: `length ${lasts} must be ${DURATION_RULE}, above 0` }
  const options = parseOptions(script, given)
  return 'problem' in options ? options : { value: { script, atMs, lastsMs, target, options: options.value } }
}

function parseOptions(script: FaultScript, given: ReadonlyMap<string, string>): Parsed<FaultOptions> {
  const options: Record<string, number | string> = {}
  for (const option of script.options) {
    const text = given.get(option.name)
    const value = text === undefined ? option.default : parseOption(option, text)
    if (value === undefined) return { problem: `${option.name}=${text} must be ${ruleOf(option)}` }
    options[option.name] = value
  }
  const unknown = [...given.keys()].find((name) => !(name in options))
  if (unknown === undefined) return { value: options }
  const known = script.options.map((option) => option.name).join(', ') || 'none'
  return { problem: `${script.name} has no option ${unknown}; it has ${known}` }
}

function parseOption(option: FaultOption, text: string): number | string | undefined {
  switch (option.type) {
    case 'duration':
      return parseDuration(text)
    case 'number':
      return text === '' || Number.isNaN(Number(text)) ? undefined : Number(text)
    case 'word':
      return option.words === undefined || option.words.includes(text) ? text : undefined
  }
}

function ruleOf(option: FaultOption): string {
  switch (option.type) {
    case 'duration':
      return DURATION_RULE
    case 'number':
      return 'a number'
    case 'word':
      return option.words?.join(' or ') ?? 'a word'
  }
}
