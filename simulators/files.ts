/** Where the simulators' data files lie. The compiler leaves them beside the sources, so `dist` looks there too. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Absolute path of a file below `simulators/`. */
export function dataFile(path: string): string {
  const beside = fileURLToPath(new URL(path, import.meta.url))
  return existsSync(beside)
    ? beside
    : beside.replace(/\/dist\/simulators\/(?!.*\/dist\/simulators\/)/, '/simulators/')
}
