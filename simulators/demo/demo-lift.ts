/** One lift of the demo city: how it was built, and the same as registration. */
import type { LiftDesign } from '../physics/lift-state.js'
import type { Random } from '../random.js'
import type { RescueCard } from '../registration.js'
import { certificateNo, registrationCode } from './codes.js'
import type { DemoEquipment } from './demo-equipment.js'
import { type Estate, unreachablePhone } from './estates.js'
import { roundedDegrees } from './luoyang.js'

export function createDemoLift(options: {
  id: string
  serial: number
  /** From 1, within the estate. */
  numberInEstate: number
  estate: Estate
  rescueCode: string
  random: Random
}): DemoEquipment {
  const { id, serial, numberInEstate, estate, rescueCode, random } = options
  const design = liftDesign(estate, random)
  const building = `${Math.ceil(numberInEstate / 4)}号楼`
  const unit = `${Math.ceil((((numberInEstate - 1) % 4) + 1) / 2)}单元`
  const liftNo = `${((numberInEstate - 1) % 2) + 1}号梯`
  return {
    spec: { id, estate: estate.id, kind: 'elevator', design },
    maintainer: estate.maintainer,
    useUnit: estate.useUnit,
    body: {
      id,
      kind: 'elevator',
      name: `${estate.name} ${building}${unit}${liftNo}`,
      rescueCode,
      registrationCode: registrationCode({
        classCode: '3110',
        area: estate.district.code,
        year: estate.year,
        serial,
      }),
      certificateNo: certificateNo({ mark: '梯11', year: estate.year, serial }),
      district: estate.district.name,
      address: `${estate.address}${building}${unit}`,
      site: estate.site,
      location: {
        lat: roundedDegrees(estate.location.lat + random.between(-0.0008, 0.0008)),
        lon: roundedDegrees(estate.location.lon + random.between(-0.0008, 0.0008)),
      },
      attributes: {
        ratedSpeed: design.ratedSpeed,
        ratedLoad: design.ratedLoad,
        floors: design.floors,
        presenceSource: design.source,
        use: 'passenger',
      },
      rescueCard: rescueCard(estate, { building, unit, liftNo }, random),
    },
  }
}

function liftDesign(estate: Estate, random: Random): LiftDesign {
  const high = estate.use === 'office' || (estate.use === 'residential' && random.chance(0.6))
  const floors = high ? random.whole(16, 33) : random.whole(5, 11)
  return {
    floors,
    floorHeight: estate.use === 'residential' ? 2.9 : 3.8,
    ratedSpeed: floors > 24 ? 2.5 : floors > 15 ? random.pick([1.75, 2]) : random.pick([1, 1.5]),
    ratedLoad: random.pick([630, 800, 1000, 1150]),
    use: estate.use === 'residential' || estate.use === 'office' ? estate.use : 'public',
    source: random.chance(0.7) ? 'controller' : 'car-top',
    automaticRescue: random.chance(0.4),
  }
}

function rescueCard(
  estate: Estate,
  place: { building: string; unit: string; liftNo: string },
  random: Random,
): RescueCard {
  return {
    dutyRoom: unreachablePhone(random),
    safetyOfficer: `${estate.safetyOfficer} ${unreachablePhone(random)}`,
    companyPhone: unreachablePhone(random),
    carIntercom: unreachablePhone(random),
    ...place,
    entrance: random.pick(['北门', '南门', '东门', '西门']),
    machineRoom: random.pick(['顶层机房,楼梯间上行', '顶层机房,管理处开门', '无机房,控制柜在顶层层站']),
    keyPlace: random.pick(['物业值班室钥匙柜', '消防控制室', '管理处前台']),
    brakeRelease: random.pick(['机房松闸扳手', '控制柜内松闸手柄', '电动松闸按钮']),
    doorKey: random.pick(['三角钥匙,值班室', '三角钥匙,维保人员自带']),
    notes: random.pick(['', '', '地下车库信号弱', '夜间须登记进门', '相邻梯可作救援通道']),
    verifiedAt: `${random.whole(2023, 2025)}-0${random.whole(1, 9)}-${random.whole(10, 28)}T10:00:00+08:00`,
  }
}
