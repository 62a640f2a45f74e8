/**
 * Long runs in pieces: each epoch stands for itself, its verdict is on disk before the next begins, and a run that was
 * interrupted goes on after the last whole one.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { addTally, faultsOf, type Verdict } from './verdict.js'

interface Progress {
  /** What the run was begun with: another run does not go on in its directory. */
  what: string
  verdicts: Verdict[]
}

/** Runs what is left of `count` epochs; `dir` null keeps nothing. Returns all of them as one. */
export async function runEpochs({
  count,
  what,
  dir,
  run,
}: {
  count: number
  what: string
  dir: string | null
  run: (epoch: number) => Promise<Verdict>
}): Promise<Verdict> {
  const file = dir && join(dir, 'progress.json')
  if (dir) mkdirSync(dir, { recursive: true })
  let progress: Progress = { what, verdicts: [] }
  if (file && existsSync(file)) {
    progress = JSON.parse(readFileSync(file, 'utf8')) as Progress
    if (progress.what !== what) throw new Error(`${file} is of another run: ${progress.what}`)
    console.log(`${progress.verdicts.length} of ${count} epochs were done before`)
  }
  for (let epoch = progress.verdicts.length; epoch < count; epoch++) {
    const verdict = await run(epoch)
    progress.verdicts.push(verdict)
    if (file) {
      writeFileSync(`${file}.next`, JSON.stringify(progress, null, 1))
      renameSync(`${file}.next`, file)
    }
    const faults = faultsOf(verdict)
    console.log(
      `epoch ${epoch + 1}/${count}: ${faults.length === 0 ? 'lost 0, doubled 0' : faults.join('; ')}`,
    )
  }
  return progress.verdicts.reduce(sum)
}

function sum(a: Verdict, b: Verdict): Verdict {
  const sets: Verdict['sets'] = {}
  for (const [store, tally] of Object.entries(a.sets)) {
    const other = b.sets[store]
    sets[store] = other ? addTally(tally, other) : tally
  }
  return {
    sets,
    ...(a.rescues && b.rescues && { rescues: addNumbers(a.rescues, b.rescues) }),
    figures: addFigures(a.figures ?? {}, b.figures ?? {}),
    faults: [...a.faults, ...b.faults],
  }
}

function addNumbers<T extends object>(a: T, b: T): T {
  const total: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(a)) total[name] = Number(value) + Number(b[name as keyof T] ?? 0)
  return total as T
}

/** Counts add up; of what is a rate or a time the worse one stays. */
function addFigures(a: NonNullable<Verdict['figures']>, b: NonNullable<Verdict['figures']>) {
  const total: NonNullable<Verdict['figures']> = {}
  for (const [name, value] of Object.entries(a)) {
    const [one, other] = [Number(value), Number(b[name])]
    if (name.includes('/s')) total[name] = Math.min(one, other)
    else if (name.endsWith(' s') || name.endsWith(' ms')) total[name] = Math.max(one, other)
    else total[name] = one + other
  }
  return total
}
