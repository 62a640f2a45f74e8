import { expect, test } from 'vitest'
import { contains, readLuoyang } from '../../simulators/demo/luoyang.js'
import { demoFaults } from '../../simulators/demo-faults.js'
import { demoFleet, registrationOf } from '../../simulators/demo-fleet.js'
import { isEquipmentId } from '../../src/model/equipment.js'

const city = demoFleet({ seed: '1' })
const bodies = city.equipment.map(({ body }) => body)

test('300 lifts, 30 boilers and 20 escalators, each with an id, a name and codes of its own', () => {
  expect(bodies.filter(({ kind }) => kind === 'elevator').length).toBe(300)
  expect(bodies.filter(({ kind }) => kind === 'boiler').length).toBe(30)
  expect(bodies.filter(({ kind }) => kind === 'escalator').length).toBe(20)
  expect(bodies.every(({ id }) => isEquipmentId(id))).toBe(true)
  const lifts = bodies.filter(({ kind }) => kind === 'elevator')
  expect(new Set(lifts.map(({ rescueCode }) => rescueCode)).size).toBe(300)
  for (const { rescueCode } of lifts) expect(rescueCode).toMatch(/^\d{6}$/)
  expect(new Set(bodies.map(({ registrationCode }) => registrationCode)).size).toBe(350)
  for (const { registrationCode } of bodies)
    expect(registrationCode).toMatch(/^(3110|3310|3320|1100|1200)4103\d{2}20\d{2}(0[1-9]|1[0-2])\d{4}$/)
})

test('everything stands inside the district that it names', () => {
  const districts = new Map(readLuoyang().map((district) => [district.name, district]))
  expect(districts.size).toBe(14)
  for (const { id, district, location, address } of bodies) {
    const shape = districts.get(district ?? '')?.shape
    expect(shape && location && contains(shape, location), id).toBe(true)
    expect(address).toContain(`洛阳市${district}`)
  }
})

test('attributes are the simulated design, within what the trade builds', () => {
  for (const { spec, body } of city.equipment) {
    const { attributes } = body
    if (spec.kind === 'elevator') {
      expect(attributes).toMatchObject({ ratedSpeed: spec.design.ratedSpeed, floors: spec.design.floors })
      expect(body.rescueCard?.dutyRoom).toMatch(/^0379-0000\d{4}$/)
      continue
    }
    if (spec.kind === 'escalator') {
      const { nominalSpeed, rise, inclination } = spec.design
      expect(attributes).toMatchObject({ ratedSpeed: nominalSpeed, rise, inclination })
      continue
    }
    expect(attributes.workingPressure).toBe(spec.design.workingPressure)
    expect(Number(attributes.workingPressure)).toBeLessThanOrEqual(Number(attributes.ratedPressure))
    expect(Number(attributes.safetyValveSet)).toBeGreaterThan(Number(attributes.workingPressure) * 1.016)
    expect('levelSensor' in attributes).toBe(spec.design.medium === 'steam')
  }
})

test('parties of every kind; every equipment names a maintenance company and a use unit that exist', () => {
  const typeByKey = new Map(city.organisations.map(({ key, body }) => [key, body.type]))
  expect(new Set(typeByKey.values())).toEqual(
    new Set(['maintainer', 'use-unit', 'station', 'centre', 'office', 'inspection-body']),
  )
  for (const { maintainer, useUnit } of city.equipment) {
    expect(typeByKey.get(maintainer)).toBe('maintainer')
    expect(typeByKey.get(useUnit)).toBe('use-unit')
  }
  const ids = new Map(city.organisations.map(({ key }, i) => [key, `o${i}`]))
  const [first] = city.equipment
  expect(first && registrationOf(first, ids)).toMatchObject({
    maintainerId: ids.get(first?.maintainer ?? ''),
    useUnitId: ids.get(first?.useUnit ?? ''),
  })
})

test('the same seed gives the same city, another seed another', () => {
  expect(JSON.stringify(demoFleet({ seed: '1' }))).toBe(JSON.stringify(city))
  expect(JSON.stringify(demoFleet({ seed: '2' }))).not.toBe(JSON.stringify(city))
})

test('a larger city keeps its rules', () => {
  const large = demoFleet({ seed: '1', lifts: 5000, boilers: 100 })
  expect(large.devices.length).toBe(5120)
  expect(new Set(large.equipment.flatMap(({ body }) => body.rescueCode ?? [])).size).toBe(5000)
})

test('demo faults: about one a minute, of many kinds, reproducible', () => {
  const take = (seed: string) => {
    const faults = demoFaults({ seed })
    return Array.from({ length: 240 }, () => faults.next().value)
  }
  const faults = take('1')
  expect((faults.at(-1)?.atMs ?? 0) / 240 / 60_000).toBeCloseTo(1, 0)
  expect(new Set(faults.map(({ script }) => script.name)).size).toBeGreaterThan(12)
  expect(JSON.stringify(take('1'))).toBe(JSON.stringify(faults))
  expect(faults.every(({ atMs }, i) => atMs >= (faults[i - 1]?.atMs ?? 0))).toBe(true)
})
