/** The parent's side of the load process. */
import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { packageRoot } from '../../src/runtime/package-root.js'
import type { FromLoad, LoadFigures, LoadSpec, SeqReport, ToLoad } from './messages.js'

export interface Load {
  /** Resolves when every connection is in; seconds it took. */
  connect(spec: LoadSpec): Promise<number>
  /** Publishes for a time; `rate` 0 is as fast as acknowledged. */
  run(seconds: number, rate: number): Promise<LoadFigures>
  go(rate: number): void
  stop(): Promise<LoadFigures>
  report(): Promise<{ report: SeqReport; inFlight: number }>
  end(): Promise<void>
}

export function startLoad(): Load {
  const child: ChildProcess = fork(join(packageRoot(), 'dist/test/load/process.js'), [], { stdio: 'inherit' })
  const send = (message: ToLoad) => void child.send(message)

  const died = new Promise<never>((_resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`load process ended with ${code}`)))
  })
  // It is told to whoever waits for an answer; an end that nobody waits for is no failure.
  died.catch(() => undefined)

  function next<T extends FromLoad['type']>(type: T): Promise<Extract<FromLoad, { type: T }>> {
    const answer = new Promise<Extract<FromLoad, { type: T }>>((resolve) => {
      const onMessage = (message: FromLoad) => {
        if (message.type !== type) return
        child.off('message', onMessage)
        resolve(message as Extract<FromLoad, { type: T }>)
      }
      child.on('message', onMessage)
    })
    return Promise.race([answer, died])
  }

  return {
    async connect(spec) {
      send({ type: 'connect', spec })
      return (await next('connected')).seconds
    },
    async run(seconds, rate) {
      send({ type: 'run', seconds, rate })
      return (await next('figures')).figures
    },
    go: (rate) => send({ type: 'go', rate }),
    async stop() {
      send({ type: 'stop' })
      return (await next('figures')).figures
    },
    async report() {
      send({ type: 'report' })
      const { report, inFlight } = await next('report')
      return { report, inFlight }
    },
    async end() {
      send({ type: 'end' })
      await next('ended')
    },
  }
}
