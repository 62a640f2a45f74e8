// @ts-check
/**
 * Brings `dist` up to date before a command runs from it: each source newer than its output is transpiled alone, so a
 * test run or a start never waits for the type check, which is a step of its own (`npm run build`, `npm run check`).
 */
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const SERVER_FOLDERS = ['src', 'simulators', 'scripts', 'test']
const DASHBOARD_FOLDERS = ['dashboards', 'src/model']

/** @param {string} path @returns {number} ms since 1970, 0 where there is nothing */
function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

/** @param {string} folder @returns {string[]} every file under it */
function filesUnder(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesUnder(path) : [path]
  })
}

/** Transpiles what is stale. @returns {Promise<string[]>} what could not be read, one sentence each; empty when all is well */
export async function compileServer() {
  const stale = SERVER_FOLDERS.flatMap((folder) => filesUnder(join(root, folder)))
    .filter((source) => source.endsWith('.ts') && !source.endsWith('.d.ts'))
    .map((source) => ({
      source,
      output: join(root, 'dist', relative(root, source)).replace(/\.ts$/, '.js'),
    }))
    .filter(({ source, output }) => changedAt(source) >= changedAt(output))
  if (stale.length === 0) return []

  const { default: ts } = await import('typescript')
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
  // A file that is compiled alone is not seen to lie in an ES module package, so that is said here.
  const compilerOptions = {
    ...options,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    sourceMap: false,
  }
  return stale.flatMap(({ source, output }) => {
    const { outputText, diagnostics } = ts.transpileModule(readFileSync(source, 'utf8'), {
      fileName: source,
      compilerOptions,
      reportDiagnostics: true,
    })
    const faults = (diagnostics ?? []).map(
      ({ messageText }) => `${relative(root, source)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    )
    if (faults.length > 0) return faults
    mkdirSync(dirname(output), { recursive: true })
    replaceFile(output, outputText)
    return []
  })
}

/** Two commands may compile at once, so a file is either the old one or the new one. @param {string} path @param {string} text */
function replaceFile(path, text) {
  const fresh = join(dirname(path), `.${basename(path)}.${process.pid}`)
  writeFileSync(fresh, text)
  renameSync(fresh, path)
}

/** Builds the browser app when one of its sources is newer than its page. */
export function compileDashboards() {
  const built = changedAt(join(root, 'dist/dashboards/index.html'))
  const sources = DASHBOARD_FOLDERS.flatMap((folder) => filesUnder(join(root, folder)))
  if (sources.every((source) => changedAt(source) < built)) return
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  execFileSync(
    process.execPath,
    [vite, 'build', '--config', 'dashboards/vite.config.ts', '--logLevel', 'warn'],
    {
      cwd: root,
      stdio: 'inherit',
    },
  )
}
