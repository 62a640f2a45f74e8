/** The `parameters` of a rule: numbers or durations within bounds of their own, with the source of their default. */
import type { Parameter } from '../pattern.js'
import type { KnownParameter } from './checker.js'
import type { Fields } from './fields.js'
import type { RuleParameter } from './own-rule.js'
import { printDuration } from './print.js'

export const PARAMETER_FIELDS = ['default', 'unit', 'min', 'max', 'source'] as const
const NAME = /^[a-z][A-Za-z0-9]{0,39}$/
const MAX_PARAMETERS = 16
const MAX_UNIT = 20
const MAX_SOURCE = 200
const DURATION_UNIT = 'ms'

export interface ReadParameters {
  /** As the rule's form has them, and as a pattern does. */
  form: Record<string, RuleParameter>
  values: Record<string, Parameter>
  known: Map<string, KnownParameter>
  /** Offset of each in the text. */
  places: Map<string, number>
}

export function readParameters(fields: Fields): ReadParameters {
  const read: ReadParameters = { form: {}, values: {}, known: new Map(), places: new Map() }
  const map = fields.has('parameters') ? fields.map('parameters') : undefined
  if (!map) return read
  const names = map.keys()
  if (names.length > MAX_PARAMETERS) {
    fields.fault('parameters', `found ${names.length} parameters, expected at most ${MAX_PARAMETERS}`)
  }
  for (const name of names) readParameter(map, name, read)
  return read
}

function readParameter(map: Fields, name: string, read: ReadParameters): void {
  read.places.set(name, map.offsetOf(name))
  if (!NAME.test(name)) {
    map.faultAt(
      map.offsetOf(name),
      name,
      `found \`${name}\`, expected a name in camelCase, such as \`limit\``,
    )
  }
  const fields = map.map(name, PARAMETER_FIELDS)
  if (!fields) return
  const isDuration = fields.isDuration('default')
  const amount = (key: string) => (isDuration ? fields.duration(key) : fields.number(key))
  const standard = amount('default')
  const min = amount('min')
  const max = amount('max')
  const unit = readUnit(fields, isDuration)
  const source = fields.text('source', MAX_SOURCE)
  // Known even with a fault elsewhere, so that its use is no second fault.
  read.known.set(name, {
    type: isDuration ? 'duration' : 'number',
    unit: isDuration || !unit ? null : unit,
    default: standard ?? Number.NaN,
    low: min ?? Number.MIN_VALUE,
    high: max ?? 1,
  })
  if (standard === undefined || min === undefined || max === undefined || !source || unit === undefined)
    return
  if (min > max) fields.fault('max', `max is below min, ${shown(min, isDuration)}`)
  else if (standard < min || standard > max) {
    const bounds = `${shown(min, isDuration)} to ${shown(max, isDuration)}`
    fields.fault('default', `the default is out of the parameter's own bounds, ${bounds}`)
  }
  read.values[name] = { default: standard, unit, min, max, source }
  read.form[name] = {
    default: inForm(standard, isDuration),
    unit,
    min: inForm(min, isDuration),
    max: inForm(max, isDuration),
    source,
  }
}

function readUnit(fields: Fields, isDuration: boolean): string | undefined {
  if (!fields.has('unit')) return isDuration ? DURATION_UNIT : ''
  const unit = fields.text('unit', MAX_UNIT)
  if (isDuration && unit !== undefined && unit !== DURATION_UNIT) {
    fields.fault('unit', `found \`${unit}\`, expected none: a duration has its unit in its value`)
  }
  return unit
}

function inForm(value: number, isDuration: boolean): number | string {
  return isDuration ? printDuration(value) : value
}

function shown(value: number, isDuration: boolean): string {
  return String(inForm(value, isDuration))
}
