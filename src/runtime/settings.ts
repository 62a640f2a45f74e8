/**
 * Settings from the environment by one schema: each leaf of it names its variable, its meaning and its rule, so that
 * reading, documentation and type come from the same place. Every fault is reported, none opens or throws anything.
 */
import { type Static, type TObject, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import { messageOf } from '../errors.js'
import { Pem } from './pem.js'
import { Secret } from './secret.js'

/** How the text of a variable becomes a value. `pem` and `secret-pem` take the text itself or the path of a file with it. */
export type SettingForm = 'text' | 'integer' | 'number' | 'bytes' | 'list' | 'secret' | 'pem' | 'secret-pem'

export interface SettingNotes {
  /** Name of the environment variable. */
  env: string
  form: SettingForm
  meaning: string
  /** Completes "must be …". */
  rule: string
  default: unknown
  /** The default as people read it, where the value alone would not say it. */
  shown?: string
}

/** One setting and where it lies in the schema. */
export interface Setting {
  /** Keys from the root of the configuration. */
  path: string[]
  schema: TSchema
  notes: SettingNotes
}

/** Hands over the text of a file, or throws why it cannot. */
export type ReadFile = (path: string) => string

/** Makes a schema a leaf that is read from the environment. */
export function setting<T extends TSchema>(type: T, notes: SettingNotes): T {
  return Type.With(type, { notes }) as T
}

/** Every setting of a schema, in its order. */
export function settingsOf(schema: TObject, path: string[] = []): Setting[] {
  return Object.entries(schema.properties).flatMap(([key, child]): Setting[] => {
    const at = [...path, key]
    if (hasNotes(child)) return [{ path: at, schema: child, notes: child.notes }]
    return Type.IsObject(child) ? settingsOf(child, at) : []
  })
}

function hasNotes(schema: TSchema): schema is TSchema & { notes: SettingNotes } {
  return 'notes' in schema
}

export function isSecret(notes: SettingNotes): boolean {
  return notes.form === 'secret' || notes.form === 'secret-pem'
}

export interface SettingsRead<S extends TObject> {
  /** Null when a value is missing or wrong. Where a setting is faulty its default stands. */
  values: Static<S> | null
  /** One line each: name, rule, value. */
  faults: string[]
  /** Variables that were given, good or not. */
  given: ReadonlySet<string>
}

/** Reads every setting; refuses variables that begin with `prefix` and are none of them. */
export function readSettings<S extends TObject>({
  schema,
  prefix,
  env,
  readFile,
}: {
  schema: S
  prefix: string
  env: Readonly<Record<string, string | undefined>>
  readFile: ReadFile
}): SettingsRead<S> {
  const settings = settingsOf(schema)
  const faults = unknownNames(settings, prefix, env)
  const given = new Set<string>()
  const values = {}
  for (const one of settings) {
    const read = readSetting(one, env, readFile)
    if (read.given) given.add(one.notes.env)
    if (read.fault) faults.push(read.fault)
    place(values, one.path, read.fault ? one.notes.default : read.value)
  }
  return { values: Value.Check(schema, values) ? values : null, faults, given }
}

interface OneRead {
  given: boolean
  value: unknown
  fault: string | null
}

function readSetting({ schema, notes }: Setting, env: NodeJS.Dict<string>, readFile: ReadFile): OneRead {
  const direct = env[notes.env]?.trim() ?? ''
  const file = isSecret(notes) ? (env[`${notes.env}_FILE`]?.trim() ?? '') : ''
  const refuse = (why: string): OneRead => ({
    given: true,
    value: null,
    fault: `${notes.env}: ${why}`,
  })
  if (direct !== '' && file !== '')
    return refuse(`give it or ${notes.env}_FILE, not both (is <secret> and ${file})`)
  if (direct === '' && file === '') return { given: false, value: notes.default, fault: null }

  const isPem = notes.form === 'pem' || notes.form === 'secret-pem'
  const path = file !== '' ? file : isPem && !direct.startsWith('-----BEGIN') ? direct : null
  let text = direct
  if (path !== null) {
    try {
      text = readFile(path).trim()
    } catch (error) {
      return refuse(`its file must be readable (is ${path}: ${messageOf(error)})`)
    }
  }
  const value = valueFrom(notes.form, text, path)
  if (Value.Check(schema, value)) return { given: true, value, fault: null }
  const shown = isSecret(notes) || isPem ? '<secret>' : withoutLogIn(text)
  return refuse(`must be ${notes.rule} (is ${shown}${path === null ? '' : `, from ${path}`})`)
}

function valueFrom(form: SettingForm, text: string, path: string | null): unknown {
  switch (form) {
    case 'text':
      return text
    case 'pem':
      return new Pem(text, path)
    case 'secret':
    case 'secret-pem':
      return new Secret(text, path)
    case 'integer':
    case 'number':
      return Number(text)
    case 'bytes':
      return bytesOf(text)
    case 'list':
      return text.split(',').map((item) => item.trim())
  }
}

const UNIT_BYTES = new Map([
  ['', 1],
  ['k', 1024],
  ['m', 1024 ** 2],
  ['g', 1024 ** 3],
])

/** `65536`, `64 KiB`, `1MiB`, `2 GB`: a thousand and 1024 are not told apart, as people do not. */
function bytesOf(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmg]?)(?:i?b)?$/i.exec(text) ?? []
  return number === ''
    ? Number.NaN
    : Math.round(Number(number) * (UNIT_BYTES.get(unit.toLowerCase()) ?? Number.NaN))
}

/** Addresses may carry a user name and a password. */
function withoutLogIn(text: string): string {
  return text.replace(/\/\/[^/@]*@/, '//<secret>@')
}

function place(values: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key = '', ...rest] = path
  if (rest.length === 0) {
    values[key] = value
    return
  }
  const group: Record<string, unknown> = { ...Object(values[key] ?? {}) }
  place(group, rest, value)
  values[key] = group
}

function unknownNames(settings: Setting[], prefix: string, env: NodeJS.Dict<string>): string[] {
  const known = settings.flatMap(({ notes }) =>
    isSecret(notes) ? [notes.env, `${notes.env}_FILE`] : [notes.env],
  )
  return Object.keys(env)
    .filter((name) => name.startsWith(prefix) && !known.includes(name))
    .map((name) => `${name}: is not a setting (nearest: ${nearest(name, known)})`)
}

function nearest(name: string, known: readonly string[]): string {
  const byDistance = known.map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
  return byDistance.reduce((best, next) => (next.distance < best.distance ? next : best)).candidate
}

/** Letters to add, drop or change to come from one word to the other. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1]
    for (const [column, other] of [...to].entries()) {
      const changed = (row[column] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(changed, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
