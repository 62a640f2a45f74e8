/** Findings of a test become measurements; the guess at a cause is kept, and what a person says stands beside it. */
import { expect, it } from 'vitest'
import type { LikelyCause } from '../../src/model/causes.js'
import type { Finding } from '../../src/model/finding.js'
import { onEachDatabase } from '../helpers/databases.js'
import {
  AFTERNOON,
  DISPATCHER,
  finding,
  KEEPER,
  MINUTE,
  onlyIncident,
  openDesk,
  STRANGER,
  viewer,
} from '../helpers/desk.js'

const OPERATOR = viewer('operator', 'estate-1')
const ACTED = {
  key: 'acted-at',
  witness: 'machine',
  signal: 'waterLevel',
  value: -62,
  at: AFTERNOON,
} as const
const GUESS: LikelyCause[] = [
  { cause: 'power-cut', share: 0.7, evidence: ['mains-lost'] },
  { cause: 'unknown', share: 0.2, evidence: [] },
]

function tested(mark: string, change: Partial<Finding> = {}): Finding {
  return finding({
    id: 'BO1/B-LLW/7',
    equipment: 'BO1',
    pattern: 'B-LLW',
    class: 'water',
    priority: 'P0',
    suppressed: 'test',
    evidence: [{ key: 'low-water-alarm', witness: 'machine', signal: 'lowWaterAlarm', value: true }, ACTED],
    mark,
    ...change,
  })
}

onEachDatabase('tests and causes', ({ open }) => {
  it('a test is a record and no incident: where it acted, how soon the fuel was off, who tested', async () => {
    const desk = await openDesk(await open())
    const { incidents, registry } = desk
    const mark = await registry.marks.set('BO1', { kind: 'water-alarm-test', reason: '班前试验' }, OPERATOR)
    const shut = { key: 'fuel-off-after', witness: 'machine', value: 1400, at: AFTERNOON + 1400 } as const
    const acted = tested(mark.id)
    const over = tested(mark.id, {
      stage: 'cleared',
      at: AFTERNOON + MINUTE,
      evidence: [...acted.evidence, shut],
    })
    await incidents.receiveFindings([acted])
    expect((await incidents.tests('BO1', {}, OPERATOR)).items).toMatchObject([
      { fuelOffMs: null, endedAt: null },
    ])
    // A replay after a restart says the same again.
    await incidents.receiveFindings([over, acted, over])
    expect((await incidents.tests('BO1', {}, OPERATOR)).items).toEqual([
      {
        findingId: 'BO1/B-LLW/7',
        equipmentId: 'BO1',
        markId: mark.id,
        test: 'water-alarm-test',
        pattern: 'B-LLW',
        actedAt: AFTERNOON,
        endedAt: AFTERNOON + MINUTE,
        signal: 'waterLevel',
        value: -62,
        fuelOffMs: 1400,
        by: OPERATOR.username,
      },
    ])
    expect((await incidents.list({}, DISPATCHER)).items).toEqual([])
    expect((await incidents.findings({ equipment: 'BO1' }, DISPATCHER)).items).toMatchObject([
      { suppressed: 'test', markId: mark.id, incidentId: null },
    ])
    await expect(incidents.tests('BO1', {}, STRANGER)).rejects.toMatchObject({ code: 'EQUIPMENT_UNKNOWN' })
  })

  it('an interlock that failed in a test is an incident like any other', async () => {
    const desk = await openDesk(await open())
    await desk.incidents.receiveFindings([
      tested('m'),
      tested('m', { stage: 'cleared' }),
      tested('m', { id: 'BO1/B-LLW/9', suppressed: null, interlockFailed: true }),
    ])
    expect(await onlyIncident(desk)).toMatchObject({ priority: 'P0', pattern: 'B-LLW' })
  })

  it('the guess goes with the incident; a person corrects it, and how often it was right can be asked', async () => {
    const desk = await openDesk(await open())
    const { incidents, clock } = desk
    await incidents.receiveFindings([finding({ causes: GUESS })])
    const { id } = await onlyIncident(desk)
    // A lesser finding that joins does not take the guess over.
    const door = { pattern: 'L-DCF', class: 'door', priority: 'P2' } as const
    const other: LikelyCause[] = [{ cause: 'door-operator', share: 0.9, evidence: [] }]
    await incidents.receiveFindings([finding({ id: 'EL1/L-DCF/101', ...door, causes: other })])
    expect((await incidents.get(id, KEEPER)).causes).toEqual(GUESS)

    await incidents.act(id, { action: 'release', outcome: 'freed-by-level-1' }, DISPATCHER)
    await incidents.act(id, { action: 'resolve', cause: 'door-rubbish' }, KEEPER)
    const { items } = await incidents.timeline(id, { limit: 100 }, DISPATCHER)
    expect(items.find(({ kind }) => kind === 'resolve')?.detail).toMatchObject({
      cause: 'door-rubbish',
      guessedCause: 'power-cut',
    })
    expect(await incidents.get(id, KEEPER)).toMatchObject({ cause: 'door-rubbish', causes: GUESS })
    const range = { from: 0, to: clock.now() + 1 }
    expect(await incidents.causeFigures(range, DISPATCHER)).toMatchObject({ judged: 1, first: 0, among: 0 })

    await incidents.act(id, { action: 'review', cause: 'power-cut' }, DISPATCHER)
    expect(await incidents.causeFigures(range, DISPATCHER)).toEqual({
      judged: 1,
      first: 1,
      among: 1,
      causes: [{ cause: 'power-cut', judged: 1, first: 1, among: 1 }],
    })
    expect((await incidents.causeFigures(range, STRANGER)).judged).toBe(0)
    // Words of one's own are kept, and counted nowhere.
    await incidents.act(id, { action: 'review', cause: '变电站检修' }, DISPATCHER)
    expect((await incidents.causeFigures(range, DISPATCHER)).judged).toBe(0)
  })
})
