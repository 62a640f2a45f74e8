/**
 * `npm run simulate`: a fleet, replays and faults from the command line, published to any broker until a signal ends
 * it. Bad flags are all named at once and end the process with 2 before anything is opened.
 */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { messageOf } from '../src/errors.js'
import { demoFaults } from './demo-faults.js'
import { demoFleet } from './demo-fleet.js'
import { parseFaultFile, type ScheduledFault } from './faults/script.js'
import { parseFlags, type SimulationPlan } from './flags.js'
import { problemOf } from './fleet.js'
import type { DeviceSpec, FaultNotice } from './fleet-device.js'
import type { Passwords } from './publisher.js'
import { recordedReadings } from './replay/recordings.js'
import { type RunningFleet, startFleet } from './start-fleet.js'
import { createTruthKeeper, type TruthKeeper } from './truth.js'

export { startFleet }

const PROGRESS_MS = 5_000

/** Exit codes: 0 ended by a signal, 2 flags or files that cannot be used. */
export async function main(args: readonly string[]): Promise<number> {
  const parsed = parseFlags(args)
  if ('help' in parsed) {
    console.log(parsed.help)
    return 0
  }
  if ('problems' in parsed) return refuse(parsed.problems)
  const { plan } = parsed
  const { devices } = demoFleet(plan)
  const password = passwordsOf(plan)
  const scripted = scriptedFaults(plan, devices)
  const problems = [password, scripted].flatMap((part) => ('problem' in part ? part.problem : []))
  if ('problem' in password || 'problem' in scripted) return refuse(problems)
  await run(plan, devices, { password: password.value, faults: scripted.value })
  return 0
}

function refuse(problems: readonly string[]): number {
  for (const problem of problems) console.error(problem)
  console.error('npm run simulate -- --help lists the flags')
  return 2
}

type Part<T> = { value: T } | { problem: string[] }

function passwordsOf(plan: SimulationPlan): Part<Passwords> {
  const forAll = plan.passwordForAll ?? undefined
  if (plan.credentials === null) return { value: () => forAll }
  const file = readJson(plan.credentials)
  if ('problem' in file) return { problem: [`--credentials ${plan.credentials}: ${file.problem}`] }
  if (typeof file.value !== 'object' || file.value === null)
    return {
      problem: [`--credentials ${plan.credentials} must hold a JSON map from equipment id to password`],
    }
  const byDevice = new Map(Object.entries(file.value).map(([id, secret]) => [id, String(secret)]))
  return { value: (device) => byDevice.get(device) ?? forAll }
}

function scriptedFaults(plan: SimulationPlan, devices: readonly DeviceSpec[]): Part<ScheduledFault[]> {
  const faults = [...plan.faults]
  if (plan.faultFile !== null) {
    const file = readText(plan.faultFile)
    if ('problem' in file) return { problem: [`--faults ${plan.faultFile}: ${file.problem}`] }
    const parsed = parseFaultFile(file.value)
    if ('problem' in parsed) return { problem: [`--faults ${plan.faultFile}: ${parsed.problem}`] }
    faults.push(...parsed.value)
  }
  const problem = faults.flatMap((fault) => problemOf(devices, fault) ?? [])
  return problem.length > 0 ? { problem } : { value: faults.sort((a, b) => a.atMs - b.atMs) }
}

function readText(path: string): { value: string } | { problem: string } {
  try {
    return { value: readFileSync(path, 'utf8') }
  } catch (error) {
    return { problem: messageOf(error) }
  }
}

function readJson(path: string): { value: unknown } | { problem: string } {
  const text = readText(path)
  if ('problem' in text) return text
  try {
    return { value: JSON.parse(text.value) }
  } catch (error) {
    return { problem: messageOf(error) }
  }
}

async function run(
  plan: SimulationPlan,
  devices: readonly DeviceSpec[],
  parts: { password: Passwords; faults: readonly ScheduledFault[] },
): Promise<void> {
  const stop = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
  const limit = plan.limit === null ? {} : { limit: plan.limit }
  const truth = openTruth(plan.truth)
  console.log(`connecting ${devices.length} devices to ${plan.url}`)
  const starting = startFleet({
    ...parts,
    url: plan.url,
    devices,
    seed: plan.seed,
    periodMs: plan.periodMs,
    report: plan.report,
    speed: plan.speed,
    ...(plan.startMs === null ? {} : { startMs: plan.startMs }),
    faults: allFaults(plan, parts.faults),
    replays: plan.replays.map((name) => ({
      messages: recordedReadings(name, limit),
      shift: plan.shift,
      speed: plan.replaySpeed,
    })),
    onFault(notice) {
      printFault(notice)
      truth?.notice(notice)
    },
  })
  const fleet = await Promise.race([starting, stop])
  if (!fleet) return endBeforeStart()
  const timer = setInterval(() => printProgress(fleet), PROGRESS_MS)
  await stop
  clearInterval(timer)
  await fleet.close()
  truth?.close()
  printProgress(fleet)
}

/** Lines are few and must survive a kill, so each is written at once. */
function openTruth(path: string | null): TruthKeeper | null {
  if (path === null) return null
  writeFileSync(path, '')
  return createTruthKeeper((line) => appendFileSync(path, `${JSON.stringify(line)}\n`))
}

/** Scripted and random faults as one row in order of time. */
function* allFaults(plan: SimulationPlan, scripted: readonly ScheduledFault[]): Generator<ScheduledFault> {
  if (plan.faultEveryMs === null) return yield* scripted
  const waiting = [...scripted]
  for (const fault of demoFaults({ seed: plan.seed, everyMs: plan.faultEveryMs })) {
    for (let first = waiting[0]; first && first.atMs <= fault.atMs; first = waiting[0]) {
      yield first
      waiting.shift()
    }
    yield fault
  }
}

/** A signal while devices still connect: sockets close with the process. */
function endBeforeStart(): never {
  process.exit(0)
}

function printFault({ at, device, fault, phase }: FaultNotice): void {
  console.log(`${new Date(at).toISOString()} ${device} ${fault} ${phase}`)
}

function printProgress({ nowMs, stats, lastRefusal, replays }: RunningFleet): void {
  const { connected, refused, published, acknowledged, skipped } = stats
  const counts = `connected ${connected}, published ${published}, acknowledged ${acknowledged}`
  const troubles = refused + skipped === 0 ? '' : `, refused ${refused} (${lastRefusal}), skipped ${skipped}`
  const played = replays.map(({ sent, total }) => `, replay ${sent}/${total}`).join('')
  console.log(`${new Date(nowMs).toISOString()} ${counts}${troubles}${played}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2))
}
