/** Reads a rule set from a file, as a draft for a back-test: JSON or YAML with `parameters` and `rules`. */
import { readFileSync } from 'node:fs'
import type { Static } from 'typebox'
import { Value } from 'typebox/value'
import { parse } from 'yaml'
import { messageOf, TesheError } from '../../errors.js'
import type { RuleSet } from '../../model/rule-set.js'
import { readRules } from '../own/read.js'
import { RuleSetContent } from './rule-set-schema.js'

/** Throws `RULES_FILE_INVALID` with the place of the fault. */
export function readRulesFile(path: string): RuleSet {
  let content: unknown
  try {
    content = parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new TesheError('RULES_FILE_INVALID', [path, messageOf(error)], { cause: error })
  }
  if (!Value.Check(RuleSetContent, content)) {
    const [fault] = Value.Errors(RuleSetContent, content)
    throw new TesheError('RULES_FILE_INVALID', [
      path,
      `${fault?.instancePath || 'the file'} ${fault?.message ?? ''}`,
    ])
  }
  const { version = 0, parameters = [], rules = [] }: Static<typeof RuleSetContent> = content
  for (const { id, text } of rules) {
    const [fault] = readRules(text).faults
    if (fault)
      throw new TesheError('RULES_FILE_INVALID', [
        path,
        `rule ${id}, line ${fault.line}, column ${fault.column}: ${fault.message}`,
      ])
  }
  return { version, parameters, rules }
}
