/** One step of the test run: a command with its own group of processes, its output shown as it comes, and an end in any case. */
import { spawn } from 'node:child_process'

export interface Step {
  name: string
  command: string
  args: string[]
  /** ms after which the step and all it started is killed. */
  limitMs: number
  env?: Record<string, string>
}

export interface StepResult {
  name: string
  outcome: 'passed' | 'failed' | 'timed out'
  seconds: number
}

/** Runs a step to its end or to its limit. */
export function runStep({ name, command, args, limitMs, env }: Step, cwd: string): Promise<StepResult> {
  console.log(`\n— ${name}`)
  const begun = performance.now()
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      // A group of its own, so that servers which a killed test leaves behind go with it.
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    })
    let late = false
    const killGroup = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      } catch {
        // The group ended by itself a moment ago.
      }
    }
    const timer = setTimeout(() => {
      late = true
      killGroup()
    }, limitMs)
    const interrupt = (): void => {
      killGroup()
      process.exit(130)
    }
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
    const end = (outcome: StepResult['outcome']): void => {
      clearTimeout(timer)
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
      killGroup()
      resolve({ name, outcome, seconds: (performance.now() - begun) / 1000 })
    }
    child.once('error', (error) => {
      console.error(`${command}: ${error.message}`)
      end('failed')
    })
    child.once('exit', (code) => end(late ? 'timed out' : code === 0 ? 'passed' : 'failed'))
  })
}
