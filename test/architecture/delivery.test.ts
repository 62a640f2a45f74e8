import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ConfigSchema, readConfig } from '../../src/config.js'
import { settingsOf } from '../../src/runtime/settings.js'
import { exists, readText, sourcesUnder } from './sources.js'

interface ComposeService {
  image?: string
  build?: string
  ports?: string[]
  environment?: Record<string, string>
  secrets?: string[]
  volumes?: string[]
  profiles?: string[]
  depends_on?: Record<string, unknown>
}
interface Compose {
  services: Record<string, ComposeService>
  volumes: Record<string, unknown>
  secrets: Record<string, { file: string }>
}

const compose: Compose = parse(readText('docker-compose.yml'))
const dockerfile = readText('Dockerfile')

describe('docker-compose.yml', () => {
  const services = Object.entries(compose.services)

  it('brings the service, its stores and, in a profile, what the cluster will need', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['influxdb', 'nats', 'postgres', 'teshe'])
    expect(compose.services.nats?.profiles).toEqual(['nats'])
    expect(compose.services.influxdb?.image).toMatch(/^influxdb:2/)
  })

  it('gives the service settings that it accepts', () => {
    const postgresUrl = 'postgres://teshe:x@postgres/teshe'
    const read = readConfig(compose.services.teshe?.environment ?? {}, () => postgresUrl)
    expect(read).toMatchObject({
      config: { influx: { url: 'http://influxdb:8086', org: 'teshe' } },
      warnings: [],
    })
  })

  it('declares every volume and every secret that is used, and no others', () => {
    const used = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0]))
    expect(Object.keys(compose.volumes).sort()).toEqual(used.sort())
    const secrets = services.flatMap(([, { secrets: names = [] }]) => names)
    expect(Object.keys(compose.secrets).sort()).toEqual([...new Set(secrets)].sort())
  })

  it('opens ports to this machine only, and tells no secret', () => {
    for (const [, { ports = [], environment = {} }] of services) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/)
      for (const name of Object.keys(environment)) {
        if (/PASSWORD|TOKEN|SECRET|DATABASE_URL/.test(name)) expect(name).toMatch(/_FILE$/)
      }
    }
  })
})

describe('Dockerfile', () => {
  it('runs as an ordinary user, builds from the lock file and asks for health', () => {
    expect(dockerfile).toMatch(/^RUN npm ci$/m)
    expect(dockerfile).toMatch(/^USER node$/m)
    expect(dockerfile).toMatch(/^HEALTHCHECK /m)
    expect(dockerfile.match(/^FROM .*$/gm)).toHaveLength(2)
  })

  it('starts and checks modules that are compiled from sources of ours', () => {
    const modules = [...dockerfile.matchAll(/"dist\/([^"]+)\.js"/g)].map((match) => `${match[1]}.ts`)
    expect(modules).toEqual(['scripts/healthcheck.ts', 'src/main.ts'])
    expect(modules.filter((path) => !exists(path))).toEqual([])
  })
})

describe('settings', () => {
  it('every name that is spoken of is one that the service takes', () => {
    const known = settingsOf(ConfigSchema).flatMap(({ notes }) => [notes.env, `${notes.env}_FILE`])
    const texts = [
      ...['src', 'simulators', 'scripts', 'test/bench', 'test/chaos'].flatMap(sourcesUnder),
      ...['README.md', 'docker-compose.yml', 'Dockerfile']
        .filter(exists)
        .map((path) => ({ path, text: readText(path) })),
    ]
    const unknown = texts.flatMap(({ path, text }) =>
      [...text.matchAll(/\bTESHE_[A-Z0-9_]*[A-Z0-9]\b/g)]
        .filter(([name]) => !known.includes(name))
        .map(([name]) => `${path}: ${name}`),
    )
    expect(unknown).toEqual([])
  })
})

describe('commands', () => {
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(readText('package.json'))

  it('run modules that exist', () => {
    const modules = Object.values(scripts).flatMap((script) => {
      const [, module] = /^node scripts\/run\.mjs (?:--service |--settings )?(\S+)\.js$/.exec(script) ?? []
      return module ? [`${module}.ts`] : []
    })
    expect(modules.filter((path) => !exists(path))).toEqual([])
  })

  it('.ci/run installs from the lock file and runs the tests, nothing cleverer', () => {
    const lines = readText('.ci/run').trim().split('\n')
    expect(lines).toEqual(['#!/usr/bin/env bash', 'set -eu', 'cd "$(dirname "$0")/.."', 'npm ci', 'npm test'])
  })

  it('the licence is the one that package.json names', () => {
    expect(JSON.parse(readText('package.json')).license).toBe('Apache-2.0')
    expect(readText('LICENSE')).toMatch(/Apache License\s+Version 2\.0/)
  })
})
