/** The command line of `npm run simulate`: flags become a plan, or every fault in them is named with its rule. */
import { parseArgs } from 'node:util'
import { DURATION_RULE, parseDuration } from './duration.js'
import { FAULTS } from './faults/catalogue.js'
import { parseFault, type ScheduledFault } from './faults/script.js'
import { RECORDINGS, type RecordingName } from './replay/recordings.js'
import { SHIFTS, type Shift } from './replay/replay.js'
import { REPORTINGS, type Reporting } from './terminal.js'

/** What to simulate, checked but with nothing opened. */
export interface SimulationPlan {
  url: string
  lifts: number
  boilers: number
  escalators: number
  periodMs: number
  /** At the period, or by change. */
  report: Reporting
  /** Path for what really happened, or null. */
  truth: string | null
  seed: string
  speed: number
  startMs: number | null
  faults: ScheduledFault[]
  /** Path of a fault script, or null. */
  faultFile: string | null
  /** Mean distance of random faults in ms, or null for none. */
  faultEveryMs: number | null
  replays: RecordingName[]
  shift: Shift
  replaySpeed: number
  limit: number | null
  /** Path of a JSON map from equipment id to password, or null. */
  credentials: string | null
  passwordForAll: string | null
}

const FLAGS = {
  url: { type: 'string', default: 'mqtt://127.0.0.1:1883' },
  fleet: { type: 'string' },
  period: { type: 'string', default: '1s' },
  report: { type: 'string', default: 'period' },
  truth: { type: 'string' },
  seed: { type: 'string', default: '1' },
  speed: { type: 'string', default: '1' },
  start: { type: 'string' },
  fault: { type: 'string', multiple: true },
  faults: { type: 'string' },
  'fault-every': { type: 'string' },
  replay: { type: 'string', multiple: true },
  shift: { type: 'string', default: 'none' },
  'replay-speed': { type: 'string', default: '1' },
  limit: { type: 'string' },
  credentials: { type: 'string' },
  'password-for-all': { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

type Values = ReturnType<typeof readFlags>['values']

function readFlags(args: readonly string[]) {
  return parseArgs({ args: [...args], options: FLAGS, strict: true, allowPositionals: false })
}

export type FlagResult = { plan: SimulationPlan } | { help: string } | { problems: string[] }

/** Pure: reads no file and opens nothing. */
export function parseFlags(args: readonly string[]): FlagResult {
  let values: Values
  try {
    values = readFlags(args).values
  } catch (error) {
    return { problems: [error instanceof Error ? error.message : String(error)] }
  }
  if (values.help) return { help: HELP }
  const problems: string[] = []
  const plan = planOf(values, (problem) => void problems.push(problem))
  return problems.length > 0 ? { problems } : { plan }
}

function planOf(values: Values, complain: (problem: string) => void): SimulationPlan {
  const replays = recordings(values.replay ?? [], complain)
  // A replay alone brings no fleet; without either there would be nothing to do.
  const fleet =
    values.fleet ?? (replays.length > 0 ? 'lifts=0,boilers=0' : 'lifts=300,boilers=30,escalators=20')
  return {
    url: brokerUrl(values.url, complain),
    ...fleetSize(fleet, complain),
    periodMs: duration('--period', values.period, { least: 50 }, complain),
    report: oneOf('--report', values.report, REPORTINGS, complain) ?? 'period',
    truth: values.truth ?? null,
    seed: values.seed,
    speed: factor('--speed', values.speed, complain),
    startMs: values.start === undefined ? null : time(values.start, complain),
    faults: faultsOf(values.fault ?? [], complain),
    faultFile: values.faults ?? null,
    faultEveryMs:
      values['fault-every'] === undefined
        ? null
        : duration('--fault-every', values['fault-every'], { least: 1000 }, complain),
    replays,
    shift: oneOf('--shift', values.shift, SHIFTS, complain) ?? 'none',
    replaySpeed: factor('--replay-speed', values['replay-speed'], complain),
    limit: values.limit === undefined ? null : whole('--limit', values.limit, complain),
    credentials: values.credentials ?? null,
    passwordForAll: values['password-for-all'] ?? null,
  }
}

type Complain = (problem: string) => void

function brokerUrl(text: string, complain: Complain): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !['mqtt:', 'mqtts:'].includes(url.protocol) || url.hostname === '')
    complain(`--url ${text} must be mqtt://host:port or mqtts://host:port`)
  return text
}

function fleetSize(
  text: string,
  complain: Complain,
): Pick<SimulationPlan, 'lifts' | 'boilers' | 'escalators'> {
  const size = { lifts: 0, boilers: 0, escalators: 0 }
  for (const part of text.split(',')) {
    const match = /^(lifts|boilers|escalators)=(\d{1,5})$/.exec(part)
    if (match) size[match[1] as keyof typeof size] = Number(match[2])
    else complain(`--fleet ${text} must be lifts=N,boilers=N,escalators=N with whole numbers up to 99999`)
  }
  return size
}

function faultsOf(texts: readonly string[], complain: Complain): ScheduledFault[] {
  const faults: ScheduledFault[] = []
  for (const text of texts) {
    const parsed = parseFault(text)
    if ('problem' in parsed) complain(`--fault ${text}: ${parsed.problem}`)
    else faults.push(parsed.value)
  }
  return faults.sort((a, b) => a.atMs - b.atMs)
}

function recordings(names: readonly string[], complain: Complain): RecordingName[] {
  return names.flatMap((name) => oneOf('--replay', name, RECORDINGS, complain) ?? [])
}

function oneOf<T extends string>(
  flag: string,
  text: string,
  words: readonly T[],
  complain: Complain,
): T | undefined {
  const word = words.find((candidate) => candidate === text)
  if (word === undefined) complain(`${flag} ${text} must be one of ${words.join(', ')}`)
  return word
}

function duration(flag: string, text: string, { least }: { least: number }, complain: Complain): number {
  const ms = parseDuration(text)
  if (ms === undefined || ms < least)
    complain(`${flag} ${text} must be ${DURATION_RULE}, at least ${least}ms`)
  return ms ?? least
}

function factor(flag: string, text: string, complain: Complain): number {
  const value = Number(text)
  if (!(value > 0 && value <= 100_000)) complain(`${flag} ${text} must be a number above 0, at most 100000`)
  return value
}

function whole(flag: string, text: string, complain: Complain): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) complain(`${flag} ${text} must be a whole number from 1`)
  return value
}

function time(text: string, complain: Complain): number {
  const ms = /^\d+$/.test(text) ? Number(text) : Date.parse(text)
  if (Number.isNaN(ms)) complain(`--start ${text} must be ISO 8601 with zone, or milliseconds since 1970`)
  return ms
}

const HELP = `npm run simulate -- [flags]      devices only, against any broker

  --url mqtt://host:port     the broker (mqtt://127.0.0.1:1883)
  --credentials FILE         JSON map from equipment id to password
  --password-for-all WORD    one password for every device
  --fleet lifts=N,boilers=N,escalators=N
                             so many devices, LY-E-0001 …, LY-B-0001 …, LY-W-0001 …
                             (lifts=300,boilers=30,escalators=20; none with --replay)
  --period 1s                time between two readings of a device
  --report period|by-change  at that pace, or each second while something moves or is wrong and else once a minute
  --truth FILE               writes what really happened as JSON lines: each fault with the pattern that should find it,
                             its begin, the earliest moment at which it could be found, its end, people inside
  --seed WORD                the same seed gives the same devices and days (1)
  --speed N                  simulated time over real time (1)
  --start TIME               simulated time at the start (now)
  --fault SCRIPT             name[@start][+length][:target][,option=value…], may be repeated;
                             target is an equipment, an estate (LY-S-001 …), any, or all
  --faults FILE              the same as a JSON array
  --fault-every 1m           random faults from a mix, so far apart on the mean
  --replay NAME              ${RECORDINGS.join(' or ')}, may be repeated
  --replay-speed N           recorded time over real time (1)
  --shift none|now|end-now   recorded times as they are, live from now on, or ending now
  --limit N                  only the first N devices of a recording

Faults
${FAULTS.map((fault) => `  ${fault.name.padEnd(21)}${fault.summary}${optionsHelp(fault)}`).join('\n')}
`

function optionsHelp({ options }: (typeof FAULTS)[number]): string {
  return options.map(({ name, help }) => `\n${' '.repeat(25)}${name}=: ${help}`).join('')
}
