/** What the lists of errors and of signals say, as pages of the reference. */
import { ERRORS, type Remedy } from '../src/errors.js'
import { EQUIPMENT_KINDS, type EquipmentKind, PROFILES, type Profile } from '../src/model/equipment.js'
import {
  type Alias,
  BOILER_STATE,
  CODINGS,
  DOOR,
  EVENT_CODE,
  NAME_SOURCES,
  namesOf,
  SERVICE_MODE,
  type Signal,
  type SignalType,
  SPEED_MODE,
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

const PROFILE: Readonly<Record<Profile, string>> = {
  plain: 'Nothing is known of the device: only what means the same everywhere is read.',
  gbt24476: 'As GB/T 24476 has it, with numbers for switches.',
  shanghai: "Shanghai's extension: `Door_Status` has the seven codes of `door`, and there are more names.",
  'one-two': 'Switches are 1 and 2, as city platforms send them.',
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

/** Every catalogue signal by kind of equipment, its other names, how each profile reads them, and the meaning of codes. */
export function signalsPage(): string {
  const kinds = EQUIPMENT_KINDS.flatMap((kind) => [
    '',
    `## ${kind}`,
    '',
    '| signal | type | unit | believed from … to | also read under |',
    '|---|---|---|---|---|',
    ...signalsOf(kind).map((signal) => signalRow(kind, signal)),
  ])
  return page([
    '# Signals',
    '',
    'Names and units are fixed. A number is always stored as a float, a switch arrives as a JSON boolean or as 0 and 1. A number or a boolean in quotes is read as what it says. A value outside its range is kept as it came, counted, and not believed by the rules. A name that is not here is kept as it came: number, boolean or short text.',
    '',
    'Written by `npm run docs` from `src/model/signals.ts`.',
    ...kinds,
    '',
    '## Where the other names come from',
    '',
    '| mark | source |',
    '|---|---|',
    ...Object.entries(NAME_SOURCES).map(([name, text]) => `| ${name} | ${text} |`),
    '',
    'The unit is the same under every name, unless the table says "× 1000". The time of a reading may come as `samplingTime`; without a zone it is +08:00.',
    '',
    '## Profiles',
    '',
    "The equipment's `profile` says how its device codes what is coded differently from place to place. A number whose meaning the profile does not tell is kept raw, under its own name or as `…Raw`, and counted as `needs-profile`.",
    '',
    '| `profile` | what it says |',
    '|---|---|',
    ...PROFILES.map((profile) => `| \`${profile}\` | ${PROFILE[profile]} |`),
    '',
    `| name | ${PROFILES.map((profile) => `\`${profile}\``).join(' | ')} |`,
    `|---|${PROFILES.map(() => '---|').join('')}`,
    ...codingRows(),
    '',
    '## Codes',
    '',
    '| code of | values |',
    '|---|---|',
    ...Object.entries({
      serviceMode: SERVICE_MODE,
      speedMode: SPEED_MODE,
      door: DOOR,
      boilerState: BOILER_STATE,
      'event `code`': EVENT_CODE,
    }).map(([name, codes]) => `| ${name} | ${meanings(codes)} |`),
  ])
}

/** The other names under which a kind of equipment says a signal; one name may tell two signals. */
function aliasesOf(kind: EquipmentKind, { name, aliases }: Signal): Alias[] {
  const telling = signalsOf(kind).flatMap((other) =>
    other.aliases.filter(({ also }) => also?.signal === name),
  )
  return [...aliases, ...telling].filter(({ kinds }) => kinds === undefined || kinds.includes(kind))
}

function signalRow(kind: EquipmentKind, signal: Signal): string {
  const { name, type, unit, min, max } = signal
  const range = type === 'boolean' ? '' : type === 'counter' ? `from ${min}` : `${min} … ${max}`
  return `| \`${name}\` | ${TYPE[type]} | ${unit.replaceAll('|', ' or ')} | ${range} | ${aliasesOf(kind, signal).map(aliasCell).join(', ')} |`
}

function aliasCell({ name, source, scale }: Alias): string {
  return `\`${name}\` (${source}${scale ? `, × ${scale}` : ''})`
}

/** One row for all switches, and one for each name whose coding is its own. */
function codingRows(): string[] {
  const switches = PROFILES.map((profile) => CODINGS[profile === 'one-two' ? 'one-two' : 'switch'])
  const rows = [`| every other switch | ${switches.join(' | ')} |`]
  for (const kind of EQUIPMENT_KINDS) {
    const codings = PROFILES.map(
      (profile) => new Map(namesOf(kind, profile).map(({ name, coding }) => [name, coding])),
    )
    for (const { name, kinds, coding, also } of signalsOf(kind).flatMap(({ aliases }) => aliases)) {
      if (coding === undefined || (kinds && !kinds.includes(kind))) continue
      const cells = codings.map((byName) => {
        const read = byName.get(name)
        if (!read) return 'unknown name'
        return also ? `${CODINGS[read]}; \`${also.signal}\`: ${CODINGS[also.coding]}` : CODINGS[read]
      })
      const whose = kinds && kind !== 'elevator' ? ` of an ${kind}` : ''
      rows.push(`| \`${name}\`${whose} | ${cells.join(' | ')} |`)
    }
  }
  // A name that several kinds share is read the same way for each.
  return [...new Set(rows)]
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
