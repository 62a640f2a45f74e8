/** Commands to equipment, in the words of the dialect in which it listens. */
import type { Sessions } from './sessions.js'
import { commandTopic, DEVICE_RPC_TOPIC } from './topics.js'

/** Sends a command to the newest connection of the equipment that listens; true when there is one. */
export function createCommands(
  sessions: Pick<Sessions, 'speakersOf'>,
): (equipment: string, payload: Uint8Array) => boolean {
  let requests = 0
  return (equipment, payload) => {
    const topic = commandTopic(equipment)
    for (const session of sessions.speakersOf(equipment)) {
      if (session.listens.has(topic)) {
        session.send(topic, payload, 1)
        return true
      }
      if (session.listens.has(DEVICE_RPC_TOPIC)) {
        session.send(DEVICE_RPC_TOPIC.replace('+', String(++requests)), asRpc(payload), 1)
        return true
      }
    }
    return false
  }
}

/** Our command as ThingsBoard's devices expect one: a method with parameters. */
function asRpc(payload: Uint8Array): Uint8Array {
  // Our own words: written by this service, never by a device.
  const { command, ...params } = JSON.parse(Buffer.from(payload).toString()) as { command?: string }
  return Buffer.from(JSON.stringify({ method: command ?? '', params }))
}
