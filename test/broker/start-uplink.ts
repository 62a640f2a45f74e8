/** An uplink behind the intake of a running broker, and publishers at the outside broker. */
import mqtt, { type MqttClient } from 'mqtt'
import { openUplink, type Uplink, type UplinkOptions } from '../../src/broker/uplink.js'
import type { RunningBroker } from './start-broker.js'

export interface RunningUplink extends Uplink {
  /** What was told of its state, oldest first. */
  told: (string | null)[]
  refusals: string[]
}

let sessions = 0

export function startUplink(
  { broker, journal }: RunningBroker,
  options: Partial<UplinkOptions> & { url: string },
): RunningUplink {
  const told: RunningUplink['told'] = []
  const refusals: string[] = []
  const uplink = openUplink({
    topics: ['teshe/v1/#', 'v1/gateway/#', 'spBv1.0/#', 'v1/devices/me/+'],
    clientId: 'teshe',
    ca: null,
    intake: broker.intake,
    sessions: broker.sessions,
    journal,
    sparkplugHost: 'teshe',
    maxPacketBytes: 1024 * 1024,
    bufferBytes: 64 * 1024 * 1024,
    newSessionId: () => `u${++sessions}`,
    now: Date.now,
    onRefused: (what, _username, _address, detail) => refusals.push(`${what} ${detail}`),
    onState: (error) => told.push(error),
    ...options,
  })
  return { ...uplink, told, refusals }
}

/** A client of the outside broker. */
export async function outsider(url: string): Promise<MqttClient> {
  return await mqtt.connectAsync(url, { protocolVersion: 4, reconnectPeriod: 100 })
}
