import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { envExample, settingsPage } from '../../scripts/settings-docs.js'
import { type Config, ConfigSchema, readConfig } from '../../src/config.js'
import { httpListener, mqttListeners } from '../../src/config-checks.js'
import { packageRoot } from '../../src/runtime/package-root.js'
import { Secret } from '../../src/runtime/secret.js'
import { settingsOf } from '../../src/runtime/settings.js'
import { tempDir } from '../helpers/temp-dir.js'

type Env = Record<string, string>

const root = packageRoot(import.meta.url)
const readText = (path: string): string => readFileSync(path, 'utf8')

function configOf(env: Env, readFile: (path: string) => string = readText): Config {
  const read = readConfig(env, readFile)
  if ('faults' in read) throw new Error(read.faults.join('\n'))
  return read.config
}

function faultsOf(env: Env, readFile: (path: string) => string = readText): string[] {
  const read = readConfig(env, readFile)
  return 'faults' in read ? read.faults : []
}

function warningsOf(env: Env): string[] {
  const read = readConfig(env, readText)
  return 'warnings' in read ? read.warnings : []
}

/** A self-signed certificate and its key, made by the machine's openssl. */
function certificate(): { cert: string; key: string; keyFile: string; certFile: string } {
  const dir = tempDir('tls')
  const [certFile, keyFile] = [join(dir, 'cert.pem'), join(dir, 'key.pem')]
  execFileSync(
    'openssl',
    [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ],
      ...['-subj', '/CN=localhost', '-keyout', keyFile, '-out', certFile],
    ],
    { stdio: 'ignore' },
  )
  return { certFile, keyFile, cert: readText(certFile).trim(), key: readText(keyFile).trim() }
}

const ed25519 = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

describe('defaults', () => {
  it('stand without any setting', () => {
    const config = configOf({ PATH: '/usr/bin' })
    expect(config.http).toMatchObject({ host: '127.0.0.1', port: 8080, cert: null, trustProxy: [] })
    expect(config.mqtt).toMatchObject({ host: '127.0.0.1', port: 1883, tlsPort: null })
    expect(config.limits).toMatchObject({ mqttPacketBytes: 1_048_576, intakeBufferBytes: 67_108_864 })
    expect(config.journal).toEqual({ url: null, days: 7, maxGb: 20 })
    expect(config.history.rawDays).toBe(90)
    expect(config.influx).toMatchObject({ url: null, version: 'detect', database: 'teshe', bucket: 'teshe' })
    expect(config.dispatch).toMatchObject({ acceptMinutes: 3, arriveMinutes: 30 })
    expect(config.rules.workers).toBeGreaterThanOrEqual(1)
    expect(config.data.dir).toBe('./data')
  })

  it('stand for an empty variable, as container files pass them', () => {
    expect(configOf({ TESHE_HTTP_PORT: '', TESHE_INFLUX_TOKEN: ' ' })).toEqual(configOf({}))
  })
})

describe('values', () => {
  it.each([
    ['65536', 65_536],
    ['64 KiB', 65_536],
    ['2MiB', 2_097_152],
    ['1.5 mb', 1_572_864],
    ['1g', 1_073_741_824],
  ])('a size may be written %s', (text, size) => {
    expect(
      configOf({ TESHE_MQTT_MAX_PACKET: '16 KiB', TESHE_INTAKE_BUFFER: text }).limits.intakeBufferBytes,
    ).toBe(size)
  })

  it('proxies are a list', () => {
    const { trustProxy } = configOf({ TESHE_TRUST_PROXY: '10.0.0.2, 172.16.0.0/12,loopback' }).http
    expect(trustProxy).toEqual(['10.0.0.2', '172.16.0.0/12', 'loopback'])
  })

  it('minutes may be broken, so that a drill can be short', () => {
    expect(configOf({ TESHE_ACCEPT_MINUTES: '0.05' }).dispatch.acceptMinutes).toBe(0.05)
  })
})

describe('faults', () => {
  it.each<[string, Env, RegExp]>([
    [
      'a port that is no number',
      { TESHE_HTTP_PORT: 'http' },
      /^TESHE_HTTP_PORT: must be a port .* \(is http\)$/,
    ],
    [
      'a port out of range',
      { TESHE_MQTT_PORT: '70000' },
      /^TESHE_MQTT_PORT: must be .*65535.* \(is 70000\)$/,
    ],
    ['a broken port', { TESHE_HTTP_PORT: '80.5' }, /is 80\.5/],
    [
      'a role of the cluster',
      { TESHE_ROLE: 'gateway' },
      /TESHE_ROLE: .*comes? with the cluster.*\(is gateway\)/,
    ],
    [
      'a journal on NATS',
      { TESHE_JOURNAL_URL: 'nats://n:4222' },
      /TESHE_JOURNAL_URL: .*comes with the cluster/,
    ],
    [
      'an uplink that trusts nothing',
      { TESHE_UPLINK_URL: 'mqtt://b' },
      /TESHE_UPLINK_URL: must come with TESHE_UPLINK_TOPICS/,
    ],
    [
      'a topic that is no filter',
      { TESHE_UPLINK_URL: 'mqtt://b', TESHE_UPLINK_TOPICS: 'teshe/#/v1' },
      /TESHE_UPLINK_TOPICS: must be topic filters/,
    ],
    [
      'no days',
      { TESHE_JOURNAL_DAYS: '0' },
      /TESHE_JOURNAL_DAYS: must be a number of days above 0.*\(is 0\)/,
    ],
    ['a size without sense', { TESHE_INTAKE_BUFFER: 'plenty' }, /TESHE_INTAKE_BUFFER: must be a size/],
    [
      'a database of another kind',
      { TESHE_DATABASE_URL: 'mysql://x' },
      /TESHE_DATABASE_URL: must be .*postgres.*<secret>/,
    ],
    [
      'a log-in inside an address',
      { TESHE_INFLUX_URL: 'http://u:pw@h:8086' },
      /without a log-in in it \(is http:\/\/<secret>@h:8086\)/,
    ],
    [
      'a version that does not exist',
      { TESHE_INFLUX_URL: 'http://h', TESHE_INFLUX_VERSION: '4' },
      /one of detect, 1, 2, 3 \(is 4\)/,
    ],
    [
      'calls by a template that names no notice',
      { TESHE_VOICE_URL: 'http://h/call', TESHE_VOICE_BODY: '{"to":"{{phone}}"}' },
      /TESHE_VOICE_BODY: must hold \{\{id\}\} or \{\{delivery\}\}/,
    ],
    [
      'short messages without any template',
      { TESHE_SMS_URL: 'http://h/send?to={{phone}}' },
      /TESHE_SMS_BODY: must hold \{\{id\}\}/,
    ],
    [
      'a token without its server',
      { TESHE_INFLUX_TOKEN: 'abc' },
      /TESHE_INFLUX_TOKEN: must come with TESHE_INFLUX_URL/,
    ],
    [
      'a proxy that is no address',
      { TESHE_TRUST_PROXY: '10.0.0.0/99' },
      /TESHE_TRUST_PROXY: must be addresses/,
    ],
    [
      'HTTP beyond loopback in clear',
      { TESHE_HTTP_HOST: '0.0.0.0' },
      /TESHE_HTTP_HOST: .*TESHE_HTTPS_CERT.*TESHE_PLAINTEXT=allowed \(is 0\.0\.0\.0\)/,
    ],
    [
      'MQTT beyond loopback in clear',
      { TESHE_MQTT_HOST: '::' },
      /TESHE_MQTT_HOST: .*TESHE_MQTTS_PORT.*\(is ::\)/,
    ],
    [
      'TLS without a certificate',
      { TESHE_MQTTS_PORT: '8883' },
      /TESHE_MQTTS_PORT: must come with TESHE_TLS_CERT/,
    ],
    [
      'a key file that is missing',
      { TESHE_HTTPS_KEY: '/nowhere/key.pem' },
      /TESHE_HTTPS_KEY: its file must be readable \(is \/nowhere\/key.pem/,
    ],
    [
      'two listeners on one port',
      { TESHE_HTTP_PORT: '1883' },
      /TESHE_MQTT_PORT: must differ from TESHE_HTTP_PORT \(is 1883\)/,
    ],
    [
      'a buffer below one packet',
      { TESHE_INTAKE_BUFFER: '512 KiB' },
      /TESHE_INTAKE_BUFFER: must hold at least one packet/,
    ],
    [
      'a secret given twice',
      { TESHE_METRICS_TOKEN: 'x'.repeat(20), TESHE_METRICS_TOKEN_FILE: '/t' },
      /not both/,
    ],
    [
      'a record key of another kind',
      { TESHE_RECORD_KEY: '-----BEGIN RSA-----' },
      /TESHE_RECORD_KEY: must be .*ed25519.*<secret>/,
    ],
  ])('%s', (_name, env, fault) => {
    const faults = faultsOf(env)
    expect(faults.filter((line) => fault.test(line))).toHaveLength(1)
  })

  it('are reported all at once, each with its name', () => {
    const faults = faultsOf({
      TESHE_HTTP_PORT: 'x',
      TESHE_JOURNAL_DAYS: '-1',
      TESHE_ROLE: 'worker',
      TESHE_MQTT_HOST: '0.0.0.0',
      TESHE_HTTPS_CRT: 'cert.pem',
    })
    expect(faults.map((fault) => fault.slice(0, fault.indexOf(':'))).sort()).toEqual([
      'TESHE_HTTPS_CRT',
      'TESHE_HTTP_PORT',
      'TESHE_JOURNAL_DAYS',
      'TESHE_MQTT_HOST',
      'TESHE_ROLE',
    ])
  })

  it.each([
    ['TESHE_HTTPPORT', 'TESHE_HTTP_PORT'],
    ['TESHE_MQTT_PROT', 'TESHE_MQTT_PORT'],
    ['TESHE_INFLUX_TOKEN_FIEL', 'TESHE_INFLUX_TOKEN_FILE'],
    ['TESHE_HTTP_PORT_FILE', 'TESHE_HTTP_PORT'],
  ])('%s is refused and %s offered', (name, offered) => {
    expect(faultsOf({ [name]: '1' })).toEqual([`${name}: is not a setting (nearest: ${offered})`])
  })

  it('never show a secret', () => {
    const secret = 'correct horse'
    const faults = faultsOf({
      TESHE_SECRET_KEY: secret,
      TESHE_ADMIN_PASSWORD: 'horse',
      TESHE_DATABASE_URL: `mysql://me:${secret}@host`,
      TESHE_HTTPS_KEY: `-----BEGIN ${secret}`,
      TESHE_JOURNAL_URL: 'nats://me:horse@host',
    })
    expect(faults).toHaveLength(6)
    expect(faults.join('\n')).not.toContain('horse')
  })
})

describe('secrets', () => {
  it('print as <secret> however they are printed', () => {
    const config = configOf({ TESHE_SECRET_KEY: 'k'.repeat(32), TESHE_DATABASE_URL: 'postgres://u:pw-1@h/d' })
    for (const text of [
      JSON.stringify(config),
      inspect(config, { depth: 9, showHidden: true }),
      `${config.database.url}`,
    ]) {
      expect(text).toContain('<secret>')
      expect(text).not.toMatch(/kkkk|pw-1/)
    }
    expect(config.secrets.sessionKey?.reveal()).toBe('k'.repeat(32))
  })

  it('each comes from a file as well, and the file is asked for once', () => {
    const asked: string[] = []
    const config = configOf({ TESHE_ADMIN_PASSWORD_FILE: '/run/secrets/admin' }, (path) => {
      asked.push(path)
      return 'long enough\n'
    })
    expect(config.secrets.adminPassword?.reveal()).toBe('long enough')
    expect(asked).toEqual(['/run/secrets/admin'])
  })

  it('an Ed25519 key signs the record', () => {
    expect(configOf({ TESHE_RECORD_KEY: ed25519 }).secrets.recordKey).toBeInstanceOf(Secret)
  })
})

describe('listeners', () => {
  const { certFile, keyFile, cert, key } = certificate()

  it('a certificate and its key, by path or as PEM, open HTTPS to others', () => {
    for (const env of [
      { TESHE_HTTPS_CERT: certFile, TESHE_HTTPS_KEY: keyFile },
      { TESHE_HTTPS_CERT: cert, TESHE_HTTPS_KEY_FILE: keyFile },
      { TESHE_HTTPS_CERT: cert, TESHE_HTTPS_KEY: key },
    ]) {
      const listener = httpListener(configOf({ ...env, TESHE_HTTP_HOST: '0.0.0.0' }))
      expect(listener).toMatchObject({ host: '0.0.0.0', port: 8080, tls: { cert: { text: cert } } })
      expect(listener.tls?.key.reveal()).toBe(key)
    }
  })

  it('a certificate of another key is refused', () => {
    const other = certificate()
    expect(faultsOf({ TESHE_HTTPS_CERT: certFile, TESHE_HTTPS_KEY: other.keyFile })).toEqual([
      "TESHE_HTTPS_CERT: must be the certificate of its key (is another one's)",
    ])
  })

  it('with TLS alone the port without encryption stays on loopback', () => {
    const tls = { TESHE_MQTTS_PORT: '8883', TESHE_TLS_CERT: certFile, TESHE_TLS_KEY: keyFile }
    const { plain, tls: encrypted } = mqttListeners(configOf({ ...tls, TESHE_MQTT_HOST: '0.0.0.0' }))
    expect(plain).toEqual({ host: '127.0.0.1', port: 1883 })
    expect(encrypted).toMatchObject({ host: '0.0.0.0', port: 8883, cert: { text: cert, path: certFile } })
  })

  it('plain text beyond loopback needs leave, and says what is missing', () => {
    const env = { TESHE_HTTP_HOST: '0.0.0.0', TESHE_MQTT_HOST: '0.0.0.0', TESHE_PLAINTEXT: 'allowed' }
    expect(mqttListeners(configOf(env)).plain.host).toBe('0.0.0.0')
    expect(warningsOf(env)).toEqual([expect.stringMatching(/^TESHE_TRUST_PROXY: unset/)])
    expect(warningsOf({ ...env, TESHE_TRUST_PROXY: 'loopback' })).toEqual([])
  })
})

describe('documentation', () => {
  it('.env.example and the page of the reference are those of the schema; npm run docs writes them', () => {
    expect(readText(join(root, '.env.example'))).toBe(envExample())
    expect(readText(join(root, 'docs/reference/settings.md'))).toBe(settingsPage())
  })

  it('every setting says what it is for and its variable is its own', () => {
    const notes = settingsOf(ConfigSchema).map((setting) => setting.notes)
    expect(new Set(notes.map(({ env }) => env)).size).toBe(notes.length)
    for (const { env, meaning } of notes) {
      expect(env).toMatch(/^TESHE_[A-Z0-9_]+$/)
      expect(meaning).toMatch(/^\S.*[.`]$/)
    }
  })

  it('a copy of .env.example with every line in force changes nothing', () => {
    const lines = envExample()
      .split('\n')
      .filter((line) => line.startsWith('#TESHE_'))
    const env = Object.fromEntries(lines.map((line) => line.slice(1).split('=', 2)))
    const inForce = Object.entries<string>(env).filter(([name]) => !name.startsWith('TESHE_INFLUX_'))
    expect(configOf(Object.fromEntries(inForce))).toEqual(configOf({}))
  })

  it('checking opens nothing: no file is touched unless a setting names one', () => {
    const touched: string[] = []
    const dir = tempDir('untouched')
    mkdirSync(join(dir, 'data'))
    writeFileSync(join(dir, 'data', 'x'), '')
    readConfig({ TESHE_DATA_DIR: join(dir, 'data'), TESHE_ADMIN_PASSWORD: 'long enough' }, (path) => {
      touched.push(path)
      return ''
    })
    expect(touched).toEqual([])
  })
})
