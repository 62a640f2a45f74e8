/**
 * Runs a fleet and replays against a broker until it is closed: connects the devices, keeps simulated time in step with
 * the wall clock times the speed, and publishes what falls due.
 */
import type { ScheduledFault } from './faults/script.js'
import { createFleet } from './fleet.js'
import type { DeviceSpec, FaultNotice } from './fleet-device.js'
import type { DeviceAction } from './message.js'
import { openPublisher, type Passwords, type PublisherStats } from './publisher.js'
import type { RecordedMessage } from './replay/recorded-message.js'
import { createReplay, type Shift } from './replay/replay.js'
import type { Reporting } from './terminal.js'

export interface ReplayPlan {
  messages: readonly RecordedMessage[]
  shift: Shift
  /** Recorded time over real time. */
  speed: number
}

export interface FleetOptions {
  /** `mqtt://host:port` or `mqtts://…` */
  url: string
  password: Passwords
  devices: readonly DeviceSpec[]
  seed: string
  /** ms between two readings of a device. */
  periodMs: number
  /** At the period if absent. */
  report?: Reporting
  /** Simulated time over real time. */
  speed?: number
  /** Simulated ms since 1970 at the start; now if absent. */
  startMs?: number
  faults?: Iterable<ScheduledFault>
  replays?: readonly ReplayPlan[]
  onFault?: (notice: FaultNotice) => void
  now?: () => number
}

export interface RunningFleet {
  readonly stats: PublisherStats
  readonly lastRefusal: string | null
  /** Simulated ms since 1970. */
  readonly nowMs: number
  readonly replays: readonly { sent: number; total: number; finished: boolean }[]
  /** Begins a fault now; the answer is a sentence if that cannot be. */
  inject(fault: ScheduledFault): string | null
  close(): Promise<void>
}

const BEAT_MS = 20
/** After a pause of the process the fleet catches up in pieces of this length, so that sockets are served in between. */
const MAX_PIECE_MS = 1_000

/** Resolves when every device of the fleet is connected or was refused once. */
export async function startFleet(options: FleetOptions): Promise<RunningFleet> {
  const { devices, seed, periodMs, speed = 1, now = Date.now } = options
  const publisher = openPublisher({ url: options.url, password: options.password })
  await publisher.connectAll(devices.map((spec) => spec.id))

  const wallStart = now()
  const startMs = options.startMs ?? wallStart
  const emit = (action: DeviceAction) => publisher.act(action)
  const fleet = createFleet({
    devices,
    seed,
    periodMs,
    startMs,
    ...(options.report ? { report: options.report } : {}),
    ...(options.faults ? { faults: options.faults } : {}),
    ...(options.onFault ? { notice: options.onFault } : {}),
    emit,
  })
  const replays = (options.replays ?? []).map((plan) => createReplay({ ...plan, startMs: wallStart, emit }))

  function beat(): void {
    const elapsed = now() - wallStart
    const target = startMs + elapsed * speed
    fleet.advance(Math.min(target, fleet.nowMs + MAX_PIECE_MS * speed))
    for (const replay of replays) replay.advance(elapsed)
  }
  const timer = setInterval(beat, BEAT_MS)

  return {
    stats: publisher.stats,
    get lastRefusal() {
      return publisher.lastRefusal
    },
    get nowMs() {
      return fleet.nowMs
    },
    replays,
    inject: (fault) => fleet.inject(fault),
    async close() {
      clearInterval(timer)
      await publisher.close()
    },
  }
}
