/**
 * `node dist/test/chaos/escalation.js [--kills 200] [--seed 1]`: rescues of three kinds are played to their end by a
 * process that is killed between two steps, and by another that takes up what it left. Whatever the moment, the end
 * state is the one without a kill. Exits 1 when one differs.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openDatabase } from '../../src/database/database.js'
import { packageRoot } from '../../src/runtime/package-root.js'
import { endStateOf } from './end-state.js'
import { createRandom } from './random.js'

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
})
const STORIES = ['silence', 'never-came', 'hurt'] as const
const script = join(packageRoot(), 'dist/test/chaos/escalation-desk.js')
const root = mkdtempSync(join(tmpdir(), 'teshe-escalation-'))
const random = createRandom(Number(values.seed))
const kills = Number(values.kills)

/** Returns the moments around which something was written; `null` when it was killed. */
function play(file: string, story: string, killAt?: number): number[] | null {
  try {
    const args = [script, file, story, ...(killAt === undefined ? [] : [String(killAt)])]
    return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }))
  } catch (error) {
    if ((error as { signal?: string }).signal === 'SIGKILL') return null
    throw error
  }
}

async function stateOf(file: string): Promise<string> {
  const database = await openDatabase({ file })
  const state = await endStateOf(database.db)
  await database.close()
  return state
}

let killed = 0
let different = 0
for (const [index, story] of STORIES.entries()) {
  const reference = join(root, `${story}.sqlite`)
  const moments = play(reference, story) ?? []
  const expected = await stateOf(reference)
  const share = Math.floor(kills / STORIES.length) + (index < kills % STORIES.length ? 1 : 0)
  for (let run = 0; run < share; run++) {
    // Every moment in turn, or spread over them; a second round dies twice.
    const twice = run >= moments.length
    const all = share >= moments.length
    const at = moments[all ? run % moments.length : Math.floor(((run + random()) * moments.length) / share)]
    if (at === undefined) continue
    const file = join(root, `${story}-${run}.sqlite`)
    if (play(file, story, at) === null) killed++
    if (twice && play(file, story, Math.floor(random() * 6)) === null) killed++
    play(file, story)
    if ((await stateOf(file)) === expected) continue
    different++
    console.log(`${story}, killed at moment ${at}: another end state, kept in ${file}`)
  }
  console.log(`${story}: ${moments.length} moments, ${share} runs`)
}
console.log(`killed ${killed}, different ${different}`)
if (different === 0) rmSync(root, { recursive: true })
process.exit(different === 0 ? 0 : 1)
