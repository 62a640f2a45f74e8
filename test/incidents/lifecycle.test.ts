import { describe, expect, it } from 'vitest'
import { ASSIGNMENT_MOVES, afterMove, statusByAssignments } from '../../src/incidents/assignment-moves.js'
import { LIFECYCLE, resultOf } from '../../src/incidents/lifecycle.js'
import { ACTIONS, ASSIGNMENT_STATUSES, INCIDENT_STATUSES } from '../../src/model/incident.js'

/**
 * The contract's table, written out once more: one letter for each state in the order open, confirmed, dispatched,
 * accepted, on-site, released, resolved, closed, false-alarm. `.` not allowed, `=` stays, `*` as the assignments say,
 * `?` allowed only where nobody is inside, otherwise the first letter of the new state (`f` false-alarm, `o` open).
 */
const TABLE: Record<(typeof ACTIONS)[number], string> = {
  confirm: 'c........',
  dispatch: '*****....',
  accept: '..***....',
  decline: '..***....',
  depart: '..***....',
  arrive: '..***....',
  release: 'rrrrr....',
  resolve: '?????s...',
  review: '......=..',
  close: '......x.x',
  'false-alarm': 'fffff....',
  reopen: '.....ooo.',
  take: '=======.=',
  handover: '=======.=',
  update: '=======.=',
  locate: '=======.=',
  recall: '..***....',
  transfer: '=====....',
  contact: '=======.=',
  callback: '.....==..',
  merge: 'xxxxx....',
  split: '=====....',
  note: '=========',
}

const MEANING: Record<string, string | null> = {
  '.': null,
  '=': 'same',
  '*': 'assignments',
  c: 'confirmed',
  r: 'released',
  s: 'resolved',
  x: 'closed',
  f: 'false-alarm',
  o: 'open',
}

describe('life cycle', () => {
  const cells = ACTIONS.flatMap((action) =>
    INCIDENT_STATUSES.map((status, i) => ({ action, status, letter: TABLE[action][i] ?? '' })),
  )

  it('has every action', () => {
    expect(Object.keys(LIFECYCLE).sort()).toEqual([...ACTIONS].sort())
    expect(cells).toHaveLength(23 * 9)
  })

  it.each(cells)('$action while $status: $letter', ({ action, status, letter }) => {
    const inside = resultOf(status, action, { nobodyInside: false })
    const empty = resultOf(status, action, { nobodyInside: true })
    if (letter === '?') {
      expect(inside).toBeNull()
      expect(empty).toBe('resolved')
      return
    }
    expect(inside).toBe(MEANING[letter])
    expect(empty).toBe(MEANING[letter])
  })
})

describe('life of an assignment', () => {
  // offered, accepted, departed, arrived, declined, expired, recalled, ended
  const table: Record<(typeof ASSIGNMENT_MOVES)[number], (string | null)[]> = {
    accept: ['accepted', null, null, null, null, null, null, null],
    decline: ['declined', 'declined', null, null, null, null, null, null],
    depart: [null, 'departed', null, null, null, null, null, null],
    arrive: [null, 'arrived', 'arrived', null, null, null, null, null],
    recall: ['recalled', 'recalled', 'recalled', 'recalled', null, null, null, null],
    expire: ['expired', null, null, null, null, null, null, null],
    end: ['ended', 'ended', 'ended', 'ended', null, null, null, null],
  }

  it.each(ASSIGNMENT_MOVES.map((move) => ({ move })))('$move', ({ move }) => {
    expect(ASSIGNMENT_STATUSES.map((status) => afterMove(status, move))).toEqual(table[move])
  })

  it.each([
    { name: 'nobody active', statuses: [], expected: 'dispatched' },
    { name: 'asked', statuses: ['offered'], expected: 'dispatched' },
    { name: 'one coming, one asked', statuses: ['offered', 'departed'], expected: 'accepted' },
    { name: 'one there, one coming', statuses: ['accepted', 'arrived'], expected: 'on-site' },
  ] as const)('$name: $expected', ({ statuses, expected }) => {
    expect(statusByAssignments(statuses)).toBe(expected)
  })
})
