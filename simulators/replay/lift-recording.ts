/**
 * The recorded station lifts, `recordings/db_elevator_status_2022`: each change of state becomes a reading of
 * `serviceMode`, or the loss of the device where monitoring was lost. The mapping is that of the recording's SOURCE.md.
 */
import { parse } from 'csv-parse/sync'
import { SERVICE_MODE } from '../../src/model/signals.js'
import type { EquipmentRegistration } from '../registration.js'
import { inOrder, type RecordedMessage } from './recorded-message.js'

/** Recorded explanation → service mode; explanations that are not here are losses of monitoring. */
const MODE_BY_EXPLANATION: ReadonlyMap<string, number> = new Map([
  ['available', SERVICE_MODE.normal],
  ['not available', SERVICE_MODE.stopped],
  ['under construction', SERVICE_MODE.stopped],
  ['under maintenance', SERVICE_MODE.inspection],
])

interface Transition {
  equipmentnumber: string
  ts_utc: string
  state_explanation: string
}

/** Every state change of the file as what the device said. Pure. `limit` takes the first lifts by number. */
export function readLiftRecording(
  transitionsCsv: string,
  options: { limit?: number } = {},
): RecordedMessage[] {
  const rows = parse<Transition>(transitionsCsv, { columns: true, skip_empty_lines: true })
  const wanted = wantedNumbers(rows, options.limit)
  const online = new Map<string, boolean>()
  const messages: RecordedMessage[] = []
  for (const row of rows) {
    if (!wanted.has(row.equipmentnumber)) continue
    const equipment = liftId(row.equipmentnumber)
    const ts = Date.parse(row.ts_utc)
    const serviceMode = MODE_BY_EXPLANATION.get(row.state_explanation)
    const seen = serviceMode !== undefined
    if (online.get(equipment) !== seen) messages.push({ type: 'status', equipment, ts, online: seen })
    online.set(equipment, seen)
    if (seen) messages.push({ type: 'reading', equipment, ts, values: { serviceMode } })
  }
  return inOrder(messages)
}

function wantedNumbers(rows: readonly Transition[], limit?: number): Set<string> {
  const numbers = [...new Set(rows.map((row) => row.equipmentnumber))].sort()
  return new Set(limit === undefined ? numbers : numbers.slice(0, limit))
}

function liftId(number: string): string {
  return `DB-${number}`
}

interface StationLift {
  equipmentnumber: string
  stationnumber: string
  description: string
  lon_wgs84: string
  lat_wgs84: string
}

/** The lifts as equipment. Changes have no period, so none is stated: a lift is online while its connection is. `limit` takes the first lifts by number. */
export function liftRegistrations(
  elevatorsCsv: string,
  options: { limit?: number } = {},
): EquipmentRegistration[] {
  const rows = parse<StationLift>(elevatorsCsv, {
    columns: true,
    skip_empty_lines: true,
  })
  const sorted = rows.sort((a, b) => (a.equipmentnumber < b.equipmentnumber ? -1 : 1))
  return sorted.slice(0, options.limit ?? sorted.length).map(registrationOf)
}

function registrationOf(row: StationLift): EquipmentRegistration {
  const lat = Number(row.lat_wgs84)
  const lon = Number(row.lon_wgs84)
  const located = row.lat_wgs84 !== '' && row.lon_wgs84 !== '' && Number.isFinite(lat) && Number.isFinite(lon)
  return {
    id: liftId(row.equipmentnumber),
    kind: 'elevator',
    name: `车站 ${row.stationnumber} ${row.description}(实测数据回放)`,
    address: `Deutsche Bahn station ${row.stationnumber}, ${row.description}`,
    ...(located ? { location: { lat, lon } } : {}),
    attributes: { use: 'passenger' },
  }
}
