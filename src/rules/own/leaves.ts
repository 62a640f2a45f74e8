/** Where a compiled expression finds what its names and functions are worth: in the facts, the parameters, the cells. */
import type { EquipmentKind } from '../../model/equipment.js'
import { boundText } from './bound.js'
import type { Call, Name, Text } from './expression.js'
import type { Context } from './memory.js'
import { type KnownName, NAMES } from './names.js'
import { printExpression } from './print.js'
import type { Evaluate, Leaves } from './translate.js'

export function leavesOf(kind: EquipmentKind, indexByCall: ReadonlyMap<string, number>): Leaves<Context> {
  const indexOf = (call: Call) => indexByCall.get(printExpression(call)) ?? -1
  return {
    name: ({ name }) => readName(NAMES[kind].get(name)),
    parameter: ({ name }) => readParameter(name),
    call(call) {
      const [first] = call.arguments
      if (call.name === 'event' && first?.type === 'number') return readEvent(first.value)
      const index = indexOf(call)
      return ({ worth }) => worth[index] ?? Number.NaN
    },
    atLeast(call) {
      const index = indexOf(call)
      return ({ atLeast }) => atLeast[index] ?? Number.NaN
    },
    is: (name, text) => readText(NAMES[kind].get(name.name), name, text),
  }
}

function readName(name: KnownName | undefined): Evaluate<Context> {
  switch (name?.type) {
    case 'signal': {
      const { slot } = name
      return ({ facts }) => facts.raw[slot] ?? Number.NaN
    }
    case 'state': {
      const { read } = name
      return ({ facts }) => read(facts)
    }
    case 'attribute':
      return readParameter(name.name)
    case undefined:
      return () => Number.NaN
  }
}

function readParameter(name: string): Evaluate<Context> {
  return ({ parameters }) => parameters[name] ?? Number.NaN
}

function readEvent(code: number): Evaluate<Context> {
  return ({ facts: { codes } }) => {
    for (const active of codes) if (active.code === code) return 1
    return 0
  }
}

/** A word for a code is that code; the text of an attribute is bound as yes or no. */
function readText(known: KnownName | undefined, name: Name, { value }: Text): Evaluate<Context> {
  if (known?.type === 'attribute') return readParameter(boundText(name.name, value))
  const code = known?.type === 'signal' ? known.words?.[value] : undefined
  const read = readName(known)
  return (context) => {
    const worth = read(context)
    return Number.isNaN(worth) ? worth : Number(worth === code)
  }
}
