/** The parties of the demo city: the 96333 centre, the regulator, companies, rescue stations and use units. */
import type { Random } from '../random.js'
import type { OrganisationRegistration } from '../registration.js'
import { type District, placeIn } from './luoyang.js'
import { MAINTAINER_NAMES, PROPERTY_NAMES } from './names.js'

/** An organisation and the key by which the demo's equipment names it until the service has given it an id. */
export interface DemoOrganisation {
  key: string
  body: OrganisationRegistration
}

export function demoOrganisations(
  districts: readonly [District, ...District[]],
  random: Random,
): DemoOrganisation[] {
  const [first] = districts
  const maintainers = MAINTAINER_NAMES.map((name, i): DemoOrganisation => {
    const district = random.pick(districts)
    return organisation(`maintainer-${i + 1}`, 'maintainer', `洛阳${name}电梯服务有限公司`, district, random)
  })
  const useUnits = PROPERTY_NAMES.map((name, i): DemoOrganisation => {
    const district = random.pick(districts)
    return organisation(`use-unit-${i + 1}`, 'use-unit', `洛阳${name}物业服务有限公司`, district, random)
  })
  const stations = districts.map((district, i) =>
    organisation(`station-${i + 1}`, 'station', `${district.name}电梯应急救援站`, district, random),
  )
  return [
    organisation('centre', 'centre', '洛阳市96333电梯应急处置中心', first, random),
    organisation('office', 'office', '洛阳市市场监督管理局特种设备安全监察科', first, random),
    organisation('inspection-body', 'inspection-body', '洛阳市特种设备检验所(演示)', first, random),
    ...maintainers,
    ...stations,
    ...useUnits,
  ]
}

function organisation(
  key: string,
  type: OrganisationRegistration['type'],
  name: string,
  district: District,
  random: Random,
): DemoOrganisation {
  return { key, body: { name, type, district: district.name, location: placeIn(district, random) } }
}
