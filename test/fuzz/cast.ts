/** Who appears in the fuzz: devices, gateways with what they speak for, strangers, and one healthy device beside them. */
import { randomBytes } from 'node:crypto'
import { openDatabase } from '../../src/database/database.js'
import { createRegistry } from '../../src/registry/registry.js'
import { createLocalBus } from '../../src/runtime/bus.js'
import { openDataDirectory } from '../../src/runtime/data-directory.js'
import { deriveKey, secretKeyOf } from '../../src/runtime/keys.js'
import { lifts, SEEDER, seedDataDirectory } from '../service/seed.js'
import type { Character } from './packets.js'

export interface Cast {
  /** One for each connection that is open at a time. */
  characters: Character[]
  healthy: { id: string; password: string }
}

const CHILDREN = 3
const STRANGERS = 300

/** Fills the data directory; `gatewayShare` of the characters are gateways. */
export async function seedCast(dir: string, count: number, gatewayShare: number): Promise<Cast> {
  const gateways = Math.round(count * gatewayShare)
  const devices = count - gateways
  const equipment = lifts(1 + devices + gateways * CHILDREN + STRANGERS)
  // Nothing is known of some, as of equipment that was never described.
  for (const [index, lift] of equipment.entries()) if (index % 5 === 4) lift.attributes = {}
  const ids = equipment.flatMap(({ id }) => id ?? [])
  const { passwordById } = await seedDataDirectory({ dir, equipment })
  const strangers = ids.slice(-STRANGERS)
  const characters: Character[] = ids.slice(1, 1 + devices).map((id) => ({
    kind: 'device',
    username: id,
    password: passwordById.get(id) ?? '',
    ids: [id],
    strangers,
  }))
  const bound = ids.slice(1 + devices, -STRANGERS)
  const names = Array.from({ length: gateways }, (_, index) => ({
    username: `GW${index + 1}`,
    equipment: bound.slice(index * CHILDREN, (index + 1) * CHILDREN),
  }))
  for (const { username, equipment: own, password } of await seedGateways(dir, names))
    characters.push({ kind: 'gateway', username, password, ids: own, strangers })
  const healthy = ids[0] ?? ''
  return { characters, healthy: { id: healthy, password: passwordById.get(healthy) ?? '' } }
}

async function seedGateways(dir: string, gateways: readonly { username: string; equipment: string[] }[]) {
  const data = openDataDirectory({ dir, demo: false })
  const database = await openDatabase({ file: data.file('teshe.sqlite') })
  const registry = createRegistry({
    database,
    bus: createLocalBus(),
    secretKey: deriveKey(secretKeyOf(data, undefined), 'teshe device secrets'),
    now: Date.now,
    randomBytes,
  })
  const made: { username: string; equipment: string[]; password: string }[] = []
  for (const { username, equipment } of gateways) {
    await registry.gateways.create({ username, name: username, equipment }, SEEDER)
    const { password } = await registry.gateways.createCredentials(username, SEEDER)
    made.push({ username, equipment, password })
  }
  await database.close()
  data.close()
  return made
}
