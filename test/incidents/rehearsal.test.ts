import { expect, it } from 'vitest'
import { openDatabase } from '../../src/database/database.js'
import { createRehearsal } from '../../src/incidents/rehearsal.js'
import type { Finding } from '../../src/model/finding.js'
import { AFTERNOON, DISPATCHER, finding, MINUTE, openDesk } from '../helpers/desk.js'
import { tempDir } from '../helpers/temp-dir.js'

const door = { pattern: 'L-DCF', class: 'door', priority: 'P2' } as const
const STORY: Finding[] = [
  finding({ id: 'a', ...door, stage: 'shown' }),
  finding({ id: 'b', pattern: 'L-DLO', class: 'door', priority: 'P3' }),
  finding({ id: 'c', stage: 'shown' }),
  finding({ id: 'd', ...door }),
  finding({ id: 'e', pattern: 'L-UCM', class: 'movement', priority: 'P0', needsConfirmation: true }),
  finding({ id: 'c', stage: 'ordered' }),
  finding({ id: 'f', suppressed: 'late' }),
  finding({ id: 'g', equipment: 'EL2', suppressed: 'late' }),
  finding({ id: 'h', equipment: 'EL2', suppressed: 'late', needsConfirmation: true }),
  finding({ id: 'i', equipment: 'EL2', suppressed: 'inspection' }),
  finding({ id: 'j', equipment: 'BO1', pattern: 'B-OVP', class: 'pressure', priority: 'P3', stage: 'shown' }),
  finding({
    id: 'j',
    equipment: 'BO1',
    pattern: 'B-OVP',
    class: 'pressure',
    priority: 'P0',
    stage: 'ordered',
  }),
  finding({ id: 'k', equipment: 'BO1', pattern: 'B-OVP', class: 'pressure', stage: 'cleared' }),
]

it('decides as the desk does', async () => {
  const desk = await openDesk(await openDatabase({ file: `${tempDir('rehearsal')}/teshe.sqlite` }))
  await desk.incidents.receiveFindings(STORY)
  const { items } = await desk.incidents.findings({ limit: 100 }, DISPATCHER)
  const rehearsal = createRehearsal()
  const disposition = new Map<string, string>()
  for (const one of STORY) {
    const made = rehearsal.take(one, AFTERNOON)
    if (made !== null) disposition.set(one.id, made)
  }
  expect(Object.fromEntries(disposition)).toEqual(
    Object.fromEntries(items.map((one) => [one.id, one.disposition])),
  )

  const incidents = await desk.incidents.list({ limit: 100 }, DISPATCHER)
  const shapes = incidents.items.map((one) => [
    one.equipmentId,
    one.group,
    one.priority,
    one.status === 'dispatched',
  ])
  const wouldBe = rehearsal.incidents.map((one) => [
    one.equipment,
    one.group,
    one.priority,
    one.orderedAt !== null,
  ])
  expect(wouldBe.sort()).toEqual(shapes.sort())
  await desk.database.close()
})

it('ends when nothing holds, is reopened for half an hour, and is another afterwards', () => {
  const rehearsal = createRehearsal()
  const at = (minutes: number) => AFTERNOON + minutes * MINUTE
  rehearsal.take(finding({ id: 'a' }), at(0))
  rehearsal.take(finding({ id: 'a', stage: 'cleared' }), at(10))
  expect(rehearsal.take(finding({ id: 'b' }), at(39))).toBe('offered-reopen')
  rehearsal.take(finding({ id: 'b', stage: 'cleared' }), at(50))
  expect(rehearsal.take(finding({ id: 'c' }), at(81))).toBe('opened')
  expect(rehearsal.incidents).toMatchObject([
    { openedAt: at(0), orderedAt: at(0), clearedAt: at(50), findings: 2, reopened: 1 },
    { openedAt: at(81), clearedAt: null },
  ])
})
