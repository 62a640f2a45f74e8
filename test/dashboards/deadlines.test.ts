/** The queue's order: what runs out next stands first, whatever came last. */
import { describe, expect, test } from 'vitest'
import {
  byWhatRunsOutNext,
  countOverdue,
  isAlarm,
  isForDesk,
  type Queued,
  steadyOrder,
} from '../../dashboards/src/domain/deadlines.js'

const NOW = 1_795_290_000_000

function incident(id: string, given: Partial<Queued> = {}): Queued {
  return {
    id,
    class: 'trapped',
    priority: 'P1',
    status: 'confirmed',
    openedAt: NOW - 60_000,
    nextDeadline: null,
    attention: null,
    takenBy: null,
    ...given,
  }
}
const due = (seconds: number) => ({ kind: 'accept-by' as const, dueAt: NOW + seconds * 1000 })

describe('order', () => {
  const cases: { name: string; incidents: Queued[]; order: string[] }[] = [
    {
      name: 'the sooner clock first, also below a higher priority',
      incidents: [
        incident('p0', { priority: 'P0', nextDeadline: due(90) }),
        incident('p1', { nextDeadline: due(30) }),
      ],
      order: ['p1', 'p0'],
    },
    {
      name: 'a clock that has run out comes before one that runs',
      incidents: [incident('runs', { nextDeadline: due(5) }), incident('late', { nextDeadline: due(-60) })],
      order: ['late', 'runs'],
    },
    {
      name: 'what nobody has touched and has no clock comes before a running clock',
      incidents: [incident('runs', { nextDeadline: due(5) }), incident('untouched', { status: 'open' })],
      order: ['untouched', 'runs'],
    },
    {
      name: 'an untouched incident of low priority waits behind every rescue',
      incidents: [
        incident('minor', { status: 'open', class: 'fault', priority: 'P3', openedAt: NOW - 9_000_000 }),
        incident('rescue', { nextDeadline: due(900) }),
      ],
      order: ['rescue', 'minor'],
    },
    {
      name: 'what asks for a person counts from when it began to ask',
      incidents: [
        incident('asks', {
          nextDeadline: due(600),
          attention: { since: NOW - 1000, reason: 'no-answer', reasons: ['no-answer'] },
        }),
        incident('runs', { nextDeadline: due(1) }),
      ],
      order: ['asks', 'runs'],
    },
    {
      name: 'equal clocks: the more urgent, then the older, then the id',
      incidents: [
        incident('b', { nextDeadline: due(30) }),
        incident('a', { nextDeadline: due(30) }),
        incident('old', { nextDeadline: due(30), openedAt: NOW - 90_000 }),
        incident('p0', { nextDeadline: due(30), priority: 'P0' }),
      ],
      order: ['p0', 'old', 'a', 'b'],
    },
    {
      name: 'what has ended comes last',
      incidents: [
        incident('closed', { status: 'closed', nextDeadline: due(-5) }),
        incident('open', { status: 'on-site' }),
      ],
      order: ['open', 'closed'],
    },
  ]
  test.each(cases)('$name', ({ incidents, order }) => {
    expect([...incidents].sort(byWhatRunsOutNext).map((one) => one.id)).toEqual(order)
    expect(
      [...incidents]
        .reverse()
        .sort(byWhatRunsOutNext)
        .map((one) => one.id),
    ).toEqual(order)
  })
})

test('overdue counts clocks that have run out, not those that end now', () => {
  expect(
    countOverdue(
      [incident('a', { nextDeadline: due(-1) }), incident('b', { nextDeadline: due(0) }), incident('c')],
      NOW,
    ),
  ).toBe(1)
})

test('only a P0 that no person has answered for is an alarm', () => {
  expect(isAlarm(incident('a', { priority: 'P0', status: 'dispatched' }))).toBe(true)
  expect(isAlarm(incident('a', { priority: 'P0', status: 'accepted' }))).toBe(false)
  expect(isAlarm(incident('a', { priority: 'P0', status: 'open' }))).toBe(true)
  expect(isAlarm(incident('a', { priority: 'P0', status: 'open', takenBy: 'u1' }))).toBe(false)
  expect(isAlarm(incident('a', { priority: 'P0', status: 'confirmed' }))).toBe(false)
  expect(isAlarm(incident('a', { priority: 'P1', status: 'open' }))).toBe(false)
})

test('the desk shows rescues of any priority and every P0 and P1', () => {
  expect(isForDesk({ class: 'trapped', priority: 'P3' })).toBe(true)
  expect(isForDesk({ class: 'water', priority: 'P0' })).toBe(true)
  expect(isForDesk({ class: 'door', priority: 'P2' })).toBe(false)
})

describe('steady order', () => {
  test('held: what is shown keeps its place, what left goes, what is new comes at the end', () => {
    expect(steadyOrder(['a', 'b', 'c'], ['d', 'c', 'a'], true)).toEqual(['a', 'c', 'd'])
  })
  test('let go: the true order returns', () => {
    expect(steadyOrder(['a', 'c', 'd'], ['d', 'c', 'a'], false)).toEqual(['d', 'c', 'a'])
  })
})
