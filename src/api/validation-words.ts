/** What a schema found wrong, in words that say what would be right, one for each field. */
import type { FastifySchemaValidationError } from 'fastify'

export interface FieldFault {
  field: string
  message: string
}

/** `context` names the part of the request (`body`, `querystring` …) where no field is to be named. */
export function faultsOf(validation: readonly FastifySchemaValidationError[], context: string): FieldFault[] {
  const byField = new Map<string, FastifySchemaValidationError[]>()
  for (const fault of validation) {
    const field = fieldOf(fault, context)
    byField.set(field, [...(byField.get(field) ?? []), fault])
  }
  return [...byField].flatMap(([field, faults]) => {
    // Each branch of a union tells what it wanted, and the union that none fitted: together they are one rule.
    if (!faults.some(({ keyword }) => keyword === 'anyOf'))
      return faults.map((fault) => ({ field, message: wordsOf(fault) }))
    const wanted = faults.filter(({ keyword }) => keyword !== 'anyOf').map((fault) => wordsOf(fault))
    const choices = [...new Set(wanted)].map((words, i) => (i === 0 ? words : words.replace(/^must be /, '')))
    return [{ field, message: choices.join(' or ') || 'is none of what it may be' }]
  })
}

function wordsOf({ keyword, params, message }: FastifySchemaValidationError): string {
  if (keyword === 'const') return `must be ${String(params.allowedValue)}`
  if (keyword === 'enum' && Array.isArray(params.allowedValues))
    return `must be one of ${params.allowedValues.join(', ')}`
  return message ?? 'is not valid'
}

/** `/attributes/ratedSpeed` in a body becomes `attributes.ratedSpeed`; a missing or unknown key is named itself. */
function fieldOf({ instancePath, params }: FastifySchemaValidationError, context: string): string {
  const path = instancePath.split('/').filter(Boolean)
  const missing = params.requiredProperties ?? params.additionalProperties
  if (Array.isArray(missing) && typeof missing[0] === 'string') path.push(missing[0])
  return path.join('.') || context
}
