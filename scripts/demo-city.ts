/** Registers the demo's city once, and gives its devices their secrets at every start. */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { demoFleet, registrationOf } from '../simulators/demo-fleet.js'
import { RECORDINGS, recordedEquipment } from '../simulators/replay/recordings.js'
import type { Role } from '../src/model/incident.js'
import type { Viewer } from '../src/model/viewer.js'
import type { Registry } from '../src/registry/registry.js'
import { registerRosters } from './demo-roster.js'

export const DEMO_SEED = 'luoyang'

const DEMO: Viewer = {
  userId: 'demo',
  username: 'demo',
  role: 'admin',
  organisationId: null,
  districts: ['*'],
}

export interface DemoPerson {
  username: string
  password: string
  role: Role
}

export interface DemoCity {
  seed: string
  people: DemoPerson[]
  /** Device secrets by equipment id. */
  passwords: Record<string, string>
}

/** Who can log in, and whose equipment they see. */
const PEOPLE: readonly { username: string; role: Role; organisation: string | null }[] = [
  { username: 'dispatcher', role: 'dispatcher', organisation: 'centre' },
  { username: 'maintainer', role: 'maintainer', organisation: 'maintainer-1' },
  { username: 'technician', role: 'technician', organisation: 'maintainer-1' },
  { username: 'use-unit', role: 'use-unit', organisation: 'use-unit-1' },
  { username: 'operator', role: 'operator', organisation: 'use-unit-1' },
  { username: 'inspector', role: 'inspection-body', organisation: 'inspection-body' },
  { username: 'regulator', role: 'regulator', organisation: 'office' },
]

export async function registerCity({
  registry,
  dataDir,
}: {
  registry: Registry
  dataDir: string
}): Promise<DemoCity> {
  const logins = join(dataDir, 'demo-logins.json')
  if (!existsSync(logins)) {
    const people = await registerAll(registry)
    writeFileSync(logins, JSON.stringify(people, null, 2), { mode: 0o600 })
  }
  const people = JSON.parse(readFileSync(logins, 'utf8')) as DemoPerson[]
  const ids = (await registry.equipment.facts()).map(({ id }) => id)
  const credentials = await registry.credentials.createAll(ids, DEMO)
  const passwords = Object.fromEntries(credentials.map(({ username, password }) => [username, password]))
  return { seed: DEMO_SEED, people, passwords }
}

async function registerAll(registry: Registry): Promise<DemoPerson[]> {
  const fleet = demoFleet({ seed: DEMO_SEED })
  const idByKey = new Map<string, string>()
  for (const { key, body } of fleet.organisations) {
    const { id } = await registry.organisations.create(body, DEMO)
    idByKey.set(key, id)
  }
  await registry.equipment.createAll(
    fleet.equipment.map((equipment) => registrationOf(equipment, idByKey)),
    DEMO,
  )
  for (const name of RECORDINGS) await registry.equipment.createAll(recordedEquipment(name), DEMO)

  const people: DemoPerson[] = []
  let technicianId = ''
  for (const { username, role, organisation } of PEOPLE) {
    const password = randomBytes(9).toString('base64url')
    const organisationId = organisation === null ? undefined : idByKey.get(organisation)
    const account = { username, password, role, organisationId, districts: ['*'] }
    const { id } = await registry.accounts.create(account, DEMO)
    if (role === 'technician') technicianId = id
    people.push({ username, password, role })
  }
  await registerRosters({ registry, idByKey, technicianId, seed: DEMO_SEED, by: DEMO, now: Date.now() })
  return people
}
