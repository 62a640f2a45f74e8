/** The recordings through the rules alone, whole: which patterns could look, and what they found. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import type { EquipmentRegistration } from '../../simulators/registration.js'
import { recordedEquipment, recordedReadings } from '../../simulators/replay/recordings.js'
import { createDecoder } from '../../src/codecs/decode.js'
import { createDirectory } from '../../src/codecs/directory.js'
import { shardOf } from '../../src/model/equipment.js'
import type { Finding } from '../../src/model/finding.js'
import type { RecordKind } from '../../src/model/record.js'
import { CATALOGUE } from '../../src/rules/catalogue.js'
import { createEngine } from '../../src/rules/engine.js'

const HOUR_MS = 3_600_000
const NETWORK_MS = 40
/** As far apart as ticks may be; the service ticks each second, and would find a silence that much sooner. */
const TICK_MS = 5_000

/** An engine to which devices speak at the time that they state. */
function openHouse(equipment: readonly EquipmentRegistration[], begin: number) {
  const findings: Finding[] = []
  const directory = createDirectory()
  const engine = createEngine({
    catalogue: CATALOGUE,
    shards: [...new Set(equipment.map(({ id }) => shardOf(id)))],
    directory,
    emit: (finding) => findings.push(structuredClone(finding)),
  })
  const decoder = createDecoder({ directory })
  let position = 0
  let ticked = begin
  const say = (kind: RecordKind, id: string, arrival: number, value: unknown) => {
    const payload = Buffer.from(JSON.stringify(value))
    const record = {
      position: ++position,
      shard: shardOf(id),
      kind,
      equipment: id,
      arrival,
      packetId: 0,
      payload,
    }
    engine.step(record, decoder.decode(record))
  }
  for (const { id, kind, attributes } of equipment)
    say('equipment', id, begin, { id, kind, profile: 'plain', attributes, version: 1 })
  return {
    findings,
    engine,
    passTo(time: number): void {
      for (; ticked < time; ticked += TICK_MS) engine.tick(ticked, ++position)
    },
    reading(id: string, ts: number, values: Record<string, number>): void {
      say('telemetry', id, ts + NETWORK_MS, { ts, ...values })
    },
  }
}

test('the coal-fired boiler: what can be observed in twelve weeks of it, and what is found', () => {
  const messages = recordedReadings('boiler_coal_idaes')
  const begin = messages[0]?.ts ?? 0
  const house = openHouse(recordedEquipment('boiler_coal_idaes'), begin)
  for (const message of messages) {
    if (message.type !== 'reading') continue
    house.passTo(message.ts)
    house.reading(message.equipment, message.ts, message.values)
  }
  const id = messages[0]?.equipment ?? ''
  const rows = house.engine.observability(id)
  const blind = rows.filter(({ missing }) => missing.length > 0)
  expect(
    Object.fromEntries(blind.map(({ pattern, missing }) => [pattern, missing.join()])),
  ).toMatchInlineSnapshot(`
    {
      "B-BAL": "waterLevel",
      "B-EFF": "attributes.designEfficiency",
      "B-EMI": "nox",
      "B-FAN": "forcedDraftFan,fuelValve",
      "B-FFL": "flame",
      "B-FUR": "furnacePressure,inducedDraftFan",
      "B-GAS": "gasLeak",
      "B-GPR": "fuelPressure,attributes.fuelPressureSet",
      "B-HW": "outletTemp,attributes.ratedOutletTemp",
      "B-HWL": "waterLevel",
      "B-IGN": "flame",
      "B-LLW": "waterLevel,attributes.lowWaterLimit",
      "B-LVX": "waterLevel",
      "B-LWL": "waterLevel",
      "B-SVT": "attributes.safetyValveCheckedOn",
      "B-WTR": "hardness",
    }
  `)
  expect(
    rows.filter(({ missing }) => missing.length === 0).map(({ pattern }) => pattern),
  ).toMatchInlineSnapshot(`
    [
      "B-OVP",
      "B-PRT",
      "B-CYC",
      "B-O2H",
      "B-O2L",
      "B-EXT",
      "B-SNS",
    ]
  `)
  const found = new Map<string, number>()
  for (const { pattern, stage, priority } of house.findings) {
    const key = `${pattern} ${priority} ${stage}`
    found.set(key, (found.get(key) ?? 0) + 1)
  }
  expect(Object.fromEntries(found)).toMatchInlineSnapshot(`
    {
      "B-EXT P3 cleared": 2,
      "B-EXT P3 shown": 2,
    }
  `)
})

interface Transition {
  equipmentnumber: string
  ts_utc: string
  state_explanation: string
}

test('33 days of lifts that are polled each hour: L-OFF at two hours finds the gaps of the file, and no other', () => {
  const file = join(
    import.meta.dirname,
    '../../simulators/recordings/db_elevator_status_2022/transitions.csv',
  )
  const rows = parse<Transition>(readFileSync(file, 'utf8'), { columns: true, skip_empty_lines: true })
  const polls = [...new Set(rows.map(({ ts_utc }) => Date.parse(ts_utc)))].sort((a, b) => a - b)
  // One lift in a hundred; the one that changes its state 169 times is among them.
  const lifts = [...new Set(rows.map((row) => row.equipmentnumber))].filter((number) => number.endsWith('42'))
  const spoken = new Map(lifts.map((number) => [number, pollsHeard(rows, number, polls)]))
  const [begin = 0, end = 0] = [polls[0], polls.at(-1)]

  const attributes = { use: 'passenger', reportPeriod: (2 * HOUR_MS) / 1000 / 3 } as const
  const equipment = lifts.map(
    (number) => ({ id: number, kind: 'elevator', name: number, attributes }) as const,
  )
  const house = openHouse(equipment, begin - TICK_MS)
  for (const [i, poll] of polls.entries()) {
    house.passTo(poll)
    for (const [number, heard] of spoken) if (heard[i]) house.reading(number, poll, { serviceMode: 1 })
  }
  house.passTo(end + 1)

  const expected: string[] = []
  for (const [number, heard] of spoken) {
    let last: number | null = null
    for (const [i, poll] of [...polls, end].entries()) {
      const isEnd = i === polls.length
      if (last !== null && (heard[i] || isEnd) && poll - last > 2 * HOUR_MS + TICK_MS)
        expected.push(`${number} ${last}`)
      if (heard[i]) last = poll
    }
  }
  // A gap of more than four hours is told a second time, as work.
  const shown = house.findings.filter(({ stage, priority }) => stage === 'shown' && priority === 'P4')
  expect(house.findings.filter(({ pattern }) => pattern !== 'L-OFF')).toEqual([])
  expect(shown.map(({ equipment: id, since }) => `${id} ${since - NETWORK_MS}`).sort()).toEqual(
    expected.sort(),
  )
  expect(expected.length).toBeGreaterThan(40)
  console.log(`${lifts.length} lifts, ${polls.length} polls: ${expected.length} gaps of more than two hours`)
}, 120_000)

/** At which polls monitoring had a word of this lift. */
function pollsHeard(rows: readonly Transition[], number: string, polls: readonly number[]): boolean[] {
  const changes = rows.filter((row) => row.equipmentnumber === number)
  let next = 0
  let known = false
  return polls.map((poll) => {
    for (let row = changes[next]; row && Date.parse(row.ts_utc) <= poll; row = changes[++next])
      known = !/^monitoring|^$/.test(row.state_explanation)
    return known
  })
}
