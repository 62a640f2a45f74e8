/** The functions of the language: what each takes and gives. What those over time remember is in `memory.ts`. */

/** `any`: a number or a truth value. `signal`: the name of one. */
export type ArgumentType = 'number' | 'boolean' | 'any' | 'signal' | 'duration' | 'code'

export interface FunctionShape {
  readonly takes: readonly ArgumentType[]
  readonly gives: 'number' | 'boolean'
  /** Remembers something between two looks. */
  readonly overTime: boolean
  /** The unit of the outcome: that of the last number given, the same for each minute, or none. */
  readonly unit: 'same' | 'per-minute' | 'none'
  readonly about: string
}

function shape(
  takes: readonly ArgumentType[],
  gives: FunctionShape['gives'],
  about: string,
  rest: Partial<FunctionShape> = {},
): FunctionShape {
  return { takes, gives, about, overTime: true, unit: 'none', ...rest }
}

export const FUNCTIONS = {
  rate: shape(['number', 'duration'], 'number', 'change of a number a minute, over a window', {
    unit: 'per-minute',
  }),
  mean: shape(['number', 'duration'], 'number', 'mean over a window, weighted by time', { unit: 'same' }),
  min: shape(['number', 'duration'], 'number', 'least value within a window', { unit: 'same' }),
  max: shape(['number', 'duration'], 'number', 'greatest value within a window', { unit: 'same' }),
  share: shape(['boolean', 'duration'], 'number', 'share of a window, 0 to 1, in which it was true'),
  count: shape(['boolean', 'duration'], 'number', 'how often it became true within a window'),
  held: shape(['boolean', 'duration'], 'boolean', 'true without a break for so long'),
  sequence: shape(
    ['boolean', 'boolean', 'duration'],
    'boolean',
    'the second became true so soon after the first did; true as long as the second is',
  ),
  changed: shape(['any'], 'boolean', 'another value than at the look before'),
  absent: shape(['signal', 'duration'], 'boolean', 'this signal has not come for so long'),
  silent: shape(['duration'], 'boolean', 'nothing has come from the equipment for so long'),
  baseline: shape(
    ['number', 'duration'],
    'number',
    'what is usual here: a slow mean with this time constant',
    {
      unit: 'same',
    },
  ),
  deviation: shape(['number', 'duration'], 'number', 'how far it usually is from `baseline`', {
    unit: 'same',
  }),
  when: shape(['boolean', 'number'], 'number', 'the number while the first is true, else unknown', {
    unit: 'same',
    overTime: false,
  }),
  abs: shape(['number'], 'number', 'without its sign', { unit: 'same', overTime: false }),
  event: shape(['code'], 'boolean', 'an event of this code has begun and not ended', { overTime: false }),
} as const satisfies Record<string, FunctionShape>
export type FunctionName = keyof typeof FUNCTIONS

export function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(FUNCTIONS, name)
}
