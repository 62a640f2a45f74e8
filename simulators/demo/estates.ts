/** Sites of the demo city: where equipment stands together, on one mains supply and under one use unit. */
import type { Random } from '../random.js'
import type { Location } from '../registration.js'
import { type District, placeIn } from './luoyang.js'
import { FAMILY_NAMES, FANCY_NAMES, GIVEN_NAMES, ROAD_NAMES, SITE_NAMES } from './names.js'
import type { DemoOrganisation } from './organisations.js'

export type SiteUse = keyof typeof SITE_NAMES

export interface Estate {
  id: string
  name: string
  /** What its equipment is registered under; two estates may have the same name. */
  site: string
  use: SiteUse
  district: District
  address: string
  location: Location
  maintainer: string
  useUnit: string
  safetyOfficer: string
  /** Year in which its equipment was registered. */
  year: number
}

/** Shares of people by district would be unequal; the six urban districts come first and hold most sites. */
const URBAN = new Set(['老城区', '西工区', '瀍河回族区', '涧西区', '洛龙区'])

export function createEstate(options: {
  number: number
  use: SiteUse
  districts: readonly [District, ...District[]]
  organisations: readonly DemoOrganisation[]
  random: Random
}): Estate {
  const { number, use, districts, organisations, random } = options
  const district = pickDistrict(districts, random)
  const street = district.streets[random.whole(0, Math.max(0, district.streets.length - 1))] ?? ''
  const road = `${random.pick(ROAD_NAMES)}${random.whole(1, 320)}号`
  const name = random.pick(SITE_NAMES[use]).replace('{}', random.pick(FANCY_NAMES))
  const id = `LY-S-${String(number).padStart(3, '0')}`
  return {
    id,
    name,
    site: `${name} ${id}`,
    use,
    district,
    address: `洛阳市${district.name}${street}${road}${name}`,
    location: placeIn(district, random),
    maintainer: pickKey(organisations, 'maintainer', random),
    useUnit: pickKey(organisations, 'use-unit', random),
    safetyOfficer: random.pick(FAMILY_NAMES) + random.pick(GIVEN_NAMES),
    year: random.whole(2004, 2024),
  }
}

function pickDistrict(districts: readonly [District, ...District[]], random: Random): District {
  const [first, ...rest] = districts.filter((district) => URBAN.has(district.name))
  return first && random.chance(0.75) ? random.pick([first, ...rest]) : random.pick(districts)
}

function pickKey(organisations: readonly DemoOrganisation[], type: string, random: Random): string {
  const [first, ...rest] = organisations.filter(({ body }) => body.type === type).map(({ key }) => key)
  return first === undefined ? '' : random.pick([first, ...rest])
}

/** Numbers that no exchange connects: no subscriber number begins with 0. */
export function unreachablePhone(random: Random): string {
  return `0379-0000${String(random.whole(0, 9999)).padStart(4, '0')}`
}
