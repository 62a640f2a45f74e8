/** Fills a data directory before the service starts in it: equipment with device secrets, parties, people. */
import { randomBytes } from 'node:crypto'
import { openDatabase } from '../../src/database/database.js'
import type { Viewer } from '../../src/model/viewer.js'
import type { NewEquipment } from '../../src/registry/equipment.js'
import { createRegistry, type Registry } from '../../src/registry/registry.js'
import { createLocalBus } from '../../src/runtime/bus.js'
import { openDataDirectory } from '../../src/runtime/data-directory.js'
import { deriveKey, secretKeyOf } from '../../src/runtime/keys.js'

export const SEEDER: Viewer = {
  userId: 'seed',
  username: 'seed',
  role: 'admin',
  organisationId: null,
  districts: ['*'],
}

export interface Seeded {
  /** Device secrets by equipment id. */
  passwordById: Map<string, string>
}

export async function seedDataDirectory({
  dir,
  databaseUrl,
  equipment,
  more,
}: {
  dir: string
  databaseUrl?: string
  equipment: readonly NewEquipment[]
  more?: (registry: Registry) => Promise<void>
}): Promise<Seeded> {
  const data = openDataDirectory({ dir, demo: false })
  const database = await openDatabase(
    databaseUrl ? { url: databaseUrl } : { file: data.file('teshe.sqlite') },
  )
  const registry = createRegistry({
    database,
    bus: createLocalBus(),
    secretKey: deriveKey(secretKeyOf(data, undefined), 'teshe device secrets'),
    now: Date.now,
    randomBytes,
  })
  await more?.(registry)
  await registry.equipment.createAll(equipment, SEEDER)
  const credentials = await registry.credentials.createAll(
    equipment.flatMap(({ id }) => id ?? []),
    SEEDER,
  )
  await database.close()
  data.close()
  return { passwordById: new Map(credentials.map(({ username, password }) => [username, password])) }
}

/** So many lifts, `E00001` and on. */
export function lifts(count: number): NewEquipment[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `E${String(i + 1).padStart(5, '0')}`,
    kind: 'elevator',
    name: `Lift ${i + 1}`,
    attributes: { ratedSpeed: 1.75, ratedLoad: 1000, floors: 30, reportPeriod: 1 },
  }))
}
