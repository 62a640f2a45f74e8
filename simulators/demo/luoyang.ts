/** Luoyang as the demo fleet needs it: its districts with shape and centre, and the streets in them. */
import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import type { Feature, FeatureCollection, MultiPolygon, Position } from 'geojson'
import { dataFile } from '../files.js'
import type { Random } from '../random.js'
import type { Location } from '../registration.js'

export interface District {
  /** Six digits after GB/T 2260. */
  code: string
  name: string
  centre: Location
  streets: readonly string[]
  shape: MultiPolygon
}

interface DistrictProperties {
  adcode: string
  name: string
  center: [lon: number, lat: number]
}

/** The 14 districts and counties, in the order of their codes. */
export function readLuoyang(): District[] {
  const collection = JSON.parse(
    readFileSync(dataFile('places/luoyang/luoyang_districts_2021.geojson'), 'utf8'),
  ) as FeatureCollection<MultiPolygon, DistrictProperties>
  const streets = parse<{ name: string; areaCode: string }>(
    readFileSync(dataFile('places/luoyang/luoyang_streets.csv'), 'utf8'),
    { columns: true },
  )
  return collection.features.map((feature) => districtOf(feature, streets))
}

function districtOf(
  { properties, geometry }: Feature<MultiPolygon, DistrictProperties>,
  streets: readonly { name: string; areaCode: string }[],
): District {
  return {
    code: properties.adcode,
    name: properties.name,
    centre: { lon: properties.center[0], lat: properties.center[1] },
    streets: streets.filter((street) => street.areaCode === properties.adcode).map((street) => street.name),
    shape: geometry,
  }
}

const SPREAD_DEGREES = 0.014

/** A place in the built-up part of a district: near its centre and inside its borders. */
export function placeIn(district: District, random: Random): Location {
  for (let attempt = 0; attempt < 50; attempt++) {
    const place = {
      lon: district.centre.lon + random.normal(SPREAD_DEGREES),
      lat: district.centre.lat + random.normal(SPREAD_DEGREES * 0.8),
    }
    if (contains(district.shape, place))
      return { lon: roundedDegrees(place.lon), lat: roundedDegrees(place.lat) }
  }
  return district.centre
}

/** Six decimals are a tenth of a metre. */
export function roundedDegrees(value: number): number {
  return Math.round(value * 1e6) / 1e6
}

/** Whether a place lies within the outer ring of a part and in none of its holes. */
export function contains(shape: MultiPolygon, place: Location): boolean {
  return shape.coordinates.some(
    ([outer, ...holes]) =>
      outer !== undefined && inRing(outer, place) && !holes.some((hole) => inRing(hole, place)),
  )
}

function inRing(ring: readonly Position[], { lon, lat }: Location): boolean {
  let inside = false
  let [previousLon = 0, previousLat = 0] = ring.at(-1) ?? []
  for (const [x = 0, y = 0] of ring) {
    const crosses = y > lat !== previousLat > lat
    if (crosses && lon < ((previousLon - x) * (lat - y)) / (previousLat - y) + x) inside = !inside
    previousLon = x
    previousLat = y
  }
  return inside
}
