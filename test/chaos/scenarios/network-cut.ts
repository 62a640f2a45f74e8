/**
 * The network between devices and us: late, cut, reset, gone, and frozen, which neither side is told. A frozen connection
 * ends by its keep-alive and its equipment is offline; what was in flight comes again and is kept once.
 */
import { signIn } from '../../service/sign-in.js'
import { startDevices } from '../devices.js'
import { startNetwork } from '../network.js'
import { tallyJournal, tallySessions } from '../tally.js'
import { tallyEmbedded } from '../tally-history.js'
import type { Verdict } from '../verdict.js'
import { pause, until } from '../waiting.js'
import { DESK, openWorld } from '../world.js'

export interface NetworkCutOptions {
  rounds: number
  rate: number
  connections: number
  /** Devices with a keep-alive, which are frozen. */
  devices: number
  keepAliveSeconds: number
  /** Seconds of each disturbance. */
  each: number
  keep?: boolean
}

export async function networkCut(options: NetworkCutOptions): Promise<Verdict> {
  const { rounds, rate, connections, keepAliveSeconds, each } = options
  const world = await openWorld({ connections: connections + options.devices, victims: 0 })
  await world.start()
  const loadNetwork = await startNetwork({ to: world.mqttPort })
  const network = await startNetwork({ to: world.mqttPort })
  const withKeepAlive = world.ids.splice(connections)
  const load = await world.connectLoad({ rate, port: loadNetwork.port })
  const devices = await startDevices({
    port: network.port,
    ids: withKeepAlive,
    passwordById: world.passwordById,
    keepAliveSeconds,
    everyMs: 100,
  })
  const desk = await signIn(world.http, DESK.username, DESK.password)
  load.go(rate)
  const faults: string[] = []
  let cut = 0
  let frozen = 0
  let slowestCut = 0
  let slowestOffline = 0

  const online = async (): Promise<number> => {
    let count = 0
    for (const id of withKeepAlive) {
      const state = await desk.get<{ online: boolean }>(`/api/equipment/${id}/state`)
      if (state.online) count++
    }
    return count
  }

  for (let round = 0; round < rounds; round++) {
    loadNetwork.delay(150)
    await pause(each * 1000)
    loadNetwork.delay(0)
    for (const end of [loadNetwork.drop, loadNetwork.reset]) {
      cut += loadNetwork.open
      end()
      await pause(each * 1000)
    }
    loadNetwork.shut(true)
    loadNetwork.drop()
    await pause(each * 1000)
    loadNetwork.shut(false)

    // Frozen, and no other way in: the service alone must find out.
    await until('every device is connected', () => devices.connected === withKeepAlive.length)
    const frozenAt = Date.now()
    network.shut(true)
    frozen += network.freeze()
    const since = () => tallySessions(world.dir, frozenAt, Number.MAX_SAFE_INTEGER, new Set(withKeepAlive))
    await until(
      'frozen connections are cut by keep-alive',
      () => since().closed >= withKeepAlive.length,
      keepAliveSeconds * 1.5 + 30,
    )
    slowestCut = Math.max(slowestCut, (since().lastClosed - frozenAt) / 1000)
    await until('their equipment is offline', async () => (await online()) === 0, 60)
    slowestOffline = Math.max(slowestOffline, (Date.now() - frozenAt) / 1000)
    network.shut(false)
    await until('they are online again', async () => (await online()) === withKeepAlive.length, 60)
    console.log(`round ${round + 1}/${rounds}: frozen connections cut after ${slowestCut.toFixed(1)} s`)
  }

  devices.stop()
  const deviceReport = await devices.report()
  const { figures, report } = await world.settle(load)
  const sessions = tallySessions(world.dir, 0, Number.MAX_SAFE_INTEGER)
  await devices.close()
  await world.service.stop()
  const all = { ...report, ...deviceReport }
  const allowed = keepAliveSeconds * 1.5 + 1
  if (slowestCut > allowed)
    faults.push(`a frozen connection lived ${slowestCut.toFixed(1)} s, allowed are ${allowed} s`)
  const verdict: Verdict = {
    sets: { journal: tallyJournal(world.dir, all), history: await tallyEmbedded(world.dir, all) },
    figures: {
      rounds,
      'connections cut or reset': cut,
      'connections frozen': frozen,
      'sessions opened': sessions.opened,
      'sessions closed': sessions.closed,
      'frozen cut after s': Math.round(slowestCut * 10) / 10,
      'offline after s': Math.round(slowestOffline * 10) / 10,
      'acknowledged/s': Math.round(figures.acknowledged / figures.seconds),
    },
    faults,
  }
  await Promise.all([network.close(), loadNetwork.close()])
  await world.close(options.keep)
  return verdict
}
