/**
 * SIGKILL under load: at random moments, and at the named ones between two commits that a random kill rarely hits. The
 * service comes back each time, and at the end sets are compared. Long runs are made of epochs, each with a data
 * directory of its own, so that an interrupted run resumes after the last whole epoch.
 */
import { signIn } from '../../service/sign-in.js'
import { createRandom } from '../random.js'
import { doubledIn, tallyJournal } from '../tally.js'
import { tallyEmbedded } from '../tally-history.js'
import { tallyRescues } from '../tally-rescues.js'
import type { Verdict } from '../verdict.js'
import { pause, until } from '../waiting.js'
import { DESK, openWorld, type World } from '../world.js'

export interface KillOptions {
  kills: number
  /** Messages a second offered, over so many connections. */
  rate: number
  connections: number
  seed: number
  /** Where it dies, in turn; `random` is most of them. */
  moments: readonly string[]
  /** ms that are added to each commit. */
  commitDelayMs?: number
  keep?: boolean
}

export const MOMENTS = [
  'random',
  'finding-posted',
  'random',
  'finding-committed',
  'random',
  'closed-in-the-tail',
] as const

/** Kills in a row in one data directory. */
export async function kill(options: KillOptions): Promise<Verdict> {
  const { kills, rate, connections, moments } = options
  const random = createRandom(options.seed)
  const world = await openWorld({
    connections,
    victims: kills,
    env: { CHAOS_COMMIT_DELAY_MS: String(options.commitDelayMs ?? 0) },
  })
  await world.start()
  const load = await world.connectLoad({ rate })
  load.go(rate)
  let upMs = 0
  let upSince = performance.now()
  const down = async () => {
    upMs += performance.now() - upSince
    await world.service.kill()
  }
  const up = async (env: Record<string, string> = {}) => {
    await world.start(env)
    upSince = performance.now()
  }

  for (let done = 0; done < kills; done++) {
    const moment = moments[done % moments.length] ?? 'random'
    const began = Date.now()
    const pressed = world.victims.press()
    if (moment === 'random') {
      await pause(1000 + random() * 4000)
      await down()
      await up()
    } else {
      // The service that dies at a moment is started for it: the one before is killed too.
      await down()
      const held = moment === 'closed-in-the-tail'
      const env = { CHAOS_POINT: held ? 'finding-committed' : moment, CHAOS_HELD: held ? 'yes' : 'no' }
      // It may die before it is ready: a finding of the one before comes again from the journal's tail.
      const doomed = await world.start(env).catch(() => null)
      if (doomed && held) {
        await closeIncidentOf(world, await pressed)
        await doomed.kill()
      }
      await doomed?.exited
      await up()
    }
    await pressed
    console.log(
      `${new Date().toISOString()} kill ${done + 1}/${kills} ${moment}: back after ${((Date.now() - began) / 1000).toFixed(1)} s`,
    )
  }

  await pause(2000)
  upMs += performance.now() - upSince
  const { figures, report } = await world.settle(load)
  const { dir, victims, receiver } = world
  await world.service.stop()
  const verdict: Verdict = {
    sets: { journal: tallyJournal(dir, report), history: await tallyEmbedded(dir, report) },
    rescues: { ...(await tallyRescues(dir, victims.acknowledged)), received: receiver.arrivals.size },
    figures: {
      kills,
      acknowledged: figures.acknowledged,
      'acknowledged/s while it was up': Math.round(figures.acknowledged / (upMs / 1000)),
      'notices received again': [...receiver.arrivals.values()].reduce((sum, times) => sum + times - 1, 0),
    },
    faults: [],
  }
  if (verdict.sets.journal?.doubled) for (const line of doubledIn(dir)) console.log(`doubled: ${line}`)
  await world.close(options.keep)
  return verdict
}

/** A dispatcher closes the incident while the snapshot that would forget its finding is not written yet. */
async function closeIncidentOf(world: World, equipmentId: string): Promise<void> {
  const desk = await signIn(world.http, DESK.username, DESK.password)
  await until('the incident is there', async () => {
    const { items } = await desk.get<{ items: { id: string }[] }>(`/api/incidents?equipment=${equipmentId}`)
    const id = items[0]?.id
    if (!id) return false
    await desk.post(`/api/incidents/${id}/actions`, { action: 'false-alarm', via: 'app', reason: 'chaos' })
    await desk.post(`/api/incidents/${id}/actions`, { action: 'close', via: 'app' })
    return true
  })
}
