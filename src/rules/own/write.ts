/** A rule to its canonical YAML: fields in one order, one spelling, nothing that is only a default. */
import { Document, YAMLMap } from 'yaml'
import type { RuleForm, RuleParameter } from './own-rule.js'
import { RULE_FIELDS } from './read.js'

/** What a field is worth where it does not stand. */
const DEFAULTS: Readonly<Partial<Record<(typeof RULE_FIELDS)[number], string>>> = {
  about: '',
  gate: 'equipment',
  for: '0s',
  order: 'never',
  clearFor: '0s',
}

/** One document, without the `---` that parts it from others. */
export function writeRule(form: RuleForm): string {
  const document = new Document({})
  for (const field of RULE_FIELDS) {
    const value = form[field]
    if (value === undefined || value === DEFAULTS[field]) continue
    if (field === 'parameters') {
      if (Object.keys(form.parameters).length > 0) document.set(field, parametersOf(document, form))
    } else document.set(field, document.createNode(value, { flow: true }))
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

/** A whole set, in the order of the ids, so that two versions of it differ only where they differ. */
export function writeRules(forms: readonly RuleForm[]): string {
  return [...forms]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(writeRule)
    .join('---\n')
}

function parametersOf(document: Document, { parameters }: RuleForm): YAMLMap {
  const map = new YAMLMap()
  for (const [name, parameter] of Object.entries(parameters)) {
    map.set(name, document.createNode(written(parameter), { flow: true }))
  }
  return map
}

/** A duration has its unit in its value. */
function written({ default: standard, unit, min, max, source }: RuleParameter): Partial<RuleParameter> {
  const hasUnit = unit !== '' && typeof standard === 'number'
  return { default: standard, ...(hasUnit ? { unit } : {}), min, max, source }
}
