/** What is printed is read as the same rule, in one spelling; sets are compared by their meaning. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PRIORITIES, SAID_CLASSES } from '../../../src/model/incident.js'
import { rulesOf } from '../../../src/rules/draft.js'
import { diffRules } from '../../../src/rules/own/diff.js'
import type { Expression } from '../../../src/rules/own/expression.js'
import type { RuleForm } from '../../../src/rules/own/own-rule.js'
import { parseExpression } from '../../../src/rules/own/parser.js'
import { printDuration, printExpression } from '../../../src/rules/own/print.js'
import { readRules } from '../../../src/rules/own/read.js'
import { writeRule, writeRules } from '../../../src/rules/own/write.js'
import { ruleOf, ruleText } from './play.js'

const parse = (text: string) => parseExpression({ text, offsetOf: (index) => index })

/** Without its places. */
function bare(expression: Expression): unknown {
  return JSON.parse(
    JSON.stringify(expression, (key, value: unknown) =>
      ['start', 'end', 'at'].includes(key) ? undefined : value,
    ),
  )
}

const PLACE = { start: 0, end: 0 }
const expressions = fc.letrec<{ any: Expression }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'expression' },
    fc
      .constantFrom('floor', 'attributes.ratedSpeed')
      .map((name): Expression => ({ type: 'name', name, ...PLACE })),
    fc
      .double({ min: 0, max: 1e9, noNaN: true })
      .map((value): Expression => ({ type: 'number', value: value + 0, ...PLACE })),
    fc.nat({ max: 604_800_000 }).map((value): Expression => ({ type: 'duration', value, ...PLACE })),
    fc
      .constantFrom('open', "it's", 'say "a"')
      .map((value): Expression => ({ type: 'text', value, ...PLACE })),
    fc.constant<Expression>({ type: 'parameter', name: 'limit', ...PLACE }),
    fc.constantFrom(0, 1).map((value): Expression => ({ type: 'boolean', value, ...PLACE })),
    fc
      .tuple(fc.constantFrom('not', 'negative' as const), tie('any'))
      .map(([type, operand]) => ({ type, operand, ...PLACE }) as Expression),
    fc
      .tuple(fc.constantFrom('count', 'held'), fc.array(tie('any'), { maxLength: 3 }))
      .map(([name, given]): Expression => ({ type: 'call', name, arguments: given, ...PLACE })),
    fc
      .tuple(
        fc.constantFrom('or', 'and', '>', '<=', '==', '+', '-', '*', '/' as const),
        tie('any'),
        tie('any'),
      )
      .map(
        ([operator, left, right]) =>
          ({ type: 'binary', operator, at: PLACE, left, right, ...PLACE }) as Expression,
      ),
  ),
}))

describe('an expression', () => {
  test('printed is read as the same tree', () => {
    fc.assert(
      fc.property(expressions.any, (expression) => {
        const text = printExpression(expression)
        fc.pre(text.length < 2_000)
        expect(bare(parse(text))).toEqual(bare(expression))
      }),
      { numRuns: 1_000 },
    )
  })

  test.each([
    ['a>1 and(b<2 or c)', 'a > 1 and (b < 2 or c)'],
    ['((a - b)) - (c - d)', 'a - b - (c - d)'],
    ['not (a and b) or not(c)', 'not (a and b) or not c'],
    ['-(a + b) * 2', '-(a + b) * 2'],
    ['held( a == b , 120s)', 'held(a == b, 2m)'],
    ['(a == b) == c', '(a == b) == c'],
  ])('%s', (written, canonical) => {
    expect(printExpression(parse(written))).toBe(canonical)
  })

  test.each([
    [0, '0s'],
    [500, '500ms'],
    [90_000, '90s'],
    [600_000, '10m'],
    [604_800_000, '7d'],
  ])('a duration of %i ms is %s', (ms, text) => {
    expect(printDuration(ms)).toBe(text)
  })
})

const word = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .filter((text) => text.trim() === text)
const conditions = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'condition' },
    fc.constantFrom('passenger', 'not doorZone', 'door == "open"', 'event(41)', 'absent(door, 5m)'),
    fc.integer({ min: -50, max: 110 }).map((limit) => `machineRoomTemp>${limit}`),
    fc.integer({ min: 1, max: 9_999 }).map((s) => `rate( speed,${s}s ) < - 0.5`),
    fc.tuple(tie('any'), fc.integer({ min: 1, max: 99 })).map(([one, m]) => `count(${one}, ${m}m) >= 3`),
    fc.tuple(tie('any'), tie('any')).map(([a, b]) => `(${a}) and ${b}`),
    fc.tuple(tie('any'), tie('any')).map(([a, b]) => `${a} or (${b})`),
    fc.tuple(tie('any'), tie('any')).map(([a, b]) => `sequence(${a}, ${b}, 30s)`),
  ),
}))
const durations = fc.integer({ min: 0, max: 600_000_000 }).map(printDuration)
const texts = fc
  .record({
    raise: conditions.any,
    clear: fc.option(conditions.any),
    id: fc.stringMatching(/^X-[A-Z0-9]{1,9}(-[A-Z0-9]{1,9})?$/),
    name: fc.record({ zh: word, en: word }),
    about: fc.option(word),
    class: fc.constantFrom(...SAID_CLASSES),
    priority: fc.constantFrom(...PRIORITIES),
    gate: fc.constantFrom('equipment', 'trap', 'never'),
    for: durations,
    clearFor: durations,
    parameters: fc.constantFrom(
      {},
      { limit: { default: 5, unit: 'm/s', min: 0, max: 25, source: 'ours' } },
      { limit: { default: 5.25, min: -1, max: 25, source: 'a: b # c' } },
    ),
  })
  .map(({ clear, about, raise, parameters, ...rest }) => {
    const hasLimit = 'limit' in parameters
    return JSON.stringify({
      kind: 'elevator',
      ...rest,
      ...(clear ? { clear } : {}),
      ...(about ? { about } : {}),
      parameters,
      raise: hasLimit ? `speed > $limit or ${raise}` : raise,
    })
  })
  .filter((text) => readRules(text).rules.length === 1)

describe('a rule', () => {
  test('printed is read as the same rule, and printed again as the same text', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { form } = ruleOf(text)
        const printed = writeRule(form)
        const again = ruleOf(printed)
        expect(again.form).toEqual(form)
        expect(writeRule(again.form)).toBe(printed)
        // Its JSON form is YAML too.
        expect(ruleOf(JSON.stringify(form)).form).toEqual(form)
      }),
      { numRuns: 200 },
    )
  })

  test('has one spelling', () => {
    const written = `
parameters:
  limit: {max: 60, min: 25, default: 40, unit: °C, source: ours}
  wait: {default: 300s, min: 60000ms, max: 60m, source: ours}
raise: >-
  machineRoomTemp>$limit
  and ( passenger )
for: $wait
clearFor: 120s
order: never
gate: equipment
name: {en: hot room, zh: 机房过热}
kind: elevator
priority: P3
class: fault
id: X-HOT-ROOM
`
    expect(writeRule(ruleOf(written).form)).toBe(`id: X-HOT-ROOM
kind: elevator
name: {zh: 机房过热, en: hot room}
class: fault
priority: P3
raise: machineRoomTemp > $limit and passenger
for: $wait
clearFor: 2m
parameters:
  limit: {default: 40, unit: °C, min: 25, max: 60, source: ours}
  wait: {default: 5m, min: 1m, max: 1h, source: ours}
`)
  })
})

describe('two sets', () => {
  const form = (fields: Record<string, string>): RuleForm => ruleOf(ruleText(fields)).form
  const hot = form({ id: 'X-HOT', raise: 'machineRoomTemp > 40' })
  const full = form({ id: 'X-FULL', raise: 'overload' })

  test('written, they are in the order of their ids', () => {
    const { rules, faults } = readRules(writeRules([hot, full]))
    expect(faults).toEqual([])
    expect(rules.map(({ form: one }) => one.id)).toEqual(['X-FULL', 'X-HOT'])
  })

  test('differ by rule and field, and not by spelling', () => {
    const hotter = form({ id: 'X-HOT', raise: 'machineRoomTemp > 45', for: '1m' })
    const respelt = form({ id: 'X-FULL', raise: '( overload )', for: '0' })
    const busy = form({ id: 'X-BUSY', raise: 'count(overload, 1h) > 5' })
    expect(diffRules([hot, full], [hotter, respelt, busy])).toEqual({
      added: ['X-BUSY'],
      removed: [],
      changed: [
        {
          id: 'X-HOT',
          fields: [
            { field: 'raise', before: 'machineRoomTemp > 40', after: 'machineRoomTemp > 45' },
            { field: 'for', before: '0s', after: '1m' },
          ],
        },
      ],
      unchanged: ['X-FULL'],
    })
    expect(diffRules([hot], []).removed).toEqual(['X-HOT'])
  })
})

describe('what is stored', () => {
  const HOT = `# Asked for by the estate in May.
id: X-HOT # not X-WARM
raise: machineRoomTemp>40   # the room's thermometer
kind: elevator
name:
  zh: 机房过热
  en: hot room
class: fault
priority: P3
# No longer than a lift may stand.
for: 300s
`
  const FULL = ruleText({ id: 'X-FULL', raise: 'overload' })

  test('is what the author wrote: comments, order of keys and spelling', () => {
    const { rules, faults } = rulesOf(HOT)
    expect(faults).toEqual([])
    expect(rules).toEqual([{ id: 'X-HOT', text: HOT }])
  })

  test('goes out as one text and comes back as it was, wherever its comments stand', () => {
    const before = rulesOf(`# above\n---\n${HOT}# below\n\n---\n\n# another\n${FULL}`).rules
    expect(before.map(({ text }) => text.split('\n')[0])).toEqual(['# above', '# another'])
    expect(before[0]?.text).toContain('# below')
    const out = before.map(({ text }) => text).join('---\n')
    expect(rulesOf(out).rules).toEqual(before)
  })

  test('is in canonical form where it would not stand alone', () => {
    const { rules } = rulesOf(`%YAML 1.2\n---\n${HOT}`)
    expect(rules[0]?.text).toBe(writeRule(ruleOf(HOT).form))
  })

  test('ends with a line, also where it came with those of another system', () => {
    const { rules } = rulesOf(HOT.replaceAll('\n', '\r\n').trimEnd())
    expect(rules[0]?.text).toBe(HOT)
  })
})
