/**
 * `npm run chaos -- SCENARIO [flags]`: one way of breaking, and the sets that show what it cost. Exits 1 when something
 * was lost or doubled, 2 on a wrong word. `--background DIR` goes on alone and writes `DIR/log`; docs/chaos.md has every
 * command, what it proves and what it found.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runEpochs } from './epochs.js'
import { clockJump } from './scenarios/clock-jump.js'
import { diskFull } from './scenarios/disk-full.js'
import { influxAway } from './scenarios/influx-away.js'
import { kill, MOMENTS } from './scenarios/kill.js'
import { networkCut } from './scenarios/network-cut.js'
import { postgresAway } from './scenarios/postgres-away.js'
import { announce, type Verdict } from './verdict.js'

const SCENARIOS = [
  'kill',
  'slow-disk',
  'influx-away',
  'postgres-away',
  'disk-full',
  'clock-jump',
  'network-cut',
] as const
type Scenario = (typeof SCENARIOS)[number]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rate: { type: 'string' },
    connections: { type: 'string' },
    seed: { type: 'string', default: '1' },
    kills: { type: 'string', default: '20' },
    'epoch-kills': { type: 'string', default: '10' },
    moments: { type: 'string', default: MOMENTS.join(',') },
    seconds: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    how: { type: 'string' },
    'delay-ms': { type: 'string', default: '20' },
    'alarm-limit-ms': { type: 'string', default: '200' },
    resume: { type: 'string' },
    background: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
})
const [scenario = ''] = positionals
if (!SCENARIOS.includes(scenario as Scenario)) {
  console.error(`usage: npm run chaos -- ${SCENARIOS.join('|')} [--rate N] [--connections N] …`)
  process.exit(2)
}
if (values.background) {
  goOnAlone(values.background)
  process.exit(0)
}

// What runs beside us is ended on the way out.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(1))
const rounds = Number(values.rounds)
const keep = values.keep
const number = (value: string | undefined, otherwise: number) =>
  value === undefined ? otherwise : Number(value)
process.exit(announce(await run(scenario as Scenario)))

function run(name: Scenario): Promise<Verdict> {
  switch (name) {
    case 'kill':
      return kills(0)
    case 'slow-disk':
      return kills(Number(values['delay-ms']))
    case 'influx-away':
      return influxAway({
        awaySeconds: number(values.seconds, 600),
        rate: number(values.rate, 5000),
        connections: number(values.connections, 500),
        how: values.how === 'kill' ? 'kill' : 'stop',
        alarmEveryMs: number(values.seconds, 600) >= 60 ? 2000 : 300,
        alarmLimitMs: Number(values['alarm-limit-ms']),
        keep,
      })
    case 'postgres-away':
      return postgresAway({
        awaySeconds: number(values.seconds, 20),
        rounds,
        alarmsEach: 3,
        rate: number(values.rate, 1000),
        connections: number(values.connections, 100),
        keep,
      })
    case 'disk-full':
      return diskFull({
        fullSeconds: number(values.seconds, 25),
        rounds,
        rate: number(values.rate, 2000),
        connections: number(values.connections, 100),
        megabytes: 400,
        ...((values.how === 'tmpfs' || values.how === 'file-size') && { how: values.how }),
      })
    case 'clock-jump':
      return clockJump({
        rate: number(values.rate, 1000),
        connections: number(values.connections, 100),
        devices: 50,
        each: number(values.seconds, 5),
        keep,
      })
    case 'network-cut':
      return networkCut({
        rounds,
        rate: number(values.rate, 2000),
        connections: number(values.connections, 100),
        devices: 50,
        keepAliveSeconds: 4,
        each: number(values.seconds, 3),
        keep,
      })
  }
}

/** In epochs, because a hundred kills take a while and machines are taken away. */
function kills(commitDelayMs: number): Promise<Verdict> {
  const total = Number(values.kills)
  const perEpoch = Math.min(total, Number(values['epoch-kills']))
  const options = {
    kills: perEpoch,
    rate: number(values.rate, commitDelayMs > 0 ? 2000 : 10_000),
    connections: number(values.connections, 500),
    moments: values.moments.split(','),
    commitDelayMs,
    keep,
  }
  return runEpochs({
    count: Math.ceil(total / perEpoch),
    what: JSON.stringify({ ...options, seed: values.seed }),
    dir: values.resume ?? null,
    run: (epoch) => kill({ ...options, seed: Number(values.seed) + epoch }),
  })
}

function goOnAlone(dir: string): void {
  mkdirSync(dir, { recursive: true })
  const log = openSync(join(dir, 'log'), 'a')
  const args = process.argv.slice(2)
  const at = args.findIndex((arg) => arg.startsWith('--background'))
  args.splice(at, args[at]?.includes('=') ? 1 : 2)
  if ((scenario === 'kill' || scenario === 'slow-disk') && !values.resume) args.push('--resume', dir)
  const child = spawn(process.execPath, [process.argv[1] ?? '', ...args], {
    detached: true,
    stdio: ['ignore', log, log],
  })
  child.unref()
  console.log(`process ${child.pid} writes ${join(dir, 'log')}`)
}
