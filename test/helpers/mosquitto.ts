/** The clients that field engineers use, run as they run them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { waitFor } from './wait-for.js'

export interface MosquittoOutcome {
  exitCode: number | null
  stdout: string
  stderr: string
}

/** Runs `mosquitto_pub` to its end, or kills it at the deadline; `exitCode` is null then. */
export async function mosquittoPub(
  args: string[],
  { input, timeoutMs = 15_000 }: { input?: string | Uint8Array; timeoutMs?: number } = {},
): Promise<MosquittoOutcome> {
  const run = capture(spawn('mosquitto_pub', args, { timeout: timeoutMs, killSignal: 'SIGKILL' }))
  run.child.stdin?.end(input)
  await once(run.child, 'close')
  return { exitCode: run.child.exitCode, stdout: run.stdout(), stderr: run.stderr() }
}

export interface Subscriber {
  /** Messages printed so far, one a line. */
  lines: () => string[]
  /** Everything printed so far, what the protocol said included. */
  output: () => string
  stderr: () => string
  /** Resolves when it has ended by itself or was ended. */
  ended: Promise<unknown>
  /** SIGTERM says goodbye to the broker, SIGKILL does not. */
  close: (signal?: 'SIGTERM' | 'SIGKILL') => Promise<void>
}

/** Starts `mosquitto_sub` with `-d` and resolves when the broker has answered its SUBSCRIBE. */
export async function mosquittoSub(args: string[]): Promise<Subscriber> {
  // Into a pipe it would print by the page; stdbuf makes it print by the line.
  const run = capture(
    spawn('stdbuf', ['-oL', 'mosquitto_sub', '-d', ...args], { stdio: ['ignore', 'pipe', 'pipe'] }),
  )
  const ended = once(run.child, 'close')
  await waitFor(
    'mosquitto_sub subscribed',
    () => run.stdout().includes('Subscribed') || run.child.exitCode !== null,
  )
  return {
    lines: () =>
      run
        .stdout()
        .split('\n')
        .filter((line) => line !== '' && !/^(Client |Subscribed )/.test(line)),
    output: run.stdout,
    stderr: run.stderr,
    ended,
    close: async (signal = 'SIGTERM') => {
      run.child.kill(signal)
      await ended
    },
  }
}

function capture(child: ChildProcess): { child: ChildProcess; stdout: () => string; stderr: () => string } {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  return { child, stdout: () => stdout, stderr: () => stderr }
}
