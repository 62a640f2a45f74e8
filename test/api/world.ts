/**
 * A small city for tests of the API and the live room: real SQLite, real registry, real incidents, people of every role
 * in two companies that must not see each other's equipment.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type Database, openDatabase } from '../../src/database/database.js'
import { createPlanner } from '../../src/dispatch/dispatch.js'
import { createIncidents, type Incidents } from '../../src/incidents/incidents.js'
import type { Role } from '../../src/model/incident.js'
import { ROLES } from '../../src/model/incident.js'
import type { Viewer } from '../../src/model/viewer.js'
import { createRegistry, type Registry } from '../../src/registry/registry.js'
import { type Bus, createLocalBus } from '../../src/runtime/bus.js'
import { tempDir } from '../helpers/temp-dir.js'

export const PASSWORD = 'correct horse battery staple'

/** `own` belongs to company A and use unit A in 西工区, `foreign` to B in 涧西区. */
export const OWN = 'EL-OWN.1'
export const FOREIGN = 'EL-FOREIGN'
export const OWN_DISTRICT = '西工区'
export const FOREIGN_DISTRICT = '涧西区'

export interface World {
  database: Database
  bus: Bus
  registry: Registry
  incidents: Incidents
  admin: Viewer
  organisations: { maintainerA: string; useUnitA: string; maintainerB: string; useUnitB: string }
  /** Tokens of one person of each role; all of them see `OWN`, and only admin and dispatcher see `FOREIGN`. */
  tokens: Record<Role, string>
  userIds: Record<Role, string>
  /** Turns the clock of the registry and the incidents. */
  clock: { now: number }
  close(): Promise<void>
}

export async function createWorld(): Promise<World> {
  const clock = { now: Date.now() }
  const now = () => clock.now
  const bus = createLocalBus()
  const database = await openDatabase({ file: join(tempDir('api'), 'teshe.db') })
  const registry = createRegistry({ database, bus, secretKey: randomBytes(32), now, randomBytes })
  const incidents = createIncidents({
    database,
    bus,
    now,
    newId: randomUUID,
    planner: createPlanner({ newId: randomUUID }),
  })
  const admin: Viewer = {
    userId: 'system',
    username: 'system',
    role: 'admin',
    organisationId: null,
    districts: [],
  }
  const organisation = async (name: string, type: 'maintainer' | 'use-unit') =>
    (await registry.organisations.create({ name, type }, admin)).id
  const organisations = {
    maintainerA: await organisation('豫安', 'maintainer'),
    useUnitA: await organisation('王府井', 'use-unit'),
    maintainerB: await organisation('洛奥', 'maintainer'),
    useUnitB: await organisation('丹尼斯', 'use-unit'),
  }
  await registry.equipment.create(
    {
      id: OWN,
      kind: 'elevator',
      name: '王府井 3号梯',
      rescueCode: '102334',
      district: OWN_DISTRICT,
      maintainerId: organisations.maintainerA,
      useUnitId: organisations.useUnitA,
      attributes: { ratedSpeed: 1.75, floors: 18 },
      rescueCard: { dutyRoom: '0379-1', keyPlace: '值班室' },
    },
    admin,
  )
  await registry.equipment.create(
    {
      id: FOREIGN,
      kind: 'boiler',
      name: '丹尼斯 1号锅炉',
      rescueCode: '990001',
      district: FOREIGN_DISTRICT,
      maintainerId: organisations.maintainerB,
      useUnitId: organisations.useUnitB,
    },
    admin,
  )
  const tokens = {} as Record<Role, string>
  const userIds = {} as Record<Role, string>
  for (const role of ROLES) {
    const organisationId =
      role === 'maintainer' || role === 'technician'
        ? organisations.maintainerA
        : role === 'use-unit' || role === 'operator'
          ? organisations.useUnitA
          : undefined
    const districts = role === 'regulator' || role === 'inspection-body' ? [OWN_DISTRICT] : undefined
    await registry.accounts.create(
      { username: role, password: PASSWORD, role, organisationId, districts },
      admin,
    )
    const { token, user } = await registry.sessions.logIn({
      username: role,
      password: PASSWORD,
      address: '::1',
    })
    tokens[role] = token
    userIds[role] = user.id
  }
  return {
    database,
    bus,
    registry,
    incidents,
    admin,
    organisations,
    tokens,
    userIds,
    clock,
    close: () => database.close(),
  }
}
