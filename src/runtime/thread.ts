/**
 * Starts the worker threads of the house. A thread's entry is always compiled JavaScript: from `dist` the file beside
 * the caller, and from the sources (tests) the same file in `dist`, which the test run builds first.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Transferable, Worker } from 'node:worker_threads'
import { TesheError } from '../errors.js'

/** `entry` is the URL of the thread's module as its caller would import it, ending in `.js`. */
export function startThread(
  entry: URL,
  workerData: unknown,
  transferList: readonly Transferable[] = [],
): Worker {
  return new Worker(compiledEntry(fileURLToPath(entry)), { workerData, transferList: [...transferList] })
}

function compiledEntry(path: string): string {
  if (existsSync(path)) return path
  const compiled = path.replace(/\/src\/(?!.*\/src\/)/, '/dist/src/')
  if (!existsSync(compiled))
    throw new TesheError('THREAD_FAILED', [path, 'it is not built, run npm run build'])
  return compiled
}
