/** One boiler of the demo city: how it was built, and the same as registration. */
import type { BoilerDesign } from '../physics/boiler-state.js'
import { rounded } from '../physics/device.js'
import type { Random } from '../random.js'
import { certificateNo, registrationCode } from './codes.js'
import type { DemoEquipment } from './demo-equipment.js'
import type { Estate } from './estates.js'

interface Pressures {
  rated: number
  working: number
}

/** Nameplate pressures in use, MPa; the last is a boiler that works below its nameplate. */
const PRESSURES: readonly [Pressures, ...Pressures[]] = [
  { rated: 0.8, working: 0.8 },
  { rated: 1.0, working: 1.0 },
  { rated: 1.25, working: 1.25 },
  { rated: 1.25, working: 1.25 },
  { rated: 1.25, working: 1.0 },
]
const HOT_WATER_PRESSURE = 0.7
const IGNITION_S = 10
const LOWEST_SAFE_MM = -75

export function createDemoBoiler(options: {
  id: string
  serial: number
  estate: Estate
  random: Random
}): DemoEquipment {
  const { id, serial, estate, random } = options
  const steam = random.chance(0.75)
  const pressures = random.pick(PRESSURES)
  const design = boilerDesign(steam, steam ? pressures.working : HOT_WATER_PRESSURE, random)
  const mark = steam ? { classCode: '1100', certificate: '锅10' } : { classCode: '1200', certificate: '锅20' }
  return {
    spec: { id, estate: estate.id, kind: 'boiler', design },
    maintainer: estate.maintainer,
    useUnit: estate.useUnit,
    body: {
      id,
      kind: 'boiler',
      name: `${estate.name} ${steam ? '蒸汽' : '热水'}锅炉`,
      registrationCode: registrationCode({
        classCode: mark.classCode,
        area: estate.district.code,
        year: estate.year,
        serial,
      }),
      certificateNo: certificateNo({ mark: mark.certificate, year: estate.year, serial }),
      district: estate.district.name,
      address: estate.address,
      site: estate.site,
      location: estate.location,
      attributes: {
        ratedPressure: steam ? pressures.rated : HOT_WATER_PRESSURE,
        workingPressure: design.workingPressure,
        safetyValveSet: design.safetyValveSet,
        ...(steam ? { lowWaterLimit: design.lowWaterLimit, levelSensor: design.levelSensor } : {}),
        ignitionTime: IGNITION_S,
        capacity: design.capacity,
        fuel: design.fuel,
        medium: design.medium,
      },
    },
  }
}

function boilerDesign(steam: boolean, workingPressure: number, random: Random): BoilerDesign {
  return {
    medium: steam ? 'steam' : 'hot-water',
    capacity: random.pick([1, 2, 4, 4, 6, 10]),
    workingPressure,
    // Lower valve of a pair: +0.03 MPa up to 0.8 MPa, 1.04 times above; hot water 1.10 times.
    safetyValveSet: rounded(steam ? lowerValve(workingPressure) : workingPressure * 1.1, 3),
    lowWaterLimit: LOWEST_SAFE_MM,
    levelSensor: random.chance(0.7) ? 'transmitter' : 'electrode',
    fuel: random.chance(0.85) ? 'natural-gas' : 'light-oil',
    prePurge: random.pick([25, 25, 60]),
    hours: random.chance(0.5) ? 'always' : 'day',
  }
}

function lowerValve(workingPressure: number): number {
  return workingPressure <= 0.8 ? workingPressure + 0.03 : workingPressure * 1.04
}
