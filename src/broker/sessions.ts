/** Which connections an equipment has, and which of them is the newest: only that one may say that it is offline. */
import type { SparkplugNode } from '../codecs/sparkplug.js'
import type { Meter } from './limits.js'
import type { DeviceLogin } from './messages.js'
import type { DeviceTally } from './standing.js'
import type { Destination, Speaker } from './topics.js'

export interface Session extends Speaker {
  /** Unique over restarts. */
  readonly id: string
  readonly address: string
  equipment: ReadonlySet<string> | null
  /** Destinations by topic; a device uses a handful, a hostile one fills nothing beyond a limit. */
  readonly destinations: Map<string, Destination>
  /** The equipment that is online by this connection: its own, or what a gateway has spoken for. */
  readonly present: Set<string>
  /** Topics that it has subscribed to. */
  readonly listens: Set<string>
  readonly meter: Meter
  readonly tally: DeviceTally
  /** The secret that it showed; null: a certificate, or nothing. */
  readonly shown: Uint8Array | null
  /** Ends it when that secret stops counting. */
  ending: NodeJS.Timeout | null
  /** Its connection is gone; what still comes is its last will. */
  ended: boolean
  /** Sparkplug edge nodes that speak here, by group and name. */
  readonly nodes: Map<string, SparkplugNode>
  /** Says something to this connection alone. */
  send(topic: string, payload: Uint8Array, qos: 0 | 1): void
  /** Ends it. */
  cut(): void
}

export interface Sessions {
  open(session: Session): void
  /** Forgets a session; a second time changes nothing. */
  close(session: Session): void
  /** The equipment speaks by this session from now on; false when it did already. */
  join(session: Session, equipment: string): boolean
  /** It does not any more; false when it did not. */
  leave(session: Session, equipment: string): boolean
  isNewest(session: Session, equipment: string): boolean
  /** Open sessions by which the equipment is online, newest first. */
  speakersOf(equipment: string): Session[]
  of(username: string): Session[]
  /** A log-in has other equipment now. */
  rebind(login: DeviceLogin): void
  readonly count: number
}

export function createSessions(): Sessions {
  /** Oldest first: the last one is the newest. */
  const speakersByEquipment = new Map<string, Session[]>()
  const sessionsByUsername = new Map<string, Set<Session>>()
  let count = 0

  const newestOf = (equipment: string) => speakersByEquipment.get(equipment)?.at(-1) ?? null

  function forget(session: Session, equipment: string): void {
    const others = speakersByEquipment.get(equipment)?.filter((speaker) => speaker !== session) ?? []
    if (others.length > 0) speakersByEquipment.set(equipment, others)
    else speakersByEquipment.delete(equipment)
  }

  return {
    open(session) {
      if (session.kind !== 'uplink') count++
      const sessions = sessionsByUsername.get(session.username) ?? new Set()
      sessionsByUsername.set(session.username, sessions)
      sessions.add(session)
    },
    close(session) {
      const sessions = sessionsByUsername.get(session.username)
      if (!sessions?.delete(session)) return
      if (session.kind !== 'uplink') count--
      if (sessions.size === 0) sessionsByUsername.delete(session.username)
      for (const equipment of session.present) forget(session, equipment)
      session.present.clear()
    },
    join(session, equipment) {
      // A message that waited may outlive its connection; nobody is online by that.
      if (session.present.has(equipment) || !sessionsByUsername.get(session.username)?.has(session))
        return false
      session.present.add(equipment)
      const speakers = speakersByEquipment.get(equipment)
      if (speakers) speakers.push(session)
      else speakersByEquipment.set(equipment, [session])
      return true
    },
    leave(session, equipment) {
      if (!session.present.delete(equipment)) return false
      forget(session, equipment)
      return true
    },
    isNewest(session, equipment) {
      const newest = newestOf(equipment)
      // Behind an outside broker nobody has a session; its word counts where no connection of ours says otherwise.
      return newest === session || (newest === null && session.kind === 'uplink')
    },
    speakersOf: (equipment) => [...(speakersByEquipment.get(equipment) ?? [])].reverse(),
    of: (username) => [...(sessionsByUsername.get(username) ?? [])],
    rebind(login) {
      for (const session of sessionsByUsername.get(login.username) ?? []) {
        session.equipment = new Set(login.equipment)
        session.destinations.clear()
      }
    },
    get count() {
      return count
    },
  }
}
