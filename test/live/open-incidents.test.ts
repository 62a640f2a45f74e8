import { expect, test } from 'vitest'
import type { Incidents } from '../../src/incidents/incidents.js'
import { openIncidents } from '../../src/live/open-incidents.js'
import type { IncidentSummary } from '../../src/model/incident-view.js'
import { DISPATCHER } from '../helpers/desk.js'

test('a rescue of yesterday is told before a day of faults', async () => {
  const faults = Array.from({ length: 6_000 }, (_, i) => ({ id: `fault-${i}`, priority: 'P2' }))
  const all = [...faults, { id: 'rescue', priority: 'P1' }] as IncidentSummary[]
  const list: Incidents['list'] = ({ priority, limit = 0, cursor = '0' }) => {
    const from = Number(cursor)
    const wanted = all.filter((one) => priority?.includes(one.priority))
    const next = from + limit < wanted.length ? String(from + limit) : null
    return Promise.resolve({ items: wanted.slice(from, from + limit), next })
  }
  const open = await openIncidents({ list }, DISPATCHER)
  expect(open[0]?.id).toBe('rescue')
  expect(open.length).toBeLessThan(6_000)
})
