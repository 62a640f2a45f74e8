/**
 * `alarm`: last message of a fault published → incident stored → frame received by a browser's client, and → notice
 * delivered at a webhook; idle and under load.
 */
import mqtt from 'mqtt'
import { signIn } from '../service/sign-in.js'
import { type IncidentWatch, watchIncidents } from '../service/watch-incidents.js'
import { type BenchService, connectLoad, pause, startBenchService } from './fleet.js'
import { type NoticeReceiver, startNoticeReceiver } from './notice-receiver.js'

const IDLE_ALARMS = 40
const LOADED_ALARMS = 40
const LOADED_CONNECTIONS = 1000

export async function benchAlarm({
  halfOfSaturation,
}: {
  halfOfSaturation: number
}): Promise<Record<string, number>> {
  const equipment = LOADED_CONNECTIONS + IDLE_ALARMS + LOADED_ALARMS
  const password = 'bench-desk-password'
  const receiver = await startNoticeReceiver()
  const env = {
    TESHE_ADMIN_PASSWORD: 'first-password-9',
    TESHE_WEBHOOK_URL: receiver.url,
    TESHE_WEBHOOK_SECRET: 'a-secret-of-the-bench',
  }
  const bench = await startBenchService({ equipment, env })
  await firstLogIn(bench.service.http, 'first-password-9', password)
  const victims = bench.ids.slice(LOADED_CONNECTIONS)
  const secrets = bench.passwords.slice(LOADED_CONNECTIONS)
  const desk = await watchIncidents(bench.service.http, 'admin', password)

  const idle = await alarms(
    bench,
    desk,
    receiver,
    victims.slice(0, IDLE_ALARMS),
    secrets.slice(0, IDLE_ALARMS),
  )
  const load = await connectLoad(bench.service.mqttPort, {
    ids: bench.ids.slice(0, LOADED_CONNECTIONS),
    passwords: bench.passwords.slice(0, LOADED_CONNECTIONS),
  })
  load.go(halfOfSaturation)
  await pause(3000)
  const loaded = await alarms(bench, desk, receiver, victims.slice(IDLE_ALARMS), secrets.slice(IDLE_ALARMS))
  await load.stop()
  await load.end()
  desk.close()
  receiver.close()
  await bench.close()
  print('idle', idle)
  print(`at ${halfOfSaturation}/s`, loaded)
  return {
    idleP50Ms: idle.screen.p50,
    idleP99Ms: idle.screen.p99,
    idleNoticeP50Ms: idle.notice.p50,
    idleNoticeP99Ms: idle.notice.p99,
    loadedRate: halfOfSaturation,
    loadedP50Ms: loaded.screen.p50,
    loadedP99Ms: loaded.screen.p99,
    loadedNoticeP50Ms: loaded.notice.p50,
    loadedNoticeP99Ms: loaded.notice.p99,
  }
}

interface Figures {
  p50: number
  p99: number
}

function print(when: string, { screen, notice }: { screen: Figures; notice: Figures }): void {
  console.log(
    `  ${when}: on the screen p50 ${screen.p50} ms, p99 ${screen.p99} ms; at the webhook p50 ${notice.p50} ms, p99 ${notice.p99} ms`,
  )
}

async function firstLogIn(http: string, first: string, password: string): Promise<void> {
  const admin = await signIn(http, 'admin', first)
  await admin.post('/api/session/password', { oldPassword: first, newPassword: password })
}

/** Controller code 5, unintended movement, is the shortest way to a P0: no hold, so what is measured is the path. */
async function alarms(
  bench: BenchService,
  desk: IncidentWatch,
  receiver: NoticeReceiver,
  ids: string[],
  secrets: string[],
): Promise<{ screen: Figures; notice: Figures }> {
  const screen: number[] = []
  const notice: number[] = []
  for (const [index, id] of ids.entries()) {
    const client = await mqtt.connectAsync({
      host: '127.0.0.1',
      port: bench.service.mqttPort,
      username: id,
      password: secrets[index] ?? '',
    })
    await client.publishAsync(
      `teshe/v1/${id}/telemetry`,
      JSON.stringify({
        ts: Date.now(),
        serviceMode: 1,
        carStatus: 1,
        speed: 0.4,
        door: 4,
        doorZone: false,
        passenger: true,
      }),
      { qos: 1 },
    )
    const seen = desk.incidentOf(id)
    const told = receiver.first(id)
    const began = performance.now()
    client.publish(
      `teshe/v1/${id}/event`,
      JSON.stringify({ ts: Date.now(), code: 5, active: true, key: id }),
      { qos: 1 },
    )
    await seen
    screen.push(performance.now() - began)
    notice.push((await told) - began)
    await client.endAsync(true)
  }
  return { screen: figuresOf(screen), notice: figuresOf(notice) }
}

function figuresOf(times: number[]): Figures {
  times.sort((a, b) => a - b)
  const at = (share: number) =>
    Math.round((times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0) * 10) / 10
  return { p50: at(0.5), p99: at(0.99) }
}
