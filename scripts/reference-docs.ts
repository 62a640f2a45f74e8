/** What the lists of errors and of signals say, as pages of the reference. */
import { ERRORS, type Remedy } from '../src/errors.js'
import { EQUIPMENT_KINDS } from '../src/model/equipment.js'
import {
  BOILER_STATE,
  DOOR,
  EVENT_CODE,
  SERVICE_MODE,
  type Signal,
  type SignalType,
  signalsOf,
} from '../src/model/signals.js'

const REMEDY: Readonly<Record<Remedy, string>> = {
  retry: 'try again later',
  reject: 'change what was sent',
  stop: 'mend it, then start again',
}

const TYPE: Readonly<Record<SignalType, string>> = {
  number: 'number',
  boolean: 'switch',
  code: 'code',
  counter: 'counter',
}

/** Every error with its code, HTTP status, cure and sentence. */
export function errorsPage(): string {
  const rows = Object.entries(ERRORS).map(([code, { status, remedy, text }]) => {
    // A line break of the sentence would end the row of the table.
    const sentence = text.replaceAll('\n', ' ').replaceAll('%s', '…')
    return `| \`${code}\` | ${status} | ${REMEDY[remedy]} | ${sentence} |`
  })
  return page([
    '# Errors',
    '',
    'The API answers `{"error": {"code", "message", "fields"}}`; the log carries the same codes. From 500 on the caller is told the id of the request instead of the sentence, and the operator finds the sentence under that id in the log.',
    '',
    'Written by `npm run docs` from `src/errors.ts`.',
    '',
    '| code | HTTP | what to do | what it says |',
    '|---|---|---|---|',
    ...rows,
  ])
}

/** Every catalogue signal by kind of equipment, and the meaning of the codes. */
export function signalsPage(): string {
  const kinds = EQUIPMENT_KINDS.flatMap((kind) => [
    '',
    `## ${kind}`,
    '',
    '| signal | type | unit | believed from … to |',
    '|---|---|---|---|',
    ...signalsOf(kind).map(signalRow),
  ])
  return page([
    '# Signals',
    '',
    'Names and units are fixed. A number is always stored as a float, a switch arrives as a JSON boolean or as 0 and 1. A value outside its range is kept as it came, counted, and not believed by the rules. A name that is not here is kept as it came: number, boolean or short text.',
    '',
    'Written by `npm run docs` from `src/model/signals.ts`.',
    ...kinds,
    '',
    '## Codes',
    '',
    '| code of | values |',
    '|---|---|',
    ...Object.entries({
      serviceMode: SERVICE_MODE,
      door: DOOR,
      boilerState: BOILER_STATE,
      'event `code`': EVENT_CODE,
    }).map(([name, codes]) => `| ${name} | ${meanings(codes)} |`),
  ])
}

function signalRow({ name, type, unit, min, max }: Signal): string {
  const range = type === 'boolean' ? '' : type === 'counter' ? `from ${min}` : `${min} … ${max}`
  return `| \`${name}\` | ${TYPE[type]} | ${unit.replaceAll('|', ' or ')} | ${range} |`
}

/** `doorCloseFault` becomes "door close fault". */
function meanings(codes: Readonly<Record<string, number>>): string {
  return Object.entries(codes)
    .sort(([, a], [, b]) => a - b)
    .map(([name, code]) => `${code} ${name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`)
    .join(', ')
}

function page(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`
}
