/**
 * Clocks that jump: ours, by libfaketime under the running service, an hour ahead and back again; and those of devices,
 * hours, years and decades in both directions. Messages are kept once each, alarms are rescued once each, and nobody is
 * called silent because a clock was turned.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installed } from '../../helpers/installed.js'
import { signIn } from '../../service/sign-in.js'
import { startDevices } from '../devices.js'
import { tallyJournal, tallySessions } from '../tally.js'
import { tallyEmbedded } from '../tally-history.js'
import { tallyRescues } from '../tally-rescues.js'
import type { Verdict } from '../verdict.js'
import { pause } from '../waiting.js'
import { DESK, openWorld } from '../world.js'

export interface ClockJumpOptions {
  rate: number
  connections: number
  devices: number
  /** Seconds between two jumps. */
  each: number
  keep?: boolean
}

const HOUR = 3_600_000
const YEAR = 365 * 24 * HOUR
/** What our own clock is turned to, in seconds from the true time. */
const OURS = [3600, 0, -3600, 0, 86_400, 0] as const
/** By how much the clocks of devices are turned, one after the other: a year of ours, 1970, and what a flat battery does. */
const THEIRS = [HOUR + 13_337, -2 * HOUR - 7_331, YEAR, -57 * YEAR, 56 * YEAR] as const

export async function clockJump(options: ClockJumpOptions): Promise<Verdict> {
  const { rate, connections, each } = options
  const library = installed('libfaketimeMT.so.1')
  if (!library) throw new Error('libfaketime is not installed: apt-get install libfaketime')
  const folder = mkdtempSync(join(tmpdir(), 'teshe-clock-'))
  const file = join(folder, 'offset')
  const turnOurs = (seconds: number) => writeFileSync(file, `${seconds < 0 ? '' : '+'}${seconds}\n`)
  turnOurs(0)
  const world = await openWorld({
    connections: connections + options.devices,
    victims: OURS.length,
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: '1',
      // Timers count by the monotonic clock, which no one turns.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
    },
  })
  await world.start()
  const withClock = world.ids.splice(connections)
  const load = await world.connectLoad({ rate })
  const devices = await startDevices({
    port: world.mqttPort,
    ids: withClock,
    passwordById: world.passwordById,
    keepAliveSeconds: 30,
    everyMs: 100,
  })
  load.go(rate)
  await pause(each * 1000)

  for (const [step, ms] of THEIRS.entries()) {
    for (let index = 0; index < withClock.length; index++)
      devices.turnClock(index, index % 2 === 0 ? ms : -ms)
    await pause(each * 1000)
    console.log(`devices’ clocks turned ${step + 1}/${THEIRS.length}`)
  }
  for (const [step, seconds] of OURS.entries()) {
    turnOurs(seconds)
    // libfaketime looks at its file once a second.
    await pause(Math.max(1.5, each) * 1000)
    await world.victims.press()
    console.log(`our clock turned ${step + 1}/${OURS.length}: ${seconds} s from the true time`)
  }
  await pause(each * 1000)

  const desk = await signIn(world.http, DESK.username, DESK.password)
  const offline = await desk.get<{ items: { equipmentId: string }[] }>('/api/incidents?class=offline')
  devices.stop()
  const deviceReport = await devices.report()
  const sessions = tallySessions(world.dir, 0, Number.MAX_SAFE_INTEGER)
  const { figures, report } = await world.settle(load)
  await devices.close()
  await world.service.stop()
  const { dir, victims, receiver } = world
  const all = { ...report, ...deviceReport }
  const faults: string[] = []
  if (offline.items.length > 0) faults.push(`${offline.items.length} were called silent`)
  const verdict: Verdict = {
    sets: { journal: tallyJournal(dir, all), history: await tallyEmbedded(dir, all) },
    // With a clock whose offset cannot be known an alarm is put before a dispatcher, and nobody is sent by itself.
    rescues: {
      ...(await tallyRescues(dir, victims.acknowledged, { ordered: false })),
      received: receiver.arrivals.size,
    },
    figures: {
      'turns of our clock': OURS.length,
      'turns of each device’s clock': THEIRS.length,
      'called silent': offline.items.length,
      'sessions closed': sessions.closed,
      'acknowledged/s': Math.round(figures.acknowledged / figures.seconds),
      'PUBACK p99 ms': figures.p99,
    },
    faults,
  }
  await world.close(options.keep)
  rmSync(folder, { recursive: true, force: true })
  return verdict
}
