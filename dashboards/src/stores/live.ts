/**
 * The socket: which equipment and incidents this page watches, whether the line stands and since when it does not.
 * What is shown stays when the line is lost; after a reconnect everything watched is asked for again.
 */
import { defineStore } from 'pinia'
import { io, type Socket } from 'socket.io-client'
import { ref, shallowRef } from 'vue'
import type {
  Backlog,
  ClientToServer,
  IncidentSummary,
  LiveNotice,
  ServerToClient,
  Watch,
} from '../../../src/live/events.js'
import { createLatestValues } from '../live/latest-values.js'
import { useClock } from './clock.js'
import { useSession } from './session.js'

/** Pages mount many rows at once; one `watch` carries them all. */
const GATHER_MS = 80
const MOST_WATCHED = 2000

export const useLive = defineStore('live', () => {
  const session = useSession()
  const clock = useClock()
  const latest = createLatestValues({ nextFrame: (run) => requestAnimationFrame(run) })
  const state = ref<'idle' | 'connecting' | 'connected' | 'lost'>('idle')
  /** ms since 1970 when the line was lost. */
  const lostSince = ref<number | null>(null)
  const backlog = shallowRef<Backlog | null>(null)
  const notices = shallowRef<LiveNotice[]>([])

  const watchersByEquipment = new Map<string, number>()
  const incidentListeners = new Set<(summaries: IncidentSummary[], whole: boolean) => void>()
  let socket: Socket<ServerToClient, ClientToServer> | null = null
  let gathering: ReturnType<typeof setTimeout> | null = null

  function connect(): void {
    if (socket) return
    state.value = 'connecting'
    const opened: Socket<ServerToClient, ClientToServer> = io({
      withCredentials: true,
      reconnectionDelayMax: 5000,
      // Browsers name the origin of a page only with a WebSocket; without it the cookie is refused.
      transports: ['websocket', 'polling'],
    })
    socket = opened
    opened.on('connect', () => {
      state.value = 'connected'
      lostSince.value = null
      send({ incidents: true, ...watchedEquipment() })
    })
    opened.on('disconnect', (reason) => {
      lost()
      if (reason === 'io server disconnect') void session.load()
    })
    opened.on('connect_error', (error) => {
      lost()
      if (error.message === 'SESSION_REQUIRED') void session.load()
    })
    opened.on('equipment', (frame) => latest.merge(frame.rows))
    opened.on('incident', (summary) => tellIncidents([summary], false))
    opened.on('backlog', (value) => {
      backlog.value = value
      clock.setOffset(value.at - Date.now())
    })
    opened.on('notice', (notice) => {
      notices.value = [notice, ...notices.value.filter((one) => one.id !== notice.id)].slice(0, 20)
    })
  }

  function disconnect(): void {
    socket?.disconnect()
    socket = null
    state.value = 'idle'
    lostSince.value = null
    backlog.value = null
    notices.value = []
  }

  function lost(): void {
    if (socket === null) return
    state.value = 'lost'
    lostSince.value ??= clock.now
  }

  function send(watch: Watch): void {
    socket?.emit('watch', watch, (reply) => {
      if (!reply.ok) return
      clock.setOffset(reply.at - Date.now())
      latest.merge(reply.equipment)
      if (watch.incidents) tellIncidents(reply.incidents, true)
    })
  }

  function tellIncidents(summaries: IncidentSummary[], whole: boolean): void {
    for (const listener of incidentListeners) listener(summaries, whole)
  }

  function watchedEquipment(): Watch {
    const equipment = [...watchersByEquipment.keys()].slice(-MOST_WATCHED)
    return equipment.length > 0 ? { equipment } : {}
  }

  function gather(): void {
    if (gathering !== null) return
    gathering = setTimeout(() => {
      gathering = null
      if (!socket?.connected) return
      if (watchersByEquipment.size > 0) send(watchedEquipment())
      else socket.emit('unwatch', { equipment: true }, () => undefined)
    }, GATHER_MS)
  }

  /** Watches an equipment until the returned function is called. */
  function watchEquipment(id: string): () => void {
    watchersByEquipment.set(id, (watchersByEquipment.get(id) ?? 0) + 1)
    if (watchersByEquipment.get(id) === 1) gather()
    return () => {
      const left = (watchersByEquipment.get(id) ?? 1) - 1
      if (left > 0) watchersByEquipment.set(id, left)
      else {
        watchersByEquipment.delete(id)
        gather()
      }
    }
  }

  /** `whole` is true when the list holds every open incident. Returns the way to stop. */
  function onIncidents(listener: (summaries: IncidentSummary[], whole: boolean) => void): () => void {
    incidentListeners.add(listener)
    return () => incidentListeners.delete(listener)
  }

  function dismiss(id: string): void {
    notices.value = notices.value.filter((notice) => notice.id !== id)
  }

  return {
    state,
    lostSince,
    backlog,
    notices,
    latest,
    connect,
    disconnect,
    watchEquipment,
    onIncidents,
    dismiss,
  }
})
