/** The demo's devices, in a process of their own: the simulated city and both recordings, played fast. */
import { demoFaults } from '../simulators/demo-faults.js'
import { demoFleet } from '../simulators/demo-fleet.js'
import { RECORDINGS, recordedReadings } from '../simulators/replay/recordings.js'
import { startFleet } from '../simulators/start-fleet.js'

export interface DemoOrders {
  url: string
  seed: string
  passwords: Record<string, string>
}

const PERIOD_MS = 1000
/** A recorded hour passes in a second: the recordings of a month and of a winter end within the hour. */
const REPLAY_SPEED = 3600

process.once('message', (orders: DemoOrders) => void run(orders))

async function run({ url, seed, passwords }: DemoOrders): Promise<void> {
  const city = demoFleet({ seed })
  const running = await startFleet({
    url,
    password: (device) => passwords[device],
    devices: city.devices,
    seed,
    periodMs: PERIOD_MS,
    faults: demoFaults({ seed }),
    replays: RECORDINGS.map((name) => ({
      messages: recordedReadings(name),
      shift: 'now',
      speed: REPLAY_SPEED,
    })),
    onFault: ({ at, fault, device, phase }) =>
      console.log(`  ${new Date(at).toISOString().slice(11, 19)}  ${fault} ${phase} at ${device}`),
  })
  process.send?.('ready')
  process.on('disconnect', () => void running.close().then(() => process.exit(0)))
}
process.on('SIGINT', () => {
  // The parent ends us when the service has stopped taking messages.
})
