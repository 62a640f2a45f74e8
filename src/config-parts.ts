/** What a room is handed of the settings, in the room's own words. */
import type { Config } from './config.js'
import { mqttListeners } from './config-checks.js'

/** How much one log-in may say. */
export function limitsOf({ limits }: Pick<Config, 'limits'>) {
  return {
    device: { messages: limits.deviceMessages, bytes: limits.deviceBytes },
    gateway: { messages: limits.gatewayMessages, bytes: limits.gatewayBytes },
    connectionsPerAddress: limits.connectionsPerAddress,
  }
}

/** The InfluxDB of the history; `undefined`: the embedded one. */
export function influxOf({ influx }: Pick<Config, 'influx'>) {
  const { url, version, database, bucket, org, username, password, token } = influx
  if (!url) return undefined
  return {
    ...{ url, version, database, bucket },
    org: org ?? undefined,
    username: username ?? undefined,
    password: password?.reveal(),
    token: token?.reveal(),
  }
}

/** The outside broker; null: there is none. */
export function uplinkOf({ uplink }: Pick<Config, 'uplink'>) {
  const { url, topics, clientId } = uplink
  return url && { url: url.reveal(), topics, clientId }
}

/** Where devices connect. */
export function listenersOf(config: Pick<Config, 'mqtt' | 'process'>) {
  const { plain, tls } = mqttListeners(config)
  if (!tls) return { ...plain, tls }
  const { host, port, cert, key, ca } = tls
  return { ...plain, tls: { host, port, texts: { cert, key: key.reveal(), ca, crl: null } } }
}
