/**
 * A Luoyang of lifts, boilers and escalators from a seed: parties, sites, equipment to register and to simulate, and a
 * mix of faults to happen. Pure but for the map that it reads; the same seed and numbers give the same city.
 */

import { createRescueCodes } from './demo/codes.js'
import { createDemoBoiler } from './demo/demo-boiler.js'
import type { DemoEquipment } from './demo/demo-equipment.js'
import { createDemoEscalator } from './demo/demo-escalator.js'
import { createDemoLift } from './demo/demo-lift.js'
import { createEstate, type Estate, type SiteUse } from './demo/estates.js'
import { readLuoyang } from './demo/luoyang.js'
import { type DemoOrganisation, demoOrganisations } from './demo/organisations.js'
import type { DeviceSpec } from './fleet-device.js'
import { createRandom, type Random } from './random.js'
import type { EquipmentRegistration } from './registration.js'

export interface DemoFleet {
  organisations: readonly DemoOrganisation[]
  estates: readonly Estate[]
  equipment: readonly DemoEquipment[]
  /** The same equipment as the simulator takes it. */
  devices: readonly DeviceSpec[]
}

/** Ids are `LY-E-0001` … for lifts, `LY-B-…` for boilers, `LY-W-…` for escalators and moving walks, `LY-S-001` … for sites. */
export function demoFleet(options: {
  seed: string
  lifts?: number
  boilers?: number
  escalators?: number
}): DemoFleet {
  const { seed, lifts = 300, boilers = 30, escalators = 20 } = options
  const random = createRandom(`${seed}/city`)
  const [first, ...others] = readLuoyang()
  if (!first) return { organisations: [], estates: [], equipment: [], devices: [] }
  const districts = [first, ...others] as const
  const organisations = demoOrganisations(districts, random)
  const estates: Estate[] = []
  const rescueCode = createRescueCodes(random)

  function nextEstate(use: SiteUse): Estate {
    const estate = createEstate({ number: estates.length + 1, use, districts, organisations, random })
    estates.push(estate)
    return estate
  }

  const equipment: DemoEquipment[] = []
  while (equipment.length < lifts) {
    const estate = nextEstate(liftSite(random))
    const here = Math.min(lifts - equipment.length, random.whole(2, 14))
    for (let numberInEstate = 1; numberInEstate <= here; numberInEstate++) {
      const serial = equipment.length + 1
      const id = `LY-E-${String(serial).padStart(4, '0')}`
      equipment.push(createDemoLift({ id, serial, numberInEstate, estate, rescueCode: rescueCode(), random }))
    }
  }
  for (let serial = 1; serial <= boilers; serial++) {
    const id = `LY-B-${String(serial).padStart(4, '0')}`
    equipment.push(createDemoBoiler({ id, serial, estate: nextEstate('plant'), random }))
  }
  for (let serial = 1; serial <= escalators; ) {
    // Most stand in shopping centres, some in stations; one of each pair goes up, the other down.
    const estate = nextEstate(random.chance(0.65) ? 'mall' : 'metro')
    const here = Math.min(escalators - serial + 1, 2 * random.whole(1, 3))
    for (let numberInEstate = 1; numberInEstate <= here; numberInEstate++, serial++) {
      const id = `LY-W-${String(serial).padStart(4, '0')}`
      equipment.push(createDemoEscalator({ id, serial, numberInEstate, estate, random }))
    }
  }
  return { organisations, estates, equipment, devices: equipment.map(({ spec }) => spec) }
}

function liftSite(random: Random): SiteUse {
  const draw = random.next()
  return draw < 0.7 ? 'residential' : draw < 0.85 ? 'office' : 'public'
}

/** The body of `POST /api/equipment` once the service has given the organisations their ids. */
export function registrationOf(
  equipment: DemoEquipment,
  organisationIdByKey: ReadonlyMap<string, string>,
): EquipmentRegistration {
  const maintainerId = organisationIdByKey.get(equipment.maintainer)
  const useUnitId = organisationIdByKey.get(equipment.useUnit)
  return {
    ...equipment.body,
    ...(maintainerId === undefined ? {} : { maintainerId }),
    ...(useUnitId === undefined ? {} : { useUnitId }),
  }
}
