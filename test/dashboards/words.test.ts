/** The two languages say the same things: every key of one is a key of the other, and no text is empty or copied. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { BUTTONS, KEY_OF } from '../../dashboards/src/domain/allowed-actions.js'
import { en } from '../../dashboards/src/words/en.js'
import { zh } from '../../dashboards/src/words/zh.js'
import { createGatewayStats, REFUSALS, UPLINK_REFUSALS } from '../../src/broker/messages.js'
import { PART_FAULTS } from '../../src/codecs/telemetry.js'
import { AREA_CAUSES, AREA_KINDS, SWEEP_HINTS, SWEEP_STATES } from '../../src/model/area.js'
import { CAUSE_KEYS, CAUSE_LEVELS, UNKNOWN_CAUSE } from '../../src/model/causes.js'
import { SUPPRESSIONS } from '../../src/model/finding.js'
import {
  ACTIONS,
  ASSIGNMENT_STATUSES,
  DEADLINE_KINDS,
  INCIDENT_CLASSES,
  INCIDENT_SOURCES,
  INCIDENT_STATUSES,
  ORGANISATION_TYPES,
  OUTCOMES,
  PRIORITIES,
  ROLES,
} from '../../src/model/incident.js'
import { MARK_KINDS } from '../../src/model/mark.js'
import { TRIGGERS } from '../../src/model/plan.js'
import { REJECTION_REASONS } from '../../src/model/reading.js'
import { SIGNALS } from '../../src/model/signals.js'
import { CATALOGUE, patternsOf } from '../../src/rules/catalogue.js'

type Tree = { [key: string]: string | Tree }

function paths(tree: Tree, before = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') found.set(before + key, value)
    else for (const [path, text] of paths(value, `${before}${key}.`)) found.set(path, text)
  }
  return found
}
const chinese = paths(zh)
const english = paths(en)

test('both languages have the same keys', () => {
  expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort())
})

test('no text is empty', () => {
  expect([...chinese, ...english].filter(([, text]) => text.trim() === '')).toEqual([])
})

test('both languages fill in the same values', () => {
  const places = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()
  const different = [...chinese].filter(
    ([path, text]) => places(text).join() !== places(english.get(path) ?? '').join(),
  )
  expect(different).toEqual([])
})

test('the English file holds no Chinese but the name of the other language', () => {
  const foreign = [...english].filter(
    ([path, text]) => /\p{Script=Han}/u.test(text) && path !== 'app.language',
  )
  expect(foreign).toEqual([])
})

test.each([
  ['areaCause', AREA_CAUSES],
  ['areaKind', AREA_KINDS],
  ['sweepHint', SWEEP_HINTS],
  ['sweepState', SWEEP_STATES],
  ['action', ACTIONS],
  ['assignment', ASSIGNMENT_STATUSES],
  ['deadline', DEADLINE_KINDS],
  ['class', INCIDENT_CLASSES],
  ['source', INCIDENT_SOURCES],
  ['status', INCIDENT_STATUSES],
  ['organisation', ORGANISATION_TYPES],
  ['outcome', OUTCOMES],
  ['priority', PRIORITIES],
  ['role', ROLES],
  ['mark', MARK_KINDS],
  ['marks.effect', MARK_KINDS],
  ['suppressed', SUPPRESSIONS],
  ['cause', [...CAUSE_KEYS, UNKNOWN_CAUSE]],
  ['causeLevel', CAUSE_LEVELS],
  ['signal', SIGNALS.map((signal) => signal.name)],
  ['refusal', [...REFUSALS, ...UPLINK_REFUSALS]],
  ['rejection', [...REJECTION_REASONS, ...PART_FAULTS, 'topic-unread', 'ts-ahead', 'ts-ancient']],
  ['devices.receivedKind', Object.keys(createGatewayStats().received)],
  ['devices.journalStatus', ['starting', 'writing', 'tight', 'refusing']],
] as const)('every %s of the service has a word', (group, keys) => {
  expect(keys.filter((key) => !chinese.has(`${group}.${key}`))).toEqual([])
})

test('each button has a letter of its own', () => {
  expect(new Set(BUTTONS.map((action) => KEY_OF[action])).size).toBe(BUTTONS.length)
})

/** Where rules and incidents name what a finding stands on, and what speaks for a cause. */
const EVIDENCE = /\bkey: ([^,\n]*'[a-z-]+')/g
const CLUE = /\badd\((\s*'[a-z-]+')/g

test('every reason that the service gives has its words', () => {
  const reasons = new Set<string>()
  for (const room of ['src/rules', 'src/incidents']) {
    for (const file of readdirSync(room, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue
      const text = readFileSync(join(room, file), 'utf8')
      const named = file.startsWith('causes/') ? CLUE : EVIDENCE
      for (const [, keys = ''] of text.matchAll(named))
        for (const [, key = ''] of keys.matchAll(/'([a-z-]+)'/g)) reasons.add(key)
    }
  }
  expect(reasons.size).toBeGreaterThan(10)
  expect([...reasons].filter((key) => !(key in zh.evidence) || !(key in en.evidence))).toEqual([])
})

test('every fault pattern has its words, and so has everything that it needs to see', () => {
  const patterns = patternsOf(CATALOGUE)
  const wordOf = (need: string) => {
    const [space, key] = need.split('.')
    return key === undefined ? `signal.${need}` : `${space === 'event' ? 'event' : 'attribute'}.${key}`
  }
  const needs = patterns.flatMap((pattern) => pattern.needs.flat().flatMap((one) => one.split(' & ')))
  const wanted = [...patterns.map(({ id }) => `pattern.${id}`), ...needs.map(wordOf)]
  expect(wanted.filter((key) => !chinese.has(key))).toEqual([])
})

/** How the desk says why: attention, why a party was chosen, why it is no longer relied on; and what it enters. */
const WHY = [
  /askForAttention\(\w+, '([a-z0-9-]+)'/g,
  /'(nobody-sent|unwatched)'/g,
  /chosenBecause: '([a-z-]+)'/g,
  /(?:candidateOf|organisationAs)\([^)]*?'([a-z-]+)'/g,
  /giveUpOn\([^)]*?'([a-z-]+)'/g,
  /return '(call-[a-z0-9]+|same-district)'/g,
  /: '(only-one-left)'/g,
]

test('every reason of the desk, and everything it enters, has its words', () => {
  const written = {
    reason: new Set<string>(TRIGGERS.filter((one) => one !== 'area')),
    action: new Set<string>(),
  }
  for (const file of readdirSync('src/dispatch', { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.startsWith('channels')) continue
    const text = readFileSync(join('src/dispatch', file), 'utf8')
    for (const why of WHY) for (const [, key = ''] of text.matchAll(why)) written.reason.add(key)
    for (const [, call = ''] of text.matchAll(/enter\(([\s\S]*?)\n? *\}\)/g))
      for (const [, kind = ''] of call.matchAll(/kind: '([a-z-]+)'/g)) written.action.add(kind)
  }
  for (const group of ['reason', 'action'] as const) {
    expect(written[group].size, group).toBeGreaterThan(8)
    const missing = [...written[group]].filter((key) => !(key in zh[group]) || !(key in en[group]))
    expect(missing, group).toEqual([])
  }
})
