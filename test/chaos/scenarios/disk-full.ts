/**
 * The disk is full and gets room again: nothing is acknowledged that is not stored, devices are told by CONNACK 3, and
 * the service goes on by itself, without a restart.
 */
import { connect } from 'node:net'
import mqttPacket from 'mqtt-packet'
import { openRoom, type Room } from '../room.js'
import { tallyJournal } from '../tally.js'
import { tallyEmbedded } from '../tally-history.js'
import { tallyRescues } from '../tally-rescues.js'
import type { Verdict } from '../verdict.js'
import { pause, tooLate, until } from '../waiting.js'
import { openWorld, type World } from '../world.js'

export interface DiskFullOptions {
  fullSeconds: number
  /** How often it gets full. */
  rounds: number
  rate: number
  connections: number
  megabytes: number
  how?: Room['how']
}

export async function diskFull(options: DiskFullOptions): Promise<Verdict> {
  const { fullSeconds, rounds, rate, connections } = options
  const room = openRoom(options.megabytes, options.how)
  const world = await openWorld({ connections, victims: rounds, dir: room.dir })
  const { pid = 0 } = (await world.start()).process
  const load = await world.connectLoad({ rate })
  load.go(rate)
  const faults: string[] = []
  let refusals = 0
  let recovery = 0
  let worstStretch = 0

  for (let round = 0; round < rounds; round++) {
    await pause(1500)
    room.fill(pid)
    await until('the journal refuses', async () => (await world.part('journal'))?.ready === false, 30)
    const since = performance.now()
    // Pressed while nothing can be stored: its acknowledgement must wait for the disk.
    const pressed = world.victims.press()
    while (performance.now() - since < fullSeconds * 1000) {
      await pause(250)
      if ((await connackOf(world)) === 3) refusals++
    }
    worstStretch = Math.max(worstStretch, performance.now() - since)
    room.empty(pid)
    recovery = Math.max(
      recovery,
      await until('the journal writes again', async () => (await world.part('journal'))?.ready === true, 60),
    )
    await Promise.race([pressed, tooLate('the alarm pressed while the disk was full is acknowledged', 60)])
    console.log(`round ${round + 1}/${rounds}: full for ${fullSeconds} s, writes again`)
  }
  if (refusals === 0) faults.push('no CONNECT was answered 3')
  if (world.service.process.exitCode !== null) faults.push('the service ended')

  await pause(1500)
  const { figures, report } = await world.settle(load)
  await world.service.stop()
  const { dir, victims, receiver } = world
  const verdict: Verdict = {
    sets: { journal: tallyJournal(dir, report), history: await tallyEmbedded(dir, report) },
    rescues: { ...(await tallyRescues(dir, victims.acknowledged)), received: receiver.arrivals.size },
    figures: {
      disk: room.how,
      rounds,
      'full s': Math.round(worstStretch / 1000),
      'CONNECT answered 3': refusals,
      'wrote again after s': Math.round(recovery * 10) / 10,
      'acknowledged/s, the full time included': Math.round(figures.acknowledged / figures.seconds),
    },
    faults,
  }
  await world.close(true)
  room.remove()
  return verdict
}

/** Return code that a new connection gets; null when it gets none within two seconds. */
function connackOf({ mqttPort, ids, passwordById }: World): Promise<number | null> {
  const username = ids[0] ?? ''
  const password = Buffer.from(passwordById.get(username) ?? '')
  return new Promise((resolve) => {
    const socket = connect(mqttPort, '127.0.0.1')
    const end = (code: number | null) => {
      socket.destroy()
      resolve(code)
    }
    socket.setTimeout(2000, () => end(null))
    socket.on('error', () => end(null))
    socket.on('connect', () =>
      socket.write(
        mqttPacket.generate({
          cmd: 'connect',
          protocolId: 'MQTT',
          protocolVersion: 4,
          clean: true,
          clientId: 'asks',
          keepalive: 10,
          username,
          password,
        }),
      ),
    )
    socket.once('data', (chunk) => end(chunk[3] ?? null))
  })
}
