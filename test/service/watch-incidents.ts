/** A screen that waits for incidents: signed in, on the socket, told of each change. */
import { io } from 'socket.io-client'
import { signIn } from './sign-in.js'

export interface IncidentWatch {
  /** Resolves when a frame about an incident of this equipment has come. */
  incidentOf(equipment: string): Promise<void>
  close(): void
}

export async function watchIncidents(
  http: string,
  username: string,
  password: string,
): Promise<IncidentWatch> {
  const { token } = await signIn(http, username, password)
  const socket = io(http, { auth: { token }, transports: ['websocket'] })
  const waiting = new Map<string, () => void>()
  const told = new Set<string>()
  socket.on('incident', ({ equipmentId }: { equipmentId: string | null }) => {
    if (equipmentId === null) return
    told.add(equipmentId)
    waiting.get(equipmentId)?.()
  })
  await new Promise((resolve) => socket.emit('watch', { incidents: true }, resolve))
  return {
    incidentOf: (equipment) =>
      new Promise((resolve) => {
        if (told.has(equipment)) resolve()
        else waiting.set(equipment, resolve)
      }),
    close: () => void socket.close(),
  }
}
