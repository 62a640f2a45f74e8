/**
 * The recorded coal-fired boiler, `recordings/boiler_coal_idaes`: rows of its file become readings in our signal names
 * and units. The conversions are those of the recording's SOURCE.md and no others; every column is published.
 */
import { parse } from 'csv-parse/sync'
import type { EquipmentRegistration } from '../registration.js'
import type { RecordedMessage } from './recorded-message.js'

export const BOILER_ID = 'IDAES-B-1'

const ATMOSPHERE_MPA = 0.101325
/** Plant time is taken as US Eastern standard time all year; SOURCE.md gives the reason. */
const PLANT_ZONE = '-05:00'

type Conversion = 'as-is' | 'gauge' | 'tonnes-to-kg'

/** Column of the file → signal. Names outside the catalogue are kept by the service as they come. */
const COLUMNS: readonly (readonly [column: string, signal: string, conversion: Conversion])[] = [
  ['load_mw', 'loadMw', 'as-is'],
  ['drum_pressure_mpa_abs', 'pressure', 'gauge'],
  ['drum_steam_temp_c', 'drumSteamTemp', 'as-is'],
  ['main_steam_pressure_mpa_abs', 'mainSteamPressure', 'gauge'],
  ['main_steam_temp_c', 'steamTemp', 'as-is'],
  ['reheat_steam_temp_c', 'reheatSteamTemp', 'as-is'],
  ['feedwater_flow_tph', 'feedwaterFlow', 'as-is'],
  ['steam_flow_tph', 'steamFlow', 'as-is'],
  ['feedwater_pressure_mpa_abs', 'feedwaterPressure', 'gauge'],
  ['econ_outlet_water_temp_c', 'economiserOutletTemp', 'as-is'],
  ['coal_flow_tph', 'fuelFlow', 'tonnes-to-kg'],
  ['total_air_flow_tph', 'airFlow', 'as-is'],
  ['primary_air_flow_tph', 'primaryAirFlow', 'as-is'],
  ['flue_gas_o2_a_pct', 'o2', 'as-is'],
  ['flue_gas_o2_b_pct', 'o2B', 'as-is'],
  ['flue_gas_temp_airheater_in_a_c', 'airHeaterGasInletTempA', 'as-is'],
  ['flue_gas_temp_airheater_in_b_c', 'airHeaterGasInletTempB', 'as-is'],
  ['flue_gas_temp_airheater_out_a_c', 'exhaustTemp', 'as-is'],
  ['flue_gas_temp_airheater_out_b_c', 'exhaustTempB', 'as-is'],
  ['flue_gas_pressure_econ_in_pa', 'economiserGasPressure', 'as-is'],
  ['fd_fan_a_outlet_pressure_pa', 'forcedDraftPressureA', 'as-is'],
  ['fd_fan_b_outlet_pressure_pa', 'forcedDraftPressureB', 'as-is'],
  ['condenser_pressure_in_hg', 'condenserPressureInHg', 'as-is'],
  ['mills_in_service', 'millsInService', 'as-is'],
]

/** Every row of the file as one reading. Pure. */
export function readBoilerRecording(csv: string): RecordedMessage[] {
  const rows = parse<Record<string, string>>(csv, { columns: true, skip_empty_lines: true })
  return rows.map((row) => ({
    type: 'reading',
    equipment: BOILER_ID,
    ts: Date.parse(`${row.ts_plant_local?.replace(' ', 'T')}${PLANT_ZONE}`),
    values: valuesOf(row),
  }))
}

function valuesOf(row: Readonly<Record<string, string>>): Record<string, number> {
  const values: Record<string, number> = {}
  for (const [column, signal, conversion] of COLUMNS) {
    const text = row[column]
    // A blank cell was not measured, so it is not said.
    if (text !== undefined && text !== '') values[signal] = convert(Number(text), conversion)
  }
  return values
}

function convert(value: number, conversion: Conversion): number {
  switch (conversion) {
    case 'as-is':
      return value
    case 'gauge':
      return Number((value - ATMOSPHERE_MPA).toFixed(6))
    case 'tonnes-to-kg':
      return Number((value * 1000).toFixed(3))
  }
}

/**
 * The boiler as equipment. Its nameplate is not in the data: working pressure stands 5 % over the highest recorded drum
 * pressure (13.002 MPa absolute, 12.901 gauge), a usual distance; the valve set follows from it. Drum level is not
 * recorded, so there is no level sensor and no level limit.
 */
export const BOILER_REGISTRATION: EquipmentRegistration = {
  id: BOILER_ID,
  kind: 'boiler',
  name: '燃煤汽包锅炉(实测数据回放)',
  address: 'recorded plant, not named in the data',
  attributes: {
    ratedPressure: 13.6,
    workingPressure: 13.6,
    safetyValveSet: 14.28,
    capacity: 700,
    fuel: 'coal',
    medium: 'steam',
    reportPeriod: 600,
  },
}
