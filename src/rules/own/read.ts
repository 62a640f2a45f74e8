/** A YAML text to rules, one document a rule: read, checked, and brought into canonical form; or all its faults. */
import { isMap, type YAMLMap } from 'yaml'
import { EQUIPMENT_KINDS, type EquipmentKind } from '../../model/equipment.js'
import { PRIORITIES, SAID_CLASSES } from '../../model/incident.js'
import type { GateClass } from '../pattern.js'
import { check, type KnownParameter, MAX_WINDOW_MS } from './checker.js'
import type { CheckedRule, Hold } from './compile.js'
import type { Expression, Span } from './expression.js'
import { type Fields, type FieldsOptions, fieldsOf } from './fields.js'
import { didYouMean } from './meant.js'
import { callsOverTime } from './memory.js'
import { overlapOf } from './overlap.js'
import type { Fault } from './own-rule.js'
import { type ReadParameters, readParameters } from './parameters.js'
import { parseExpression } from './parser.js'
import { printDuration, printExpression } from './print.js'
import { firesAlways } from './tautology.js'
import { Misread } from './tokens.js'
import { openYaml } from './yaml-text.js'

/** Names of a file's fields, in the order in which they are printed. */
export const RULE_FIELDS = [
  'id',
  'kind',
  'name',
  'about',
  'class',
  'priority',
  'gate',
  'raise',
  'clear',
  'for',
  'order',
  'clearFor',
  'parameters',
] as const
type ConditionField = 'raise' | 'clear'
const GATES = ['equipment', 'trap', 'never'] as const satisfies readonly GateClass[]
const ID = /^X-[A-Z0-9]+(-[A-Z0-9]+)*$/
const MAX_ID = 40
const MAX_NAME = 60
const MAX_ABOUT = 1_000
/** Each keeps a cell for every equipment. */
const MAX_CALLS_OVER_TIME = 12

export interface ReadRules {
  /** Only the rules without a fault. */
  rules: CheckedRule[]
  faults: Fault[]
}

export function readRules(written: string): ReadRules {
  const { text, documents, sources, faults, placeOf } = openYaml(written)
  const rules: CheckedRule[] = []
  if (faults.length > 0) return { rules, faults }
  const options: FieldsOptions = { text, placeOf, faults }
  const ids = new Set<string>()
  for (const [i, { contents }] of documents.entries()) {
    if (!isMap(contents)) {
      const offset = contents?.range?.[0] ?? 0
      faults.push({
        ...placeOf(offset),
        field: '',
        message: 'expected a rule: a mapping that begins with `id`',
      })
      continue
    }
    const before = faults.length
    const fields = fieldsOf(contents as YAMLMap, options, '', RULE_FIELDS)
    const rule = readRule(fields)
    if (rule && ids.has(rule.form.id))
      fields.fault('id', `a rule \`${rule.form.id}\` stands in this text already`)
    if (!rule || faults.length > before) continue
    ids.add(rule.form.id)
    rules.push({ ...rule, written: sources[i] ?? '' })
  }
  if (documents.length === 0)
    faults.push({ line: 1, column: 1, field: '', message: 'there is no rule in it' })
  faults.sort((a, b) => a.line - b.line || a.column - b.column)
  return { rules, faults }
}

function readRule(fields: Fields): Omit<CheckedRule, 'written'> | null {
  const id = readId(fields)
  const kind = fields.choice('kind', EQUIPMENT_KINDS)
  const name = readName(fields)
  const about = fields.has('about') ? fields.text('about', MAX_ABOUT) : ''
  const incidentClass = fields.choice('class', SAID_CLASSES)
  const priority = fields.choice('priority', PRIORITIES)
  const gate = fields.has('gate') ? fields.choice('gate', GATES) : 'equipment'
  const parameters = readParameters(fields)
  const used = new Set<string>()
  const holds = {
    for: readHold(fields, 'for', parameters, used) ?? 0,
    order: readOrder(fields, parameters, used) ?? Number.POSITIVE_INFINITY,
    clearFor: readHold(fields, 'clearFor', parameters, used) ?? 0,
  }
  if (isBefore(holds.order, holds.for))
    fields.fault('order', '`order` comes before `for`, expected it not to')
  const raise = readCondition(fields, 'raise', kind, parameters, used)
  const clear = fields.has('clear') ? readCondition(fields, 'clear', kind, parameters, used) : null
  if (kind && raise && clear) {
    const both = overlapOf(raise, clear, kind, (name) => parameters.known.get(name)?.default ?? Number.NaN)
    if (both) fields.faultAt(clear.start, 'clear', `it is true while \`raise\` is, at ${both}`)
  }
  if (raise && clear !== undefined) {
    tellUnused(fields, parameters, used)
    tellTooMany(fields, clear ? [raise, clear] : [raise])
  }
  if (!id || !kind || !name || about === undefined || !incidentClass || !priority || !gate) return null
  if (!raise || clear === undefined) return null
  const form = {
    id,
    kind,
    name,
    about,
    class: incidentClass,
    priority,
    gate,
    raise: printExpression(raise),
    ...(clear ? { clear: printExpression(clear) } : {}),
    for: printHold(holds.for),
    order: printHold(holds.order),
    clearFor: printHold(holds.clearFor),
    parameters: parameters.form,
  }
  return { form, raise, clear, ...holds, parameters: parameters.values }
}

function readId(fields: Fields): string | undefined {
  const id = fields.text('id', MAX_ID)
  if (id === undefined || ID.test(id)) return id
  fields.fault('id', `found \`${id}\`, expected X- and then capital letters and digits, such as X-HOT-ROOM`)
  return undefined
}

function readName(fields: Fields): { zh: string; en: string } | undefined {
  const names = fields.map('name', ['zh', 'en'])
  const zh = names?.text('zh', MAX_NAME)
  const en = names?.text('en', MAX_NAME)
  return zh && en ? { zh, en } : undefined
}

/** `undefined` where it is missing or has a fault. */
function readCondition(
  fields: Fields,
  key: ConditionField,
  kind: EquipmentKind | undefined,
  parameters: ReadParameters,
  used: Set<string>,
): Expression | undefined {
  const source = fields.source(key)
  if (!source) return undefined
  let faults = 0
  const report = ({ start }: Span, message: string) => {
    faults++
    fields.faultAt(start, key, message)
  }
  try {
    const expression = parseExpression(source)
    // Which names there are depends on the kind; its own fault is told already.
    if (!kind) return undefined
    const found = check(expression, { kind, parameters: parameters.known, used, report })
    if (faults > 0) return undefined
    if (found.type !== 'boolean') {
      report(expression, `\`${key}\` needs a condition that is true or false, such as \`floor > 3\``)
      return undefined
    }
    const always = firesAlways(expression, kind, (name) => parameters.known.get(name)?.default ?? Number.NaN)
    if (always)
      report(
        expression,
        `${key === 'raise' ? 'it would fire on everything' : 'it would end at once'}: ${always}`,
      )
    else if (found.high === 0) report(expression, 'it can never be true')
    return faults > 0 ? undefined : expression
  } catch (error) {
    if (!(error instanceof Misread)) throw error
    report(error.span, error.message)
    return undefined
  }
}

function readOrder(fields: Fields, parameters: ReadParameters, used: Set<string>): Hold | undefined {
  const isNever = fields.has('order') && fields.isText('order', 'never')
  return isNever ? undefined : readHold(fields, 'order', parameters, used)
}

function readHold(
  fields: Fields,
  key: string,
  parameters: ReadParameters,
  used: Set<string>,
): Hold | undefined {
  if (!fields.has(key)) return undefined
  const name = fields.parameterName(key)
  if (name === null) {
    const ms = fields.duration(key)
    if (ms !== undefined && ms > MAX_WINDOW_MS) {
      fields.fault(key, `found \`${printDuration(ms)}\`, expected at most ${printDuration(MAX_WINDOW_MS)}`)
    }
    return ms
  }
  used.add(name)
  const known: KnownParameter | undefined = parameters.known.get(name)
  if (known?.type === 'duration') return { parameter: name }
  const hint = didYouMean(
    `$${name}`,
    [...parameters.known.keys()].map((other) => `$${other}`),
  )
  fields.fault(
    key,
    known
      ? `\`$${name}\` is a number, expected a parameter whose default is a duration`
      : `found \`$${name}\`, expected a parameter of this rule${hint}`,
  )
  return undefined
}

function isBefore(order: Hold, show: Hold): boolean {
  return typeof order === 'number' && typeof show === 'number' && order < show
}

function printHold(hold: Hold): string {
  if (typeof hold !== 'number') return `$${hold.parameter}`
  return hold === Number.POSITIVE_INFINITY ? 'never' : printDuration(hold)
}

function tellUnused(fields: Fields, parameters: ReadParameters, used: ReadonlySet<string>): void {
  for (const [name, offset] of parameters.places) {
    if (!used.has(name))
      fields.faultAt(offset, `parameters.${name}`, `parameter \`${name}\` is not used by this rule`)
  }
}

function tellTooMany(fields: Fields, expressions: readonly Expression[]): void {
  const calls = callsOverTime(expressions).size
  if (calls <= MAX_CALLS_OVER_TIME) return
  fields.fault(
    'raise',
    `found ${calls} functions over time, expected at most ${MAX_CALLS_OVER_TIME}; make two rules of it`,
  )
}
