/** Which connections an equipment has, and which of them is the newest: only that one may say that it is offline. */
import type { Client } from 'aedes'
import type { Destination } from './topics.js'

export interface Session {
  /** Unique over restarts. */
  id: string
  username: string
  equipmentId: string
  address: string
  /** Destinations by topic; a device uses a handful, a hostile one fills nothing beyond the limit of `destinations`. */
  destinations: Map<string, Destination>
}

export interface Sessions {
  of(client: Client): Session | undefined
  open(client: Client, session: Session): void
  close(client: Client): void
  isNewest(session: Session): boolean
  clientsOf(username: string): Client[]
  readonly count: number
}

export function createSessions(): Sessions {
  const sessionByClient = new WeakMap<Client, Session>()
  const newestByEquipment = new Map<string, Session>()
  const clientsByUsername = new Map<string, Set<Client>>()
  let count = 0

  return {
    of: (client) => sessionByClient.get(client),
    open(client, session) {
      count++
      sessionByClient.set(client, session)
      newestByEquipment.set(session.equipmentId, session)
      const clients = clientsByUsername.get(session.username) ?? new Set()
      clientsByUsername.set(session.username, clients)
      clients.add(client)
    },
    close(client) {
      const session = sessionByClient.get(client)
      const clients = session && clientsByUsername.get(session.username)
      if (!session || !clients?.delete(client)) return
      count--
      if (clients.size === 0) clientsByUsername.delete(session.username)
      if (newestByEquipment.get(session.equipmentId) === session)
        newestByEquipment.delete(session.equipmentId)
    },
    isNewest: (session) => newestByEquipment.get(session.equipmentId) === session,
    clientsOf: (username) => [...(clientsByUsername.get(username) ?? [])],
    get count() {
      return count
    },
  }
}
