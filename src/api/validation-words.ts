/** What a schema found wrong, in words that say what would be right, one for each field. */
import type { FastifySchemaValidationError } from 'fastify'
import { meantFaults } from './union-faults.js'

export interface FieldFault {
  field: string
  message: string
}

/** `context` names the part of the request (`body`, `querystring` …) where no field is to be named. */
export function faultsOf(validation: readonly FastifySchemaValidationError[], context: string): FieldFault[] {
  const told = validation.filter(({ keyword }) => keyword !== 'boolean')
  const byField = new Map<string, string[]>()
  for (const fault of meantFaults(told)) {
    for (const { field, message } of fieldsOf(fault, context)) {
      byField.set(field, [...(byField.get(field) ?? []), message])
    }
  }
  return [...byField].map(([field, messages]) => ({ field, message: joined([...new Set(messages)]) }))
}

/** What is left of a union tells each what it wanted: together they are one rule. */
function joined(messages: readonly string[]): string {
  return messages.map((words, i) => (i === 0 ? words : words.replace(/^must be /, ''))).join(' or ')
}

/** `/attributes/ratedSpeed` in a body becomes `attributes.ratedSpeed`; missing and unknown keys are named themselves. */
function fieldsOf(fault: FastifySchemaValidationError, context: string): FieldFault[] {
  const { keyword, instancePath, params } = fault
  const path = instancePath.split('/').filter(Boolean)
  const below = (key: unknown) => [...path, String(key)].join('.')
  if (keyword === 'required' && Array.isArray(params.requiredProperties))
    return params.requiredProperties.map((key) => ({ field: below(key), message: 'is missing' }))
  if (keyword === 'additionalProperties' && Array.isArray(params.additionalProperties))
    return params.additionalProperties.map((key) => ({ field: below(key), message: 'is no field of this' }))
  return [{ field: path.join('.') || context, message: wordsOf(fault) }]
}

function wordsOf({ keyword, params, message }: FastifySchemaValidationError): string {
  if (keyword === 'const') return `must be ${String(params.allowedValue)}`
  if (keyword === 'enum' && Array.isArray(params.allowedValues))
    return `must be one of ${params.allowedValues.join(', ')}`
  return message ?? 'is not valid'
}
