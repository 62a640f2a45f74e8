/** A bad rule is refused at the place of its fault, in words that say what was found and what was expected. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readRules } from '../../../src/rules/own/read.js'
import { ruleText } from './play.js'

/** `‹` stands where the fault must be reported. */
function placeIn(marked: string): { text: string; place: string } {
  const before = marked.slice(0, marked.indexOf('‹')).split('\n')
  return { text: marked.replace('‹', ''), place: `${before.length}:${(before.at(-1) ?? '').length + 1}` }
}

function faultsOf(text: string): string[] {
  return readRules(text).faults.map(({ line, column, message }) => `${line}:${column} ${message}`)
}

const LIMIT = '{limit: {default: 40, unit: °C, min: 25, max: 60, source: ours}}'
const WAIT = '{wait: {default: 5m, min: 1m, max: 1h, source: ours}}'
const raise = (marked: string, fields: Record<string, string> = {}) => ruleText({ raise: marked, ...fields })
const boiler = (marked: string) => ruleText({ raise: marked }, 'boiler')

const FAULTS: [marked: string, message: string][] = [
  // read
  [raise('floor >‹'), 'found the end, expected a value'],
  [raise('floor ‹3'), 'found `3`, expected an operator or the end'],
  [raise('(floor > 3‹'), 'found the end, expected `)` or an operator'],
  [raise('floor > 3‹)'), 'found `)`, expected an operator or the end'],
  [
    raise('floor > 3 ‹&& passenger'),
    'found `&&`, expected a name, a value or an operator; did you mean `and`?',
  ],
  [raise('floor ‹= 3'), 'found `=`, expected a name, a value or an operator; did you mean `==`?'],
  [raise('floor ‹<> 3'), 'found `<>`, expected a name, a value or an operator; did you mean `!=`?'],
  [raise('floor ‹＞ 3'), 'found `＞`, expected a name, a value or an operator; did you mean `>`?'],
  [raise('floor > 3 and ‹温度 > 40'), 'found `温`, expected a name, a value or an operator'],
  [raise('1 < floor ‹< 3'), 'found a second `<`: comparisons do not chain; write `a < b and b < c`'],
  [raise('held(passenger, ‹5min)'), 'found `5min`, expected a number, or a duration in ms, s, m, h or d'],
  [raise('door == ‹"open'), 'found " without its end, expected a text such as "open"'],
  [raise('count(passenger ‹10m)'), 'found `10m`, expected `,` or `)`'],
  [
    raise(`${'('.repeat(24)}‹floor > 3${')'.repeat(24)}`),
    'the expression is nested deeper than 24 levels; make two rules of it',
  ],
  [
    raise('>-\n  floor > 3 and\n  passenger ‹passenger'),
    'found `passenger`, expected an operator or the end',
  ],
  [
    raise('|\n  floor > 3\n  and ‹flor > 4'),
    'found `flor`, expected a signal, an attribute or a state of kind elevator; did you mean `floor`?',
  ],
  [
    raise('\'door == "open" and ‹flor > 3\''),
    'found `flor`, expected a signal, an attribute or a state of kind elevator; did you mean `floor`?',
  ],
  [
    raise('‹"door == \\"open\\" and flor > 3"'),
    'found `flor`, expected a signal, an attribute or a state of kind elevator; did you mean `floor`?',
  ],
  [raise('floor > ‹1e999'), 'found `1e999`, expected a number that can be reached'],
  // names
  [
    raise('‹machineRoomTmp > 40'),
    'found `machineRoomTmp`, expected a signal, an attribute or a state of kind elevator; did you mean `machineRoomTemp`?',
  ],
  [
    raise('speed > ‹ratedSpeed'),
    'found `ratedSpeed`, expected a signal, an attribute or a state of kind elevator; did you mean `attributes.ratedSpeed`?',
  ],
  [
    raise('‹waterLevel < 0'),
    'found `waterLevel`, which belongs to kind boiler; this rule is for kind elevator',
  ],
  [boiler('‹door == 4'), 'found `door`, which belongs to kind elevator; this rule is for kind boiler'],
  [
    raise('machineRoomTemp > ‹$limt', { parameters: LIMIT }),
    'found `$limt`, expected a parameter of this rule; did you mean `$limit`?',
  ],
  [raise('‹cuont(passenger, 10m) > 3'), 'found `cuont`, expected a function; did you mean `count`?'],
  [raise('‹rate > 3'), 'found `rate`, which is a function: expected `rate(a number, a duration)`'],
  [
    raise('door == ‹"opne"'),
    'found "opne", expected one of "unknown", "closing", "closed", "opening", "open", "locked", "ajar"; did you mean "open"?',
  ],
  [raise('floor ‹== "top"'), '`floor` has no words: expected a number, not "top"'],
  [
    raise('passenger and attributes.use == ‹"freight"'),
    'found "freight", expected one of "passenger", "goods", "bed"',
  ],
  // kinds of values
  [raise('‹floor'), '`raise` needs a condition that is true or false, such as `floor > 3`'],
  [raise('‹floor and passenger'), '`floor` is a number, and `and` needs a condition'],
  [raise('not ‹floor'), '`floor` is a number, and `not` needs a condition'],
  [raise('‹passenger > 0'), '`passenger` is true or false, and `>` needs a number'],
  [
    raise('passenger ‹== 1'),
    '`==` compares true or false with a number: expected two numbers, or two conditions',
  ],
  [raise('floor > ‹5m'), '`5m` is a duration, and `>` needs a number'],
  [raise('machineRoomTemp ‹> speed'), '`machineRoomTemp` is in °C and `speed` in m/s: expected one unit'],
  [
    raise('rate(machineRoomTemp, 1m) ‹> motorTemp'),
    '`rate(machineRoomTemp, 1m)` is in °C/min and `motorTemp` in °C: expected one unit',
  ],
  [
    raise('speed ‹> $limit', { parameters: LIMIT }),
    '`speed` is in m/s and `$limit` in °C: expected one unit',
  ],
  [raise('‹held(passenger)'), '`held` was given 1 argument, expected `held(a condition, a duration)`'],
  [raise('absent(‹floor > 3, 5m)'), 'found `floor > 3`, and `absent` needs the name of a signal'],
  [raise('event(‹floor)'), 'found `floor`, and `event` needs the number of an event code'],
  // windows
  [
    raise('held(passenger, ‹30)'),
    'found `30`, and `held` needs a duration such as `5m`; did you mean `30s`?',
  ],
  [raise('held(passenger, ‹0s)'), 'found `0s`, expected a window longer than 0s and at most 7d'],
  [raise('held(passenger, ‹8d)'), 'found `8d`, expected a window longer than 0s and at most 7d'],
  [
    raise('held(passenger, ‹$limit)', {
      parameters: '{limit: {default: 40, min: 25, max: 60, source: ours}}',
    }),
    'found `$limit`, and `held` needs a duration such as `5m`',
  ],
  [
    raise('held(passenger, ‹$wait)', { parameters: '{wait: {default: 5m, min: 0s, max: 1h, source: ours}}' }),
    'found `$wait` (0s to 1h), expected a window longer than 0s and at most 7d',
  ],
  // says nothing
  [
    raise('machineRoomTemp ‹> 200'),
    '`machineRoomTemp > 200` is never true: `machineRoomTemp` lies between -60 and 120',
  ],
  [raise('passenger and door ‹== 9'), '`door == 9` is never true: `door` lies between 0 and 6'],
  [
    raise('machineRoomTemp ‹> -100'),
    '`machineRoomTemp > -100` is always true: `machineRoomTemp` lies between -60 and 120',
  ],
  [raise('1 ‹< 2'), '`1 < 2` is always true: `1` lies between 1 and 1'],
  [raise('‹true'), 'it would fire on everything: it depends on no signal and no event'],
  [
    raise('‹passenger or true'),
    'it would fire on everything: it is true where nothing is known and nothing happens',
  ],
  [
    raise('‹not event(41)'),
    'it would fire on everything: it is true where nothing is known and nothing happens',
  ],
  [
    raise('‹machineRoomTemp > 40 or machineRoomTemp <= 40'),
    'it would fire on everything: it is true whatever the values are',
  ],
  [raise('‹attributes.ratedSpeed > 2'), 'it would fire on everything: it depends on no signal and no event'],
  [raise('‹passenger and false'), 'it can never be true'],
  [
    raise('passenger', { clear: '‹passenger or not passenger' }),
    'it would end at once: it is true whatever the values are',
  ],
  [
    raise('machineRoomTemp > 40', { clear: '‹machineRoomTemp < 45' }),
    'it is true while `raise` is, at machineRoomTemp = 40.5',
  ],
  [raise('floor >= 5', { clear: '‹floor <= 5' }), 'it is true while `raise` is, at floor = 5'],
  [
    raise('machineRoomTemp > $limit', { clear: '‹machineRoomTemp < $limit + 2', parameters: LIMIT }),
    'it is true while `raise` is, at machineRoomTemp = 40.5',
  ],
  [
    raise('count(passenger, 10m) > 5', { clear: '‹count(passenger, 10m) < 7' }),
    'it is true while `raise` is, at count(passenger, 10m) = 6',
  ],
  [
    raise('passenger and floor > 3', { clear: '‹not passenger or floor < 5' }),
    'it is true while `raise` is, at passenger = 1, floor = 4',
  ],
  // fields
  [
    ruleText({ raise: 'passenger', '‹prority': 'P3' }),
    'found `prority`, expected one of id, kind, name, about, class, priority, gate, raise, clear, for, order, clearFor, parameters; did you mean `priority`?',
  ],
  [
    ruleText({ raise: 'passenger', priority: '‹P9' }),
    'found `P9`, expected one of P0, P1, P2, P3, P4; did you mean `P0`?',
  ],
  [
    ruleText({ raise: 'passenger', id: '‹L-TRAP-1' }),
    'found `L-TRAP-1`, expected X- and then capital letters and digits, such as X-HOT-ROOM',
  ],
  [ruleText({ raise: 'passenger', name: '‹hot' }), 'expected a mapping of names to values'],
  [ruleText({ raise: 'passenger', name: '‹{zh: 热}' }), '`name.en` is missing, expected a text'],
  [ruleText({ '‹raise': '' }), '`raise` is empty, expected an expression'],
  [`‹${ruleText({})}`, '`raise` is missing, expected an expression'],
  [
    ruleText({ raise: 'passenger', for: '‹30' }),
    'found `30`, expected a duration in ms, s, m, h or d, such as 5m; did you mean `30s`?',
  ],
  [ruleText({ raise: 'passenger', for: '‹8d' }), 'found `8d`, expected at most 7d'],
  [
    ruleText({ raise: 'passenger', for: '5m', order: '‹1m' }),
    '`order` comes before `for`, expected it not to',
  ],
  [
    ruleText({ raise: 'passenger', for: '‹$wiat', parameters: WAIT }),
    'found `$wiat`, expected a parameter of this rule; did you mean `$wait`?',
  ],
  [
    ruleText({ raise: 'machineRoomTemp > $limit', for: '‹$limit', parameters: LIMIT }),
    '`$limit` is a number, expected a parameter whose default is a duration',
  ],
  [
    ruleText({ raise: 'passenger', parameters: LIMIT.replace('limit', '‹limit') }),
    'parameter `limit` is not used by this rule',
  ],
  [
    raise('machineRoomTemp > $limit', { parameters: LIMIT.replace('40', '‹70') }),
    "the default is out of the parameter's own bounds, 25 to 60",
  ],
  [
    raise('machineRoomTemp > $limit', { parameters: LIMIT.replace('max: 60', 'max: ‹20') }),
    'max is below min, 25',
  ],
  [
    raise('machineRoomTemp > $limit', {
      parameters: LIMIT.replace('{default', '‹{default').replace(', source: ours', ''),
    }),
    '`parameters.limit.source` is missing, expected a text',
  ],
  [
    raise('held(passenger, $wait)', { parameters: WAIT.replace('1h', '‹60') }),
    'found `60`, expected a duration in ms, s, m, h or d, such as 5m; did you mean `60s`?',
  ],
  // YAML
  ['‹- a\n- b', 'expected a rule: a mapping that begins with `id`'],
  ['‹', 'there is no rule in it'],
  ['‹# nothing\n', 'there is no rule in it'],
  [
    `${ruleText({ raise: 'passenger' })}\n‹raise: overload`,
    'not to be read as YAML: Map keys must be unique',
  ],
  [
    `${ruleText({ raise: 'passenger' })}\n---\n${ruleText({ id: '‹X-TEST', raise: 'overload' })}`,
    'a rule `X-TEST` stands in this text already',
  ],
  [`${'['.repeat(8)}‹[`, 'nested deeper than any rule is'],
  [`a:\n${' '.repeat(0)}‹${' '.repeat(65)}b: 1`, 'nested deeper than any rule is'],
]

test.each(FAULTS)('%s', (marked, message) => {
  const { text, place } = placeIn(marked)
  expect(faultsOf(text)).toContain(`${place} ${message}`)
})

test('a byte order mark is no column', () => {
  expect(faultsOf('\uFEFFid: L-OVS').join('\n')).toContain('1:5 found `L-OVS`')
})

describe('all faults of a text are told', () => {
  test('those of one rule and of several, in the order of their places', () => {
    const first = ruleText({ raise: 'flor > 3 and passanger', priority: 'P9' })
    const second = ruleText({ id: 'X-OTHER', raise: 'overload', class: 'faults' })
    const { rules, faults } = readRules(
      `${first}\n---\n${second}\n---\n${ruleText({ id: 'X-GOOD', raise: 'overload' })}`,
    )
    expect(faults.map(({ line, field }) => `${line} ${field}`)).toEqual([
      '5 priority',
      '6 raise',
      '6 raise',
      '11 class',
    ])
    expect(rules.map(({ form }) => form.id)).toEqual(['X-GOOD'])
  })
})

describe('garbage', () => {
  function expectLocated(text: string): void {
    const { rules, faults } = readRules(text)
    expect(rules.length + faults.length).toBeGreaterThan(0)
    const lines = text.split('\n').length
    for (const { line, column, message } of faults) {
      expect(line).toBeGreaterThanOrEqual(1)
      expect(line).toBeLessThanOrEqual(lines + 1)
      expect(column).toBeGreaterThanOrEqual(1)
      expect(message).not.toBe('')
    }
  }
  const good = ruleText({
    raise: 'machineRoomTemp > $limit and count(door == "open", 10m) >= 3',
    for: '5m',
    parameters: LIMIT,
  })

  test('of any kind is a located fault', () => {
    const anything = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 200 }))
    fc.assert(fc.property(anything, expectLocated), { numRuns: 300 })
  })

  test('in an expression is a located fault', () => {
    const words = fc.constantFrom(
      ...[
        'floor',
        'passenger',
        'and',
        'or',
        'not',
        '(',
        ')',
        ',',
        '>',
        '==',
        '-',
        '*',
        '/',
        '5m',
        '3',
        '"open"',
      ],
      ...[
        'door',
        'count',
        'held',
        'sequence',
        'when',
        '$limit',
        'absent',
        'event',
        '90',
        'true',
        '.',
        '!',
        '#',
        ':',
      ],
    )
    const expression = fc.array(words, { maxLength: 30 }).map((list) => list.join(' '))
    fc.assert(
      fc.property(expression, (text) => expectLocated(ruleText({ raise: text }))),
      { numRuns: 500 },
    )
  })

  test('put anywhere into a good rule is a located fault, or a rule', () => {
    const place = fc.nat({ max: good.length })
    fc.assert(
      fc.property(place, place, fc.string({ unit: 'grapheme', maxLength: 5 }), (from, to, put) => {
        expectLocated(good.slice(0, Math.min(from, to)) + put + good.slice(Math.max(from, to)))
      }),
      { numRuns: 500 },
    )
  })

  test.each(['[', '{a: ', '- ', '? ', '- [', '"', "'", '&a ', '*a ', '!!x ', '(', '\t', 'a: |\n'])(
    'many times %j does not end the process',
    (piece) => {
      expectLocated(piece.repeat(20_000))
      expectLocated(ruleText({ raise: piece.repeat(20_000) }))
    },
  )
})
