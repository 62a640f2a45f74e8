// @ts-check
/**
 * `node scripts/run.mjs [--service | --settings] MODULE [arguments]` compiles what is stale and then becomes that module
 * of `dist`. Both get settings from `.env` where the environment does not say otherwise; a service also its dashboards.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { compileDashboards, compileServer, root } from './compile.mjs'

const words = process.argv.slice(2)
const isService = words[0] === '--service'
const hasSettings = isService || words[0] === '--settings'
const [module = '', ...rest] = hasSettings ? words.slice(1) : words

// An installation without the build tools runs what was built before.
if (existsSync(join(root, 'node_modules/typescript'))) {
  const faults = await compileServer()
  if (faults.length > 0) {
    console.error(faults.join('\n'))
    process.exit(1)
  }
  if (isService) compileDashboards()
}

const entry = join(root, 'dist', module)
if (!existsSync(entry)) {
  console.error(`${module} is not part of this version, or not built: run npm ci, then npm run build`)
  process.exit(1)
}
if (hasSettings && existsSync(join(root, '.env'))) process.loadEnvFile(join(root, '.env'))
process.argv.splice(1, process.argv.length, entry, ...rest)
await import(pathToFileURL(entry).href)
