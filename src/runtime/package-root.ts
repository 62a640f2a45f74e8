/** Where the package lies. Recorded data and tables are read from the source folders, from `src` and from `dist` alike. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The directory of the nearest `package.json` at or above a module; `moduleUrl` is its `import.meta.url`. */
export function packageRoot(moduleUrl: string = import.meta.url): string {
  let directory = dirname(fileURLToPath(moduleUrl))
  while (!existsSync(join(directory, 'package.json')) && directory !== dirname(directory)) {
    directory = dirname(directory)
  }
  return directory
}
