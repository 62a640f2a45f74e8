/** What a room is handed of the settings, in the room's own words. */
import type { Config } from './config.js'
import { httpListener, mqttListeners, type TlsMaterial } from './config-checks.js'
import type { TlsFiles } from './runtime/tls-files.js'

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
  const { url, topics, clientId, ca } = uplink
  return url && { url: url.reveal(), topics, clientId, ca: ca?.text ?? null }
}

/** Where devices connect. */
export function listenersOf(config: Pick<Config, 'mqtt' | 'process'>) {
  const { plain, tls } = mqttListeners(config)
  if (!tls) return { ...plain, tls }
  return { ...plain, tls: { host: tls.host, port: tls.port, ...tlsFilesOf(tls) } }
}

/** How much devices may say by HTTP: as many requests as messages, and bodies as long as packets. */
export function deviceHttpOf({ limits }: Pick<Config, 'limits'>) {
  return {
    requestsPerSecond: { device: limits.deviceMessages, gateway: limits.gatewayMessages },
    maxBytes: limits.mqttPacketBytes,
  }
}

/** null: the port speaks HTTP. */
export function httpsOf(config: Pick<Config, 'http'>): TlsFiles | null {
  const { tls } = httpListener(config)
  return tls && tlsFilesOf(tls)
}

/** What a TLS listener is made of, and where to look for newer ones. */
function tlsFilesOf({ cert, key, ca, crl }: TlsMaterial): TlsFiles {
  return {
    texts: { cert: cert.text, key: key.reveal(), ca: ca?.text ?? null, crl: crl?.text ?? null },
    paths: { cert: cert.path, key: key.path, ca: ca?.path ?? null, crl: crl?.path ?? null },
  }
}
