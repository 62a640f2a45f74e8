/**
 * `npm test`: everything that says whether a change is good, in one run that always ends. A step that fails does not
 * keep the others from running; the last line counts the tests. Words after `--` go to vitest.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packageRoot } from '../src/runtime/package-root.js'
import { installNeighbours } from './neighbours.js'
import { runStep, type Step, type StepResult } from './test-step.js'

const MINUTE_MS = 60_000

const root = packageRoot(import.meta.url)
const scratch = mkdtempSync(join(tmpdir(), 'teshe-test-run-'))
const resultFile = join(scratch, 'result.json')
const leftOutFile = join(scratch, 'left-out')

const bin = (name: string): string => join(root, 'node_modules/.bin', name)
const vite = ['build', '--config', 'dashboards/vite.config.ts', '--logLevel', 'warn']
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${resultFile}`]

const TESTS: Step = {
  name: 'tests (vitest)',
  command: bin('vitest'),
  args: ['run', ...reporters, ...process.argv.slice(2)],
  limitMs: 60 * MINUTE_MS,
  env: { TEST_LEFT_OUT_FILE: leftOutFile },
}

/** In this order: types before anything runs from `dist`, the browser app before the tests that open it. */
const STEPS: readonly Step[] = [
  {
    name: 'types and service (tsc)',
    command: bin('tsc'),
    args: ['-p', 'tsconfig.json'],
    limitMs: 5 * MINUTE_MS,
  },
  { name: 'dashboards (vite)', command: bin('vite'), args: vite, limitMs: 5 * MINUTE_MS },
  {
    name: 'style (biome)',
    command: bin('biome'),
    args: ['check', '--error-on-warnings', '.'],
    limitMs: 3 * MINUTE_MS,
  },
  {
    name: 'types of the dashboards (vue-tsc)',
    command: bin('vue-tsc'),
    args: ['--noEmit', '-p', 'dashboards/tsconfig.json'],
    limitMs: 5 * MINUTE_MS,
  },
  TESTS,
]

interface Counts {
  passed: number
  failed: number
  skipped: number
}

/** The part of vitest's JSON report that is read here. */
interface VitestResult {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
}

/** What vitest counted; a run that wrote no result has failed as a whole, which its step says. */
function testCounts(): Counts {
  if (!existsSync(resultFile)) return { passed: 0, failed: 0, skipped: 0 }
  const result: VitestResult = JSON.parse(readFileSync(resultFile, 'utf8'))
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests,
    skipped: result.numPendingTests + result.numTodoTests,
  }
}

function linesOf(file: string): string[] {
  return existsSync(file) ? [...new Set(readFileSync(file, 'utf8').trim().split('\n'))] : []
}

await installNeighbours(root)
const results: StepResult[] = []
for (const step of STEPS) results.push(await runStep(step, root))

const leftOut = linesOf(leftOutFile)
const { passed, failed, skipped } = testCounts()
const failedSteps = results.filter(({ outcome }) => outcome !== 'passed')
rmSync(scratch, { recursive: true, force: true })

console.log('\n— summary')
for (const { name, outcome, seconds } of results) console.log(`${outcome}: ${name}, ${seconds.toFixed(0)} s`)
for (const sentence of leftOut) console.log(sentence)
// A failing test has failed its step as well and is counted once; a step without a failing test counts itself.
const failures = failed + failedSteps.filter(({ name }) => failed === 0 || name !== TESTS.name).length
console.log(`${passed} passed, ${failures} failed, ${skipped} skipped`)
process.exitCode = failures > 0 ? 1 : 0
