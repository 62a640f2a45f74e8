/** One escalator or moving walk of the demo city: how it was built, and the same as registration. */
import type { EscalatorDesign } from '../physics/escalator-state.js'
import type { Random } from '../random.js'
import { certificateNo, registrationCode } from './codes.js'
import type { DemoEquipment } from './demo-equipment.js'
import type { Estate } from './estates.js'
import { roundedDegrees } from './luoyang.js'

/** Where it stands a moving walk goes down to the car park. */
const WALK_SHARE = 0.15

export function createDemoEscalator(options: {
  id: string
  serial: number
  /** From 1, within the estate. */
  numberInEstate: number
  estate: Estate
  random: Random
}): DemoEquipment {
  const { id, serial, numberInEstate, estate, random } = options
  const design = escalatorDesign(estate, numberInEstate, random)
  const walk = design.inclination <= 12
  const storey = Math.ceil(numberInEstate / 2)
  const way = design.direction === 'up' ? '上行' : '下行'
  return {
    spec: { id, estate: estate.id, kind: 'escalator', design },
    maintainer: estate.maintainer,
    useUnit: estate.useUnit,
    body: {
      id,
      kind: 'escalator',
      name: `${estate.name} ${storey}-${storey + 1}层${way}${walk ? '自动人行道' : '扶梯'}`,
      registrationCode: registrationCode({
        classCode: walk ? '3320' : '3310',
        area: estate.district.code,
        year: estate.year,
        serial,
      }),
      certificateNo: certificateNo({ mark: walk ? '梯32' : '梯31', year: estate.year, serial }),
      district: estate.district.name,
      address: estate.address,
      location: {
        lat: roundedDegrees(estate.location.lat + random.between(-0.0004, 0.0004)),
        lon: roundedDegrees(estate.location.lon + random.between(-0.0004, 0.0004)),
      },
      attributes: {
        ratedSpeed: design.nominalSpeed,
        rise: design.rise,
        inclination: design.inclination,
        stepWidth: design.stepWidth,
        presenceSource: 'controller',
      },
    },
  }
}

function escalatorDesign(estate: Estate, numberInEstate: number, random: Random): EscalatorDesign {
  const metro = estate.use === 'metro'
  const walk = !metro && random.chance(WALK_SHARE)
  const nominalSpeed = metro ? 0.65 : 0.5
  return {
    nominalSpeed,
    rise: random.pick(metro ? [6.5, 9.2, 12.4] : [4.5, 5, 5.4]),
    inclination: walk ? 12 : metro ? 30 : random.pick([30, 35]),
    stepWidth: 1,
    direction: numberInEstate % 2 === 1 ? 'up' : 'down',
    use: metro ? 'metro' : 'shop',
    idle: metro ? 'slow' : random.pick(['stand', 'slow', 'run']),
    // Well inside what its speed allows: 0.2 … 1.0 m and 0.3 … 1.3 m.
    stopDistance: nominalSpeed * 1.1,
  }
}
