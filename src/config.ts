/**
 * Every setting of the service: one schema gives the type, the checks, the documentation and `.env.example`.
 * Reading collects all faults and opens nothing; each room is handed its own part, never the whole.
 */
import { availableParallelism } from 'node:os'
import { type Static, Type } from 'typebox'
import { channels } from './config-channels.js'
import { crossFaults, warningsOf } from './config-checks.js'
import { desk } from './config-desk.js'
import { DEFAULT_RETENTION } from './model/retention.js'
import {
  bytes,
  certificate,
  choice,
  host,
  integer,
  networks,
  number,
  optionalPort,
  optionalUrl,
  optionalWord,
  port,
  privateKey,
  reserved,
  revocationList,
  secret,
  secretUrl,
  topicFilters,
  word,
} from './runtime/setting-kinds.js'
import { type ReadFile, readSettings } from './runtime/settings.js'

const KIB = 1024
const MIB = 1024 * KIB
const MOST_PER_SECOND = 1_000_000_000
/** The longest packet that the length field of MQTT can name. */
const MQTT_LONGEST_PACKET = 268_435_455

function perSecond(words: { env: string; meaning: string; default: number }) {
  return integer({ ...words, atLeast: 0, atMost: MOST_PER_SECOND })
}

export const ConfigSchema = Type.Object({
  process: Type.Object(
    {
      role: choice({
        env: 'TESHE_ROLE',
        meaning: 'Which rooms this process opens.',
        choices: ['all'],
        default: 'all',
        rule: '`all`: gateway, worker and console come with the cluster',
      }),
      logLevel: choice({
        env: 'TESHE_LOG_LEVEL',
        meaning: 'The least that is logged.',
        choices: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
        default: 'info',
      }),
      plaintext: choice({
        env: 'TESHE_PLAINTEXT',
        meaning:
          'Set to `allowed` where something else encrypts what travels beyond loopback: a proxy, a tunnel, a network of its own.',
        choices: ['refused', 'allowed'],
        default: 'refused',
      }),
    },
    { title: 'Process' },
  ),
  http: Type.Object(
    {
      port: port({ env: 'TESHE_HTTP_PORT', meaning: 'API, dashboards and WebSocket.', default: 8080 }),
      host: host({
        env: 'TESHE_HTTP_HOST',
        meaning: 'Address to listen on. Beyond loopback it needs HTTPS or `TESHE_PLAINTEXT=allowed`.',
        default: '127.0.0.1',
      }),
      cert: certificate({
        env: 'TESHE_HTTPS_CERT',
        meaning: 'Certificate chain; with it the port speaks HTTPS.',
      }),
      key: privateKey({ env: 'TESHE_HTTPS_KEY', meaning: 'Its private key.' }),
      trustProxy: networks({
        env: 'TESHE_TRUST_PROXY',
        meaning:
          'Proxies whose X-Forwarded headers are believed. Say it when `TESHE_PLAINTEXT=allowed` means a proxy.',
      }),
    },
    { title: 'HTTP' },
  ),
  mqtt: Type.Object(
    {
      port: port({ env: 'TESHE_MQTT_PORT', meaning: 'Devices, without encryption.', default: 1883 }),
      host: host({
        env: 'TESHE_MQTT_HOST',
        meaning:
          'Address to listen on. Beyond loopback it needs `TESHE_MQTTS_PORT` or `TESHE_PLAINTEXT=allowed`; without the latter the port without encryption stays on loopback.',
        default: '127.0.0.1',
      }),
      tlsPort: optionalPort({ env: 'TESHE_MQTTS_PORT', meaning: 'Devices over TLS.' }),
      cert: certificate({ env: 'TESHE_TLS_CERT', meaning: 'Certificate chain of the device listener.' }),
      key: privateKey({ env: 'TESHE_TLS_KEY', meaning: 'Its private key.' }),
      ca: certificate({
        env: 'TESHE_TLS_CA',
        meaning:
          'Authority of client certificates: one that it signed opens the log-in of its CN or SAN. Give it an authority that signs for devices alone.',
      }),
      crl: revocationList({
        env: 'TESHE_TLS_CRL',
        meaning:
          'Revoked client certificates, one list for each authority of the chain. Out of date it stops every certificate, not the secrets.',
      }),
      selfClaim: choice({
        env: 'TESHE_SELF_CLAIM',
        meaning:
          'With `allowed` an unknown device is put before the desk, which may admit it with its secret.',
        choices: ['refused', 'allowed'],
        default: 'refused',
      }),
    },
    { title: 'MQTT' },
  ),
  limits: Type.Object(
    {
      mqttPacketBytes: bytes({
        env: 'TESHE_MQTT_MAX_PACKET',
        meaning: 'A longer packet closes its connection after the fixed header.',
        default: MIB,
        atLeast: 16 * KIB,
        atMost: MQTT_LONGEST_PACKET,
        shown: '1 MiB',
      }),
      intakeBufferBytes: bytes({
        env: 'TESHE_INTAKE_BUFFER',
        meaning: 'What may wait for the journal over all connections.',
        default: 64 * MIB,
        atLeast: 64 * KIB,
        atMost: 16 * KIB * MIB,
        shown: '64 MiB',
      }),
      deviceMessages: perSecond({
        env: 'TESHE_DEVICE_MESSAGES',
        meaning:
          'Messages a second of one device, with ten seconds of it saved up; 0: without limit. What is more waits, and who is 10 s ahead is cut.',
        default: 200,
      }),
      deviceBytes: perSecond({
        env: 'TESHE_DEVICE_BYTES',
        meaning: 'Payload bytes a second of one device, likewise.',
        default: 2_000_000,
      }),
      gatewayMessages: perSecond({
        env: 'TESHE_GATEWAY_MESSAGES',
        meaning: 'Messages a second of one gateway log-in, likewise.',
        default: 5_000,
      }),
      gatewayBytes: perSecond({
        env: 'TESHE_GATEWAY_BYTES',
        meaning: 'Payload bytes a second of one gateway log-in, likewise.',
        default: 32_000_000,
      }),
      connectionsPerAddress: perSecond({
        env: 'TESHE_CONNECTIONS_PER_ADDRESS',
        meaning:
          'Open device connections of one address; 0: without limit. A whole fleet may stand behind one address of a mobile network.',
        default: 20_000,
      }),
      sparkplugHost: word({
        env: 'TESHE_SPARKPLUG_HOST',
        meaning: 'The host id under which Sparkplug edge nodes know us: `STATE/{id}`.',
        default: 'teshe',
      }),
    },
    { title: 'Limits of the intake' },
  ),
  data: Type.Object(
    { dir: word({ env: 'TESHE_DATA_DIR', meaning: 'Everything embedded lives here.', default: './data' }) },
    { title: 'Data' },
  ),
  database: Type.Object(
    {
      url: secretUrl({
        env: 'TESHE_DATABASE_URL',
        meaning: 'PostgreSQL for equipment, accounts, incidents: `postgres://user:password@host/database`.',
        protocols: ['postgres:', 'postgresql:'],
        shown: 'unset: SQLite in the data directory',
      }),
    },
    { title: 'Database' },
  ),
  journal: Type.Object(
    {
      url: reserved({
        env: 'TESHE_JOURNAL_URL',
        meaning: 'Kept for the journal on NATS JetStream.',
        reason: 'nats:// comes with the cluster, until then the journal is SQLite in the data directory',
      }),
      days: number({
        env: 'TESHE_JOURNAL_DAYS',
        meaning: 'A record goes when it is older and behind every snapshot and every configured reader.',
        default: 7,
        atMost: 3650,
        unit: 'days',
      }),
      maxGb: number({
        env: 'TESHE_JOURNAL_MAX_GB',
        meaning:
          'Budget on disk. From 95 % of it telemetry is no longer acknowledged; events and status are until 100 %.',
        default: 20,
        atMost: 100_000,
        unit: 'GB',
      }),
    },
    { title: 'Journal' },
  ),
  history: Type.Object(
    {
      rawDays: number({
        env: 'TESHE_HISTORY_RAW_DAYS',
        meaning:
          'How long every value is kept; then its minutes and hours are, and every value of the windows around incidents.',
        default: DEFAULT_RETENTION.rawDays,
        atMost: 36_500,
        unit: 'days',
      }),
      minuteDays: number({
        env: 'TESHE_HISTORY_MINUTE_DAYS',
        meaning:
          'How long the last, least and greatest value of each minute is kept; counters a quarter of it, vibration twice.',
        default: DEFAULT_RETENTION.minuteDays,
        atMost: 36_500,
        unit: 'days',
      }),
      hourDays: number({
        env: 'TESHE_HISTORY_HOUR_DAYS',
        meaning: 'How long those of each hour are kept, and events.',
        default: DEFAULT_RETENTION.hourDays,
        atMost: 36_500,
        unit: 'days',
      }),
    },
    { title: 'History' },
  ),
  influx: Type.Object(
    {
      url: optionalUrl({
        env: 'TESHE_INFLUX_URL',
        meaning: 'InfluxDB for the history, for example `http://127.0.0.1:8086`.',
        protocols: ['http:', 'https:'],
        shown: 'unset: embedded history',
      }),
      version: choice({
        env: 'TESHE_INFLUX_VERSION',
        meaning: 'Which InfluxDB it is, where asking it gives a wrong answer.',
        choices: ['detect', '1', '2', '3'],
        default: 'detect',
      }),
      database: word({ env: 'TESHE_INFLUX_DATABASE', meaning: 'Database of version 1.', default: 'teshe' }),
      bucket: word({ env: 'TESHE_INFLUX_BUCKET', meaning: 'Bucket of versions 2 and 3.', default: 'teshe' }),
      org: optionalWord({ env: 'TESHE_INFLUX_ORG', meaning: 'Organisation of version 2.' }),
      username: optionalWord({ env: 'TESHE_INFLUX_USERNAME', meaning: 'Log-in of version 1.' }),
      password: secret({ env: 'TESHE_INFLUX_PASSWORD', meaning: 'Its password.', atLeast: 1 }),
      token: secret({ env: 'TESHE_INFLUX_TOKEN', meaning: 'Token of versions 2 and 3.', atLeast: 1 }),
    },
    { title: 'InfluxDB' },
  ),
  uplink: Type.Object(
    {
      url: secretUrl({
        env: 'TESHE_UPLINK_URL',
        meaning:
          'An outside MQTT broker to take messages from as well: `mqtt://user:password@host:1883` or `mqtts://…`.',
        protocols: ['mqtt:', 'mqtts:'],
        shown: 'unset: none',
      }),
      topics: topicFilters({
        env: 'TESHE_UPLINK_TOPICS',
        meaning:
          'Which topics of it are trusted: whoever may publish there may speak for the equipment that the topic names. `v1/devices/me/…` names nobody and is refused.',
      }),
      clientId: word({
        env: 'TESHE_UPLINK_CLIENT_ID',
        meaning: 'Name of our session there, which is kept while we are away.',
        default: 'teshe',
      }),
      ca: certificate({
        env: 'TESHE_UPLINK_CA',
        meaning: 'Authority of its certificate for `mqtts://`, where the system does not know it.',
      }),
    },
    { title: 'Uplink' },
  ),
  rules: Type.Object(
    {
      workers: integer({
        env: 'TESHE_RULE_WORKERS',
        meaning: 'Threads that step the rules; each owns a part of the 64 shards.',
        default: Math.min(8, Math.max(1, availableParallelism() - 1)),
        atLeast: 1,
        atMost: 64,
        shown: 'cores - 1, at least 1, at most 8',
      }),
    },
    { title: 'Rules' },
  ),
  ...desk,
  ...channels,
  secrets: Type.Object(
    {
      adminPassword: secret({
        env: 'TESHE_ADMIN_PASSWORD',
        meaning: 'Password of the first administrator, `admin`; changed at the first log-in.',
        atLeast: 8,
        shown: 'generated into `{data}/admin-password`',
      }),
      sessionKey: secret({
        env: 'TESHE_SECRET_KEY',
        meaning: 'Signs sessions.',
        atLeast: 32,
        shown: 'generated',
      }),
      recordKey: privateKey({
        env: 'TESHE_RECORD_KEY',
        meaning: 'Signs record checkpoints and exports, nothing else.',
        keyType: 'ed25519',
        shown: 'generated',
      }),
      metricsToken: secret({
        env: 'TESHE_METRICS_TOKEN',
        meaning:
          '`/metrics` and the detail of `/readyz` need it unless the listener is loopback and no forwarding header is present.',
        atLeast: 16,
      }),
    },
    { title: 'Secrets' },
  ),
})

/** Every setting, checked. */
export type Config = Static<typeof ConfigSchema>

/** Either everything is usable, with what an operator should know, or all that is wrong, one line each. */
export type ConfigRead = { config: Config; warnings: string[] } | { faults: string[] }

/** Reads the settings from an environment; `readFile` is asked for `…_FILE` and for keys and certificates given by path. */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  readFile: ReadFile,
): ConfigRead {
  const { values, faults, given } = readSettings({ schema: ConfigSchema, prefix: 'TESHE_', env, readFile })
  if (values) faults.push(...crossFaults(values, given))
  return values && faults.length === 0 ? { config: values, warnings: warningsOf(values, given) } : { faults }
}
