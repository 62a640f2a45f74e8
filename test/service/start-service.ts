/** The service as an operator runs it: a process of its own, settings from the environment. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { packageRoot } from '../../src/runtime/package-root.js'

export interface Service {
  http: string
  httpPort: number
  mqttPort: number
  process: ChildProcess
  /** Every line it printed, newest last. */
  lines: string[]
  exited: Promise<number | null>
  /** SIGTERM, and wait for the end. */
  stop(): Promise<number | null>
  kill(): Promise<void>
}

const READY_MS = 60_000

/** Resolves when it says that it is ready; rejects with its output when it ends before. `wrap` runs it under another program. */
export function startService({
  dir,
  env = {},
  wrap = [],
  entry = 'dist/src/main.js',
}: {
  dir: string
  env?: Record<string, string>
  wrap?: string[]
  entry?: string
}): Promise<Service> {
  const [command = '', ...rest] = [...wrap, process.execPath, join(packageRoot(), entry)]
  const child = spawn(command, rest, {
    env: { ...process.env, TESHE_DATA_DIR: dir, TESHE_HTTP_PORT: '0', TESHE_MQTT_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))

  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`service not ready after ${READY_MS} ms:\n${lines.join('\n')}`))
    }, READY_MS)
    void exited.then((code) => {
      clearTimeout(timer)
      reject(new Error(`service ended with ${code}:\n${lines.join('\n')}`))
    })
    createInterface({ input: child.stderr }).on('line', (line) => lines.push(line))
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line)
      if (!line.includes('"msg":"ready"')) return
      clearTimeout(timer)
      const { http, mqtt } = JSON.parse(line) as { http: string; mqtt: string }
      resolve({
        http,
        httpPort: Number(new URL(http).port),
        mqttPort: Number(new URL(mqtt).port),
        process: child,
        lines,
        exited,
        stop() {
          child.kill('SIGTERM')
          return exited
        },
        async kill() {
          child.kill('SIGKILL')
          await exited
        },
      })
    })
  })
}
