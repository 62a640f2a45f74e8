/** Rules that span several settings, and where the service listens by them: nothing travels beyond loopback in clear unasked. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { Config } from './config.js'
import type { Pem } from './runtime/pem.js'
import type { Secret } from './runtime/secret.js'

/** Names of the settings that were given, good or not. */
type Given = ReadonlySet<string>

/** A certificate chain and its key; `ca` is the authority of client certificates, `crl` what it revoked. */
export interface TlsMaterial {
  cert: Pem
  key: Secret
  ca: Pem | null
  crl: Pem | null
}

export interface Listener {
  host: string
  port: number
}

/** True for an address that no other machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** Where the API listens; with `tls` it speaks HTTPS. */
export function httpListener({ http }: Pick<Config, 'http'>): Listener & { tls: TlsMaterial | null } {
  const { cert, key } = http
  const tls = cert !== null && key !== null ? { cert, key, ca: null, crl: null } : null
  return { host: http.host, port: http.port, tls }
}

/** Where devices connect. Without leave for plain text only the TLS listener takes a host beyond loopback. */
export function mqttListeners({ mqtt, process }: Pick<Config, 'mqtt' | 'process'>): {
  plain: Listener
  tls: (Listener & TlsMaterial) | null
} {
  const plainHost = isLoopback(mqtt.host) || process.plaintext === 'allowed' ? mqtt.host : '127.0.0.1'
  const { tlsPort, cert, key, ca, crl, host } = mqtt
  const hasTls = tlsPort !== null && cert !== null && key !== null
  return {
    plain: { host: plainHost, port: mqtt.port },
    tls: hasTls ? { host, port: tlsPort, cert, key, ca, crl } : null,
  }
}

/** What is wrong between settings that are right each by itself. */
export function crossFaults(config: Config, given: Given): string[] {
  return [
    ...incomplete(given),
    ...exposed(config, given),
    ...mismatched('TESHE_HTTPS_CERT', config.http.cert, config.http.key),
    ...mismatched('TESHE_TLS_CERT', config.mqtt.cert, config.mqtt.key),
    ...colliding(config),
    ...tooSmall(config),
    ...unnumbered(config),
  ]
}

/** What an operator should know although it is usable. */
export function warningsOf(config: Config, given: Given): string[] {
  const warnings: string[] = []
  if (!isLoopback(config.http.host) && config.http.cert === null && !given.has('TESHE_TRUST_PROXY')) {
    warnings.push(
      'TESHE_TRUST_PROXY: unset while HTTP listens beyond loopback in plain text, so log-ins are limited by the address of whatever stands in between',
    )
  }
  if (config.dispatch.webhookUrl !== null && config.dispatch.webhookSecret === null) {
    warnings.push('TESHE_WEBHOOK_SECRET: unset, so notices are posted without a signature')
  }
  return warnings
}

/** Settings that mean nothing without another one. */
const NEEDS: readonly (readonly [name: string, other: string])[] = [
  ['TESHE_HTTPS_CERT', 'TESHE_HTTPS_KEY'],
  ['TESHE_HTTPS_KEY', 'TESHE_HTTPS_CERT'],
  ['TESHE_TLS_CERT', 'TESHE_TLS_KEY'],
  ['TESHE_TLS_KEY', 'TESHE_TLS_CERT'],
  ['TESHE_TLS_CA', 'TESHE_TLS_CERT'],
  ['TESHE_TLS_CRL', 'TESHE_TLS_CA'],
  ['TESHE_TLS_CERT', 'TESHE_MQTTS_PORT'],
  ['TESHE_MQTTS_PORT', 'TESHE_TLS_CERT'],
  ['TESHE_WEBHOOK_SECRET', 'TESHE_WEBHOOK_URL'],
  ['TESHE_SMTP_URL', 'TESHE_MAIL_FROM'],
  ['TESHE_MAIL_FROM', 'TESHE_SMTP_URL'],
  ['TESHE_DESK_EMAIL', 'TESHE_SMTP_URL'],
  ['TESHE_DINGTALK_SECRET', 'TESHE_DINGTALK_URL'],
  ['TESHE_VOICE_HEADERS', 'TESHE_VOICE_URL'],
  ['TESHE_VOICE_BODY', 'TESHE_VOICE_URL'],
  ['TESHE_SMS_HEADERS', 'TESHE_SMS_URL'],
  ['TESHE_SMS_BODY', 'TESHE_SMS_URL'],
  ['TESHE_UPLINK_URL', 'TESHE_UPLINK_TOPICS'],
  ['TESHE_UPLINK_TOPICS', 'TESHE_UPLINK_URL'],
  ['TESHE_UPLINK_CA', 'TESHE_UPLINK_URL'],
  ['TESHE_INFLUX_VERSION', 'TESHE_INFLUX_URL'],
  ['TESHE_INFLUX_DATABASE', 'TESHE_INFLUX_URL'],
  ['TESHE_INFLUX_BUCKET', 'TESHE_INFLUX_URL'],
  ['TESHE_INFLUX_ORG', 'TESHE_INFLUX_URL'],
  ['TESHE_INFLUX_USERNAME', 'TESHE_INFLUX_PASSWORD'],
  ['TESHE_INFLUX_PASSWORD', 'TESHE_INFLUX_USERNAME'],
  ['TESHE_INFLUX_PASSWORD', 'TESHE_INFLUX_URL'],
  ['TESHE_INFLUX_TOKEN', 'TESHE_INFLUX_URL'],
]

function incomplete(given: Given): string[] {
  return NEEDS.filter(([name, other]) => given.has(name) && !given.has(other)).map(
    ([name, other]) => `${name}: must come with ${other} (is given alone)`,
  )
}

function exposed(config: Config, given: Given): string[] {
  if (config.process.plaintext === 'allowed') return []
  const { http, mqtt } = config
  const faults: string[] = []
  if (!isLoopback(http.host) && !given.has('TESHE_HTTPS_CERT')) {
    faults.push(exposure('TESHE_HTTP_HOST', 'TESHE_HTTPS_CERT and TESHE_HTTPS_KEY', http.host))
  }
  if (!isLoopback(mqtt.host) && !given.has('TESHE_MQTTS_PORT')) {
    faults.push(exposure('TESHE_MQTT_HOST', 'TESHE_MQTTS_PORT', mqtt.host))
  }
  return faults
}

function exposure(name: string, cure: string, host: string): string {
  return `${name}: must be loopback, or come with ${cure}, or with TESHE_PLAINTEXT=allowed (is ${host})`
}

function mismatched(name: string, cert: Pem | null, key: Secret | null): string[] {
  if (cert === null || key === null) return []
  const belongs = new X509Certificate(cert.text).checkPrivateKey(createPrivateKey(key.reveal()))
  return belongs ? [] : [`${name}: must be the certificate of its key (is another one's)`]
}

function colliding({ http, mqtt }: Config): string[] {
  const nameByPort = new Map<number, string>()
  const faults: string[] = []
  for (const [name, port] of [
    ['TESHE_HTTP_PORT', http.port],
    ['TESHE_MQTT_PORT', mqtt.port],
    ['TESHE_MQTTS_PORT', mqtt.tlsPort ?? 0],
  ] as const) {
    const other = nameByPort.get(port)
    if (port !== 0 && other !== undefined) faults.push(`${name}: must differ from ${other} (is ${port})`)
    nameByPort.set(port, name)
  }
  return faults
}

/** A provider, or whoever reads its books, must see that a repeat is the same message. */
function unnumbered({ voice, sms }: Config): string[] {
  return Object.entries({ VOICE: voice, SMS: sms }).flatMap(([name, { url, body }]) => {
    const asked = `${url?.reveal() ?? ''} ${body?.reveal() ?? ''}`
    if (url === null || /\{\{\s*(id|delivery)\s*\}\}/.test(asked)) return []
    return [
      `TESHE_${name}_BODY: must hold {{id}} or {{delivery}} (holds neither, nor does TESHE_${name}_URL)`,
    ]
  })
}

function tooSmall({ limits }: Config): string[] {
  if (limits.intakeBufferBytes >= limits.mqttPacketBytes) return []
  return [
    `TESHE_INTAKE_BUFFER: must hold at least one packet of TESHE_MQTT_MAX_PACKET (is ${limits.intakeBufferBytes}, the packet ${limits.mqttPacketBytes} bytes)`,
  ]
}
