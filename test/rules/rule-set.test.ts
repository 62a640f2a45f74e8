/** Rule sets in the journal: in force from their place on, the same findings across restarts, and nothing lost of what did not change. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ParameterSetting, RuleScope } from '../../src/model/rule-set.js'
import { CATALOGUE } from '../../src/rules/catalogue.js'
import { compileRules } from '../../src/rules/rules-in-force.js'
import { journalOf, run, START, type Step } from './timeline.js'

const SHUT_IN = { serviceMode: 1, speed: 0, doorZone: false, passenger: true }
const UNTIL = 240

const HOT = `
id: X-HOT
kind: elevator
name: {zh: 电机热, en: Hot motor}
class: fault
priority: P2
raise: motorTemp > $limit
clear: motorTemp < $limit - 5
for: 20s
order: 40s
parameters:
  limit: {default: 90, unit: °C, min: 60, max: 120, source: test}
`
const SILENT_DOOR = `
id: X-IDLE
kind: elevator
name: {zh: 闲置, en: Idle}
class: fault
priority: P3
raise: held(passenger, 30s)
`

function hold(
  parameter: string,
  value: number,
  scope: RuleScope = { level: 'kind', kind: 'elevator' },
): ParameterSetting {
  return { pattern: 'L-TRAP-1', parameter, scope, value }
}

function story(steps: Step[], restarts: number[] = []) {
  const records = journalOf({
    steps,
    until: UNTIL,
    attributes: { presenceSource: 'controller', model: 'KX-9' },
  })
  return run(records, restarts)
}

function of(pattern: string, outcome: ReturnType<typeof run>) {
  return outcome.findings
    .filter((finding) => finding.pattern === pattern)
    .map(({ stage, at, rulesVersion, clearedBy }) => [
      stage,
      Math.round((at - START) / 1000),
      rulesVersion,
      ...(clearedBy ? [clearedBy] : []),
    ])
}

describe('parameters', () => {
  const shut: Step = { at: 0, signals: SHUT_IN }

  test('a shorter hold counts from the old beginning, and its version judges', () => {
    expect(of('L-TRAP-1', story([shut]))).toEqual([
      ['shown', 30, 0],
      ['ordered', 75, 0],
    ])
    const steps: Step[] = [
      shut,
      { at: 20, rules: { parameters: [hold('showMs', 5_000), hold('orderMs', 25_000)] } },
    ]
    expect(of('L-TRAP-1', story(steps))).toEqual([
      ['shown', 20, 1],
      ['ordered', 25, 1],
    ])
  })

  test('a longer one holds back what is not yet shown, and takes nothing back that is', () => {
    const longer = { parameters: [hold('showMs', 60_000)] }
    expect(of('L-TRAP-1', story([shut, { at: 20, rules: longer }]))[0]).toEqual(['shown', 60, 1])
    expect(of('L-TRAP-1', story([shut, { at: 40, rules: longer }]))).toEqual([
      ['shown', 30, 0],
      ['ordered', 75, 1],
    ])
  })

  test('an older set that comes once more changes nothing', () => {
    const records = journalOf({
      steps: [shut, { at: 10, rules: { parameters: [hold('showMs', 5_000)] } }, { at: 11, rules: {} }],
      until: UNTIL,
    })
    const sets = records.filter(({ kind }) => kind === 'rules')
    const [first, second] = sets
    if (!first || !second) return expect.fail('no sets')
    const again = { ...first, position: second.position + 0.5 }
    const repeated = records.toSpliced(records.indexOf(second) + 1, 0, again)
    expect(run(repeated).findings).toEqual(run(records).findings)
  })

  test('the narrowest scope wins, and a value outside its bounds is not taken', () => {
    const pattern = CATALOGUE.elevator.patterns.find(({ id }) => id === 'L-TRAP-1')
    if (!pattern) return expect.fail('no such pattern')
    const rules = compileRules({
      version: 1,
      parameters: [
        hold('showMs', 44_000, { level: 'equipment', equipment: 'E1' }),
        hold('showMs', 41_000),
        hold('showMs', 43_000, { level: 'company', organisation: 'C1' }),
        hold('showMs', 42_000, { level: 'model', model: 'M1' }),
        hold('orderMs', 1),
      ],
      rules: [],
    })
    const lift = { kind: 'elevator' as const, profile: 'plain' as const, version: 1 }
    const showOf = (facts: { id: string; maintainer?: string; attributes: { model?: string } }) =>
      rules.parameters(pattern, { ...lift, ...facts })
    expect(showOf({ id: 'E9', attributes: {} }).showMs).toBe(41_000)
    expect(showOf({ id: 'E9', attributes: { model: 'M1' } }).showMs).toBe(42_000)
    expect(showOf({ id: 'E9', attributes: { model: 'M1' }, maintainer: 'C1' }).showMs).toBe(43_000)
    expect(showOf({ id: 'E1', attributes: { model: 'M1' }, maintainer: 'C1' }).showMs).toBe(44_000)
    expect(showOf({ id: 'E1', attributes: {} }).orderMs).toBe(pattern.defaults.orderMs)
    expect(showOf({ id: 'E8', attributes: {} })).toBe(showOf({ id: 'E9', attributes: {} }))
  })
})

describe('rules of one’s own', () => {
  const own = (...texts: string[]) => ({
    rules: { rules: texts.map((text) => ({ id: /id: (\S+)/.exec(text)?.[1] ?? '', text })) },
  })
  const hot: Step = { at: 0, signals: { ...SHUT_IN, passenger: false, doorZone: true, motorTemp: 95 } }

  test('fire like patterns, and a rule that goes is cleared with its reason', () => {
    const outcome = story([hot, { at: 10, ...own(HOT) }, { at: 100, ...own() }])
    expect(of('X-HOT', outcome)).toEqual([
      ['shown', 30, 1],
      ['ordered', 50, 1],
      ['cleared', 100, 2, 'rule-removed'],
    ])
    expect(outcome.transitions.at(-1)?.reason).toBe('rule-removed')
  })

  test('a changed rule begins anew; another beside it and the patterns keep their holds', () => {
    const shut: Step = { at: 0, signals: { ...SHUT_IN, motorTemp: 95 } }
    const changed = HOT.replace('for: 20s', 'for: 25s')
    const steps: Step[] = [
      shut,
      { at: 5, ...own(HOT, SILENT_DOOR) },
      { at: 30, ...own(changed, SILENT_DOOR) },
    ]
    const outcome = story(steps)
    expect(of('X-HOT', outcome).slice(0, 2)).toEqual([
      ['shown', 25, 1],
      ['cleared', 30, 2, 'rule-changed'],
    ])
    expect(of('X-HOT', outcome)[2]?.[0]).toBe('shown')
    expect(of('L-TRAP-1', outcome)).toEqual([
      ['shown', 30, 2],
      ['ordered', 75, 2],
    ])
    const untouched = story([shut, { at: 5, ...own(SILENT_DOOR) }])
    expect(of('X-IDLE', outcome).map(([stage, at]) => [stage, at])).toEqual(
      of('X-IDLE', untouched).map(([stage, at]) => [stage, at]),
    )
    expect(of('X-IDLE', outcome).length).toBeGreaterThan(0)
  })

  test('its parameters are set like any other', () => {
    const cooler = {
      pattern: 'X-HOT',
      parameter: 'limit',
      scope: { level: 'model', model: 'KX-9' } as const,
      value: 100,
    }
    const { rules } = own(HOT)
    expect(of('X-HOT', story([hot, { at: 1, rules: { ...rules, parameters: [cooler] } }]))).toEqual([])
  })

  test('a set with a rule that cannot be read judges by the rest', () => {
    const rules = compileRules({
      version: 1,
      parameters: [],
      rules: [
        { id: 'X-BAD', text: 'id: [' },
        { id: 'X-HOT', text: HOT },
      ],
    })
    expect(rules.unreadable).toEqual(['X-BAD'])
    expect(rules.own('elevator').map(({ id }) => id)).toEqual(['X-HOT'])
  })
})

const sets: fc.Arbitrary<NonNullable<Step['rules']>> = fc.constantFrom(
  {},
  { parameters: [hold('showMs', 5_000)] },
  { parameters: [hold('showMs', 90_000), hold('orderMs', 20_000)] },
  { rules: [{ id: 'X-HOT', text: HOT }] },
  {
    rules: [
      { id: 'X-HOT', text: HOT.replace('20s', '30s') },
      { id: 'X-IDLE', text: SILENT_DOOR },
    ],
  },
  { rules: [{ id: 'X-IDLE', text: SILENT_DOOR }], parameters: [hold('showMs', 5_000)] },
  {
    rules: [{ id: 'X-HOT', text: HOT }],
    parameters: [
      {
        pattern: 'L-OFF',
        parameter: 'silentMs',
        scope: { level: 'kind' as const, kind: 'elevator' as const },
        value: 60_000,
      },
    ],
  },
)

test('over random changes, a run that restarts anywhere finds what a whole run finds', () => {
  const at = fc.integer({ min: 0, max: UNTIL })
  const signals = fc.record(
    {
      passenger: fc.boolean(),
      doorZone: fc.boolean(),
      motorTemp: fc.constantFrom(60, 86, 95, 130),
      speed: fc.constantFrom(0, 1.5),
    },
    { requiredKeys: [] },
  )
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 3, arbitrary: fc.record({ at, rules: sets }) },
    { weight: 4, arbitrary: fc.record({ at, signals }) },
    { weight: 1, arbitrary: fc.record({ at, every: fc.constantFrom(0, 1, 30) }) },
    { weight: 1, arbitrary: fc.record({ at, backlog: fc.constant({ from: 0, to: 60 }) }) },
    { weight: 1, arbitrary: fc.record({ at, away: fc.integer({ min: 5, max: 60 }) }) },
  )
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 14 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
      (steps, where) => {
        const records = journalOf({ steps: [{ at: 0, signals: SHUT_IN }, ...steps], until: UNTIL })
        const restarts = where.map((share) => Math.ceil(share * records.length))
        expect(run(records, restarts).findings).toEqual(run(records).findings)
      },
    ),
    { numRuns: 80 },
  )
})
