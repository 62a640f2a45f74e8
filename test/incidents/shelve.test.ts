import { expect, it, test } from 'vitest'
import { recordedReadings } from '../../simulators/replay/recordings.js'
import { createDecoder } from '../../src/codecs/decode.js'
import { createDirectory } from '../../src/codecs/directory.js'
import { openDatabase } from '../../src/database/database.js'
import { DEFAULT_SHELVE_SETTINGS, exceeded, shelve } from '../../src/incidents/shelve-policy.js'
import { shardOf } from '../../src/model/equipment.js'
import type { Finding } from '../../src/model/finding.js'
import { EVERY_SHARD, type RecordKind } from '../../src/model/record.js'
import { CATALOGUE } from '../../src/rules/catalogue.js'
import { createEngine } from '../../src/rules/engine.js'
import { createClock } from '../helpers/clock.js'
import { onEachDatabase } from '../helpers/databases.js'
import {
  ADMIN,
  AFTERNOON,
  type Desk,
  DISPATCHER,
  finding,
  KEEPER,
  kindsOfTimeline,
  MINUTE,
  onlyIncident,
  openDesk,
  viewer,
} from '../helpers/desk.js'
import { tempDir } from '../helpers/temp-dir.js'

const HOUR = 60 * MINUTE
const SHELF_OF_KEEPER = viewer('maintainer', 'company-a')

/** A door that does not close, once more. */
function doorFault(at: number, change: Partial<Finding> = {}): Finding {
  return finding({
    id: `EL1/L-DCF/${at}`,
    pattern: 'L-DCF',
    class: 'door',
    priority: 'P2',
    since: AFTERNOON + at,
    at: AFTERNOON + at,
    ...change,
  })
}

async function dispositions({ incidents }: Desk) {
  const { items } = await incidents.findings({ limit: 100 }, DISPATCHER)
  return items.reverse().map((one) => one.disposition)
}

test('a limit is met by as many findings and exceeded by one more, within its time', () => {
  const minutes = (...times: number[]) => times.map((time) => time * MINUTE)
  const limitAt = (earlier: number[], at: number) => exceeded(earlier, at * MINUTE, DEFAULT_SHELVE_SETTINGS)
  expect(limitAt(minutes(0, 1, 2, 3), 4)).toBeNull()
  expect(limitAt(minutes(0, 1, 2, 3, 4), 9)).toEqual({ findings: 5, withinMs: 10 * MINUTE })
  expect(limitAt(minutes(0, 1, 2, 3, 4), 10)).toBeNull()
})

test('a source that goes on is shelved for longer each time, and after a quiet week as at first', () => {
  const first = shelve(null, 0, DEFAULT_SHELVE_SETTINGS)
  expect(first).toEqual({ level: 1, since: 0, until: HOUR })
  const second = shelve(first, 2 * HOUR, DEFAULT_SHELVE_SETTINGS)
  expect(second).toEqual({ level: 2, since: 2 * HOUR, until: 6 * HOUR })
  const third = shelve(second, 6 * HOUR, DEFAULT_SHELVE_SETTINGS)
  expect(third.until - third.since).toBe(12 * HOUR)
  expect(shelve(third, third.until, DEFAULT_SHELVE_SETTINGS).level).toBe(3)
  expect(shelve(third, third.until + 7 * 24 * HOUR, DEFAULT_SHELVE_SETTINGS).level).toBe(1)
})

onEachDatabase('the shelf', ({ open }) => {
  it('the sixth fault in ten minutes is only recorded, in plain sight; a person takes the source off again', async () => {
    const desk = await openDesk(await open())
    for (let i = 0; i < 5; i++) await desk.incidents.receiveFindings([doorFault(i * MINUTE)])
    const before = await onlyIncident(desk)
    const sixth = doorFault(9 * MINUTE, { stage: 'shown' })
    await desk.incidents.receiveFindings([sixth])
    await desk.incidents.receiveFindings([sixth, { ...sixth, stage: 'ordered' }, doorFault(20 * MINUTE)])
    expect(await dispositions(desk)).toEqual([
      'opened',
      'joined',
      'joined',
      'joined',
      'joined',
      'shelved',
      'shelved',
    ])
    expect((await onlyIncident(desk)).version).toBe(before.version)
    const { items } = await desk.incidents.shelved({}, SHELF_OF_KEEPER)
    expect(items).toEqual([
      {
        equipmentId: 'EL1',
        equipmentName: '1号梯',
        pattern: 'L-DCF',
        level: 1,
        since: AFTERNOON + 9 * MINUTE,
        until: AFTERNOON + 69 * MINUTE,
        keptBack: 2,
        reason: { findings: 5, withinMs: 10 * MINUTE },
        suppresses: true,
      },
    ])
    expect((await desk.incidents.shelved({}, viewer('maintainer', 'company-b'))).items).toEqual([])

    const source = { equipmentId: 'EL1', pattern: 'L-DCF', reason: '门机已更换' }
    await expect(desk.incidents.unshelve(source, KEEPER)).rejects.toMatchObject({ code: 'ROLE_FORBIDDEN' })
    desk.clock.advance(30 * MINUTE)
    await desk.incidents.unshelve(source, SHELF_OF_KEEPER)
    await expect(desk.incidents.unshelve(source, DISPATCHER)).rejects.toMatchObject({ code: 'SHELF_EMPTY' })
    await desk.incidents.receiveFindings([doorFault(31 * MINUTE)])
    expect((await dispositions(desk)).at(-1)).toBe('joined')
    const audit = await desk.registry.audit.list({ subject: 'EL1' }, ADMIN)
    expect(audit.items.slice(0, 2).map((one) => [one.action, one.actorName, one.detail.reason])).toEqual([
      ['source.unshelve', 'maintainer of company-a', '门机已更换'],
      ['source.shelve', 'system', undefined],
    ])
  })

  it('after its time a source that still chatters goes back at once, for longer; one that rests does not', async () => {
    const desk = await openDesk(await open())
    for (let i = 0; i < 6; i++) await desk.incidents.receiveFindings([doorFault(i * MINUTE)])
    // Its hour ends at minute 65.
    for (const at of [56, 58, 60, 62, 64]) await desk.incidents.receiveFindings([doorFault(at * MINUTE)])
    await desk.incidents.receiveFindings([doorFault(65 * MINUTE)])
    const [again] = (await desk.incidents.shelved({}, DISPATCHER)).items
    expect(again).toMatchObject({ level: 2, until: AFTERNOON + 65 * MINUTE + 4 * HOUR })
    await desk.incidents.receiveFindings([doorFault(48 * HOUR)])
    expect((await dispositions(desk)).at(-1)).toBe('joined')
  })

  it('traps, the alarm button and P0 are never shelved: they join, and the incident says once that they chatter', async () => {
    const desk = await openDesk(await open())
    for (let i = 0; i < 8; i++)
      await desk.incidents.receiveFindings([
        finding({ id: `EL1/L-TRAP-3/${i}`, pattern: 'L-TRAP-3', since: AFTERNOON + i, at: AFTERNOON + i }),
      ])
    const incident = await onlyIncident(desk)
    expect((await dispositions(desk)).filter((one) => one !== 'joined')).toEqual(['opened'])
    const kinds = await kindsOfTimeline(desk, incident.id)
    expect(kinds.filter((kind) => kind === 'source-chatters')).toHaveLength(1)
    expect(kinds.filter((kind) => kind === 'finding-ordered')).toHaveLength(7)
    expect((await desk.incidents.shelved({}, DISPATCHER)).items).toMatchObject([
      { pattern: 'L-TRAP-3', suppresses: false, keptBack: 0 },
    ])
  })

  it('a shelved fault that grows to P0 gets through', async () => {
    const desk = await openDesk(await open())
    for (let i = 0; i < 6; i++) await desk.incidents.receiveFindings([doorFault(i * MINUTE)])
    await desk.incidents.receiveFindings([doorFault(5 * MINUTE, { priority: 'P0' })])
    expect((await dispositions(desk)).at(-1)).toBe('opened')
  })

  it('findings that come again, late or after a restart shelve nothing twice', async () => {
    const database = await open()
    let desk = await openDesk(database)
    const all = Array.from({ length: 8 }, (_, i) => doorFault(i * MINUTE))
    for (const one of [...all, ...all]) {
      await desk.incidents.receiveFindings([one])
      desk = await openDesk(database, desk.clock)
    }
    await desk.incidents.receiveFindings([doorFault(-HOUR, { suppressed: 'late' })])
    expect((await desk.incidents.shelved({}, DISPATCHER)).items).toMatchObject([{ level: 1, keptBack: 3 }])
    expect(await dispositions(desk)).toEqual([
      'amended',
      'opened',
      ...Array(4).fill('joined'),
      ...Array(3).fill('shelved'),
    ])
  })
})

test('33 real days of a flapping lift: 169 changes are one shelved source and no incident', async () => {
  const id = 'DB-10556242'
  const messages = recordedReadings('db_elevator_status_2022').filter((one) => one.equipment === id)
  const changes = messages.filter((one) => one.type === 'reading' || !one.online)
  expect(changes).toHaveLength(169)
  const found = findingsOf(id, messages)
  const [start] = messages
  const clock = createClock(start?.ts ?? 0)
  const database = await openDatabase({ file: `${tempDir('shelf')}/teshe.sqlite` })
  try {
    const desk = await openDesk(database, clock)
    await desk.registry.equipment.create({ id, kind: 'elevator', name: id }, ADMIN)
    const sources = new Set<string>()
    for (const one of found) {
      clock.advance(Math.max(0, one.at - clock.now()))
      await desk.incidents.receiveFindings([one])
      for (const source of (await desk.incidents.shelved({}, DISPATCHER)).items)
        sources.add(`${source.equipmentId}/${source.pattern}`)
    }
    const { items } = await desk.incidents.findings({ limit: 500 }, DISPATCHER)
    const shelved = items.filter((one) => one.suppressed === 'shelved').length
    console.log(`${items.length} losses of the device found, ${shelved} of them while it was shelved`)
    expect(items.length).toBe(changes.filter((one) => one.type === 'status').length)
    expect([...sources]).toEqual([`${id}/L-OFF`])
    expect(shelved).toBeGreaterThan(0)
    expect((await desk.incidents.list({}, DISPATCHER)).items).toEqual([])
  } finally {
    await database.close()
  }
})

/** Through the real decoder and engine, with ticks as close as they must be for silence to count. */
function findingsOf(id: string, messages: ReturnType<typeof recordedReadings>): Finding[] {
  const TICK_MS = 4_000
  const findings: Finding[] = []
  const directory = createDirectory()
  const engine = createEngine({
    catalogue: CATALOGUE,
    shards: [shardOf(id)],
    directory,
    emit: (one) => findings.push(structuredClone(one)),
  })
  const decoder = createDecoder({ directory })
  let position = 0
  const add = (kind: RecordKind, equipment: string, arrival: number, value: unknown) => {
    position += 1
    if (kind === 'tick') return engine.tick(arrival, position)
    const shard = equipment === '' ? EVERY_SHARD : shardOf(equipment)
    const payload = Buffer.from(JSON.stringify(value))
    const record = { position, shard, kind, equipment, arrival, packetId: 0, payload }
    engine.step(record, decoder.decode(record))
  }
  const first = messages[0]?.ts ?? 0
  const last = (messages.at(-1)?.ts ?? 0) + HOUR
  add('equipment', id, first, { id, kind: 'elevator', profile: 'plain', attributes: {}, version: 1 })
  let next = 0
  for (let now = first; now <= last; now += TICK_MS) {
    for (let message = messages[next]; message && message.ts <= now; message = messages[++next]) {
      if (message.type === 'reading') {
        add('telemetry', id, message.ts, { ts: message.ts, ...message.values })
      } else {
        const reason = message.online ? 'connected' : 'will'
        add('session', id, message.ts, { session: `s-${next}`, open: message.online, reason })
        if (!message.online) add('status', id, message.ts, { online: false })
      }
    }
    add('tick', '', now, null)
  }
  return findings
}
