/**
 * Step 6, sockets: browsers watch equipment and incidents and are told what changes, within their rights and never
 * faster than they can take it. Everything here can be lost: a client that reconnects asks again and has the truth.
 */
import type { Server as HttpServer } from 'node:http'
import { Server, type Socket } from 'socket.io'
import type { Dispatch } from '../dispatch/dispatch.js'
import { messageOf, TesheError } from '../errors.js'
import type { Incidents } from '../incidents/incidents.js'
import type { LiveFrame } from '../model/frame.js'
import type { EquipmentBook } from '../registry/equipment.js'
import type { Sessions } from '../registry/sessions.js'
import type { Bus } from '../runtime/bus.js'
import type { Logger } from '../runtime/log.js'
import type { LiveMetrics } from '../runtime/metrics.js'
import { createAreas } from './areas.js'
import { withoutReason, worthTelling } from './backlog.js'
import type { Backlog, ClientToServer, ServerToClient } from './events.js'
import { createFrameClock } from './frame-clock.js'
import { type Admitted, admit } from './handshake.js'
import { createIncidentFeed } from './incident-feed.js'
import type { Latest } from './latest.js'
import { noticeOf } from './notices.js'
import { openIncidents } from './open-incidents.js'
import { createRequests, liveErrorOf } from './requests.js'
import { createViewers } from './viewers.js'
import { choiceOf, createWatching, type Watcher } from './watching.js'

/** A client sends ids and names, nothing larger. */
const MOST_BYTES_FROM_CLIENT = 256 * 1024
const REFRESH_MS = 1_000
/** Rights that end by the clock (an assignment's afterglow, a session) are looked at this often. */
const RECHECK_MS = 5 * 60_000

type IoServer = Server<ClientToServer, ServerToClient, Record<string, never>, Admitted>
type IoSocket = Socket<ClientToServer, ServerToClient, Record<string, never>, Admitted>

export interface LiveOptions {
  /** The HTTP server of the API, listening or not. */
  server: HttpServer
  latest: Latest
  bus: Bus
  sessions: Pick<Sessions, 'find'>
  equipment: Pick<EquipmentBook, 'list' | 'visible'>
  incidents: Pick<Incidents, 'list' | 'announcement'>
  /** What people are told by dispatch; the notices of the desk and of their own company reach them here as well. */
  notices?: Pick<Dispatch, 'notice'>
  publishedOrigins: readonly string[]
  metrics: LiveMetrics
  log: Logger
  /** ms since 1970. */
  now: () => number
}

export interface Live {
  /** Takes a frame into the latest values and on to whoever watches. Hot path. */
  push(frame: LiveFrame): void
  /** How far the service is behind; sent on when it changed, and now and then when it did not. */
  backlog(backlog: Backlog): void
  close(): Promise<void>
}

interface Connected extends Watcher {
  readonly socket: IoSocket
  readonly token: string
}

export function startLive(options: LiveOptions): Live {
  const { server, latest, bus, sessions, equipment, incidents, publishedOrigins, metrics, log, now } = options
  const io: IoServer = new Server(server, {
    serveClient: false,
    maxHttpBufferSize: MOST_BYTES_FROM_CLIENT,
    connectTimeout: 10_000,
  })
  const connected = new Set<Connected>()
  const visible: EquipmentBook['visible'] = (ids, by) => equipment.visible(ids, by)
  const areas = createAreas({ latest, list: (query, by) => equipment.list(query, by), choiceOf })
  const watching = createWatching({
    latest,
    areas,
    visible,
    openIncidents: (person) => openIncidents(incidents, person),
  })
  const viewers = createViewers({
    latest,
    send: (ids, frame) => io.to(ids).emit('equipment', frame),
    metrics,
  })
  const feed = createIncidentFeed({
    announcement: (id) => incidents.announcement(id),
    visible,
    log,
    listeners: function* () {
      for (const { socket, person, incidents: wanted } of connected)
        if (wanted) yield { person, tell: (summary) => void socket.emit('incident', summary) }
    },
  })
  let lastBacklog: Backlog | null = null

  const frames = createFrameClock({ flush: viewers.flush, now })

  function connect(socket: IoSocket): void {
    const { token, session } = socket.data
    const client: Connected = {
      id: socket.id,
      socket,
      token,
      person: session.viewer,
      ids: new Set(),
      single: new Set(),
      area: null,
      incidents: false,
      gone: false,
      since: 0,
      busyFrom: null,
      canTake: () => socket.conn.transport.writable,
      cut: (reason) => cut(client, reason),
    }
    connected.add(client)
    viewers.add(client)
    metrics.clients.set(connected.size)
    if (lastBacklog) socket.emit('backlog', atDesk(client) ? lastBacklog : withoutReason(lastBacklog))

    const requests = createRequests({ watcher: client, watching, log, now })
    socket.on('watch', requests.watch)
    socket.on('unwatch', requests.unwatch)
    socket.on('disconnect', () => leave(client))
  }

  function leave(client: Connected): void {
    client.gone = true
    watching.unwatch(client, {})
    connected.delete(client)
    viewers.remove(client)
    metrics.clients.set(connected.size)
  }

  function cut(client: Connected, reason: 'slow' | 'revoked'): void {
    metrics.dropped.inc({ reason })
    log.info({ user: client.person.username, reason }, 'connected => cut')
    // A slow client's buffer would hold the farewell as well: its connection is closed under it.
    client.socket.disconnect(true)
    if (reason === 'slow') client.socket.conn.close(true)
  }

  async function recheck(clients: Iterable<Connected>): Promise<void> {
    for (const client of [...clients]) {
      try {
        const session = await sessions.find(client.token)
        if (!session || !sameRights(client, session.viewer)) cut(client, 'revoked')
        else await watching.recheck(client)
      } catch (error) {
        log.warn({ user: client.person.username, error: messageOf(error) }, 'rights not checked')
      }
    }
  }

  async function tellNotice(id: string): Promise<void> {
    try {
      const notice = await options.notices?.notice(id)
      if (!notice) return
      const concerned = (client: Connected) =>
        notice.party === null ? atDesk(client) : client.person.organisationId === notice.party
      const ids = [...connected].filter(concerned).map((client) => client.id)
      if (ids.length > 0) io.to(ids).emit('notice', noticeOf(notice))
    } catch (error) {
      log.warn({ notice: id, error: messageOf(error) }, 'notice not told to screens')
    }
  }

  io.use((socket, next) => {
    admit(socket.handshake, { sessions, publishedOrigins }).then(
      (admitted) => {
        Object.assign(socket.data, admitted)
        next()
      },
      (error: unknown) => {
        const { code, message } = liveErrorOf(error, log)
        metrics.refused.inc({ code })
        next(
          Object.assign(new TesheError('SESSION_REQUIRED', []), { message: code, data: { code, message } }),
        )
      },
    )
  })
  io.on('connection', connect)

  let refreshTimer: NodeJS.Timeout | null = null
  const refresh = () => {
    refreshTimer = null
    const holders = [...connected].filter((client) => client.ids.size > 0)
    areas.refresh().then(frames.soon, (error: unknown) => {
      log.warn({ error: messageOf(error) }, 'districts not read again')
    })
    void recheck(holders)
  }
  const recheckTimer = setInterval(() => void recheck(connected), RECHECK_MS)
  const subscriptions = [
    bus.subscribe('incident', ({ id }) => feed.changed(id)),
    bus.subscribe('equipment', () => {
      refreshTimer ??= setTimeout(refresh, REFRESH_MS)
    }),
    bus.subscribe('notice', ({ id }) => void tellNotice(id)),
    bus.subscribe('account', ({ userId }) => {
      void recheck([...connected].filter((client) => client.person.userId === userId))
    }),
  ]

  return {
    push(frame) {
      latest.push(frame)
      if (connected.size > 0) frames.soon()
    },

    backlog(backlog) {
      if (!worthTelling(lastBacklog, backlog)) return
      lastBacklog = backlog
      const desk = [...connected].filter(atDesk).map((client) => client.id)
      if (desk.length > 0) io.to(desk).emit('backlog', backlog)
      if (connected.size > desk.length) io.except(desk).emit('backlog', withoutReason(backlog))
    },

    async close() {
      for (const end of subscriptions) end()
      clearInterval(recheckTimer)
      if (refreshTimer) clearTimeout(refreshTimer)
      frames.stop()
      for (const client of connected) client.socket.disconnect(true)
      // The HTTP server is the API's to close.
      io.engine.close()
      await io.of('/').adapter.close()
    },
  }
}

function atDesk({ person }: Watcher): boolean {
  return person.role === 'admin' || person.role === 'dispatcher'
}

function sameRights({ person }: Watcher, now: Watcher['person']): boolean {
  return (
    person.role === now.role &&
    person.organisationId === now.organisationId &&
    person.districts.join('\n') === now.districts.join('\n')
  )
}
