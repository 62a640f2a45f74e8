/** What changed between two sets of rules, rule by rule and field by field; spelling is no change. */
import type { RuleForm } from './own-rule.js'
import { RULE_FIELDS } from './read.js'

export interface FieldChange {
  /** `parameters.limit` for one parameter. */
  field: string
  before: unknown
  after: unknown
}

export interface RulesDiff {
  added: string[]
  removed: string[]
  changed: { id: string; fields: FieldChange[] }[]
  unchanged: string[]
}

export function diffRules(before: readonly RuleForm[], after: readonly RuleForm[]): RulesDiff {
  const known = new Map(before.map((form) => [form.id, form]))
  const next = new Map(after.map((form) => [form.id, form]))
  const diff: RulesDiff = { added: [], removed: [], changed: [], unchanged: [] }
  for (const id of [...new Set([...known.keys(), ...next.keys()])].sort()) {
    const old = known.get(id)
    const now = next.get(id)
    if (!old) diff.added.push(id)
    else if (!now) diff.removed.push(id)
    else {
      const fields = changesOf(old, now)
      if (fields.length > 0) diff.changed.push({ id, fields })
      else diff.unchanged.push(id)
    }
  }
  return diff
}

function changesOf(before: RuleForm, after: RuleForm): FieldChange[] {
  const changes: FieldChange[] = []
  const compare = (field: string, old: unknown, now: unknown) => {
    if (JSON.stringify(old) !== JSON.stringify(now)) changes.push({ field, before: old, after: now })
  }
  for (const field of RULE_FIELDS) if (field !== 'parameters') compare(field, before[field], after[field])
  for (const name of new Set([...Object.keys(before.parameters), ...Object.keys(after.parameters)])) {
    compare(`parameters.${name}`, before.parameters[name], after.parameters[name])
  }
  return changes
}
