/** The buttons follow the action table of the service, so that a press is refused only when somebody else was quicker. */
import { describe, expect, test } from 'vitest'
import {
  assignmentsFor,
  BUTTONS,
  isAllowed,
  nextStep,
  type Standing,
} from '../../dashboards/src/domain/allowed-actions.js'
import { resultOf } from '../../src/incidents/lifecycle.js'
import { ASSIGNMENT_STATUSES, INCIDENT_STATUSES } from '../../src/model/incident.js'

/** Every kind of assignment at once, so that only the incident's state decides. */
const everyAssignment = ASSIGNMENT_STATUSES.map((status) => ({ id: status, status }))

describe.each(BUTTONS)('%s', (action) => {
  test.each(INCIDENT_STATUSES)('from %s as the service allows it', (status) => {
    for (const someoneInside of [true, false]) {
      const standing: Standing = { status, someoneInside, assignments: everyAssignment }
      const served = resultOf(status, action, { nobodyInside: !someoneInside }) !== null
      expect(isAllowed(action, standing)).toBe(served)
    }
  })
})

test.each([
  ['accept', ['offered']],
  ['decline', ['offered', 'accepted']],
  ['depart', ['accepted']],
  ['arrive', ['accepted', 'departed']],
] as const)('%s speaks of assignments that are %s', (action, statuses) => {
  expect(
    assignmentsFor(action, { status: 'dispatched', someoneInside: true, assignments: everyAssignment }),
  ).toEqual(statuses)
})

test('an action on an assignment needs one that stands so', () => {
  const standing: Standing = {
    status: 'dispatched',
    someoneInside: true,
    assignments: [{ id: 'a', status: 'expired' }],
  }
  expect(isAllowed('accept', standing)).toBe(false)
  expect(isAllowed('arrive', standing)).toBe(false)
})

test.each([
  ['open', ['confirm', 'dispatch', 'release', 'note'], 'confirm'],
  ['open', ['release', 'note'], null],
  ['confirmed', ['dispatch', 'release'], 'dispatch'],
  ['dispatched', ['decline', 'accept', 'release', 'note'], 'accept'],
  ['accepted', ['note', 'arrive', 'depart', 'release'], 'depart'],
  ['accepted', ['arrive', 'release'], 'arrive'],
  ['on-site', ['release', 'note'], 'release'],
  ['released', ['resolve', 'reopen'], 'resolve'],
  ['resolved', ['review', 'close'], 'review'],
  ['closed', ['note', 'reopen'], null],
] as const)('while %s, of %s the next step is %s', (status, allowed, step) => {
  expect(nextStep([...allowed], status)).toBe(step)
})
