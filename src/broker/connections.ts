/**
 * A device's connection from its welcome to its end: the session that it has meanwhile, ended once whichever way the
 * connection goes, and ended with the secret by which it came.
 */
import type { Client } from 'aedes'
import type { Intake } from './intake.js'
import type { Answer } from './log-in.js'
import type { DeviceLogin, GatewayStats } from './messages.js'
import type { Session, Sessions } from './sessions.js'
import type { Standings } from './standing.js'
import type { Speaker } from './topics.js'

export type Accepted = Extract<Answer, { accepted: Speaker }>

export interface ConnectionsOptions {
  sessions: Sessions
  standings: Standings
  intake: Pick<Intake, 'leave'>
  stats: GatewayStats
  now: () => number
  newSessionId: () => string
  /** At our own end no equipment leaves: it is only absent. */
  closing: () => boolean
}

export interface Connections {
  /** The session of a client that was welcomed and has not ended. */
  sessionOf(client: Client): Session | undefined
  welcome(client: Client, accepted: Accepted): void
  /** Once for each session; again it changes nothing. */
  end(client: Client): void
  /** After a rotation: who came by a secret that ends later ends with it, who came by one that is gone ends now. */
  keepOrCut(session: Session, login: DeviceLogin): void
}

export function createConnections(options: ConnectionsOptions): Connections {
  const { sessions, standings, intake, stats, now } = options
  const sessionByClient = new WeakMap<Client, Session>()

  function endAt(session: Session, until: number | null): void {
    if (session.ending) clearTimeout(session.ending)
    session.ending = until === null ? null : setTimeout(session.cut, until - now()).unref()
  }

  return {
    sessionOf: (client) => sessionByClient.get(client),
    welcome(client, { accepted: speaker, shown, until }) {
      const address = addressOf(client)
      const kind = speaker.kind === 'gateway' ? 'gateway' : 'device'
      const { meter, tally, nodes } = standings.of(speaker.username, kind)
      tally.connectedAt = now()
      tally.address = address
      // Client ids are taken within the user name, so nobody takes over another's session.
      Object.assign(client, { id: `${speaker.username}/${client.id}` })
      const session: Session = {
        ...speaker,
        id: options.newSessionId(),
        address,
        destinations: new Map(),
        present: new Set(),
        listens: new Set(),
        meter,
        tally,
        nodes,
        shown,
        ending: null,
        ended: false,
        send: (topic, payload, qos) => client.publish(packetOf(topic, payload, qos), () => {}),
        cut: () => client.close(),
      }
      sessionByClient.set(client, session)
      sessions.open(session)
      endAt(session, until)
    },
    end(client) {
      const session = sessionByClient.get(client)
      if (!session) return
      sessionByClient.delete(client)
      session.ended = true
      endAt(session, null)
      // Of each equipment the end is recorded before the session is forgotten.
      if (!options.closing()) for (const equipment of [...session.present]) intake.leave(session, equipment)
      sessions.close(session)
      stats.connections = sessions.count
    },
    keepOrCut(session, { secrets }) {
      const { shown } = session
      if (shown === null) return
      const secret = secrets.find(({ hmac }) => Buffer.compare(hmac, shown) === 0)
      if (secret) endAt(session, secret.until)
      else session.cut()
    },
  }
}

/** Empty once the socket does not know it any more. */
export function addressOf({ conn }: Client): string {
  return 'remoteAddress' in conn ? (conn.remoteAddress ?? '') : ''
}

function packetOf(topic: string, payload: Uint8Array, qos: 0 | 1) {
  return { cmd: 'publish', topic, payload: Buffer.from(payload), qos, retain: false, dup: false } as const
}
