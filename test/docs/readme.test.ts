/** What the pages say is so: commands, paths, folders, patterns and settings that they name exist, and what is generated is fresh. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { patternsPage } from '../../scripts/pattern-docs.js'
import { errorsPage, signalsPage } from '../../scripts/reference-docs.js'
import { CATALOGUE, patternsOf } from '../../src/rules/catalogue.js'
import { createMetrics } from '../../src/runtime/metrics.js'
import { packageRoot } from '../../src/runtime/package-root.js'
import { exists, readText } from '../architecture/sources.js'

const root = packageRoot(import.meta.url)
const readme = readText('README.md')
const PAGES = ['README.md', ...pagesUnder('docs')]

function pagesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return pagesUnder(path)
    return entry.name.endsWith('.md') ? [path] : []
  })
}

/** First cells in backticks of the table under a heading cell. */
function firstCells(page: string, heading: string): string[] {
  const table = page.slice(page.indexOf(`| ${heading} |`)).split('\n\n')[0] ?? ''
  return [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, cell = '']) => cell)
}

function linesOfShell(page: string): string[] {
  return [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) => block.split('\n'))
}

describe('commands', () => {
  it('every npm script that is named exists', () => {
    const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> }
    const built = new Set([...Object.keys(scripts), 'ci', 'prune'])
    for (const page of PAGES) {
      const named = [...readText(page).matchAll(/\bnpm (?:run )?([a-z][a-z:-]*)/g)].map(
        ([, name = '']) => name,
      )
      expect([page, named.filter((name) => !built.has(name))]).toEqual([page, []])
    }
  })

  it('every compiled module that is started has a source', () => {
    for (const page of PAGES) {
      const modules = [...readText(page).matchAll(/\bdist\/([a-z/-]+)\.js/g)].map(([, path]) => `${path}.ts`)
      expect([page, modules.filter((path) => !exists(path))]).toEqual([page, []])
    }
  })

  it('the benchmarks that are named are those that there are', () => {
    const names = /const NAMES = (\[[^\]]*\]) as const/.exec(readText('test/bench/main.ts'))?.[1] ?? '[]'
    const all = [...names.matchAll(/'([\w-]+)'/g)].map(([, name]) => name)
    const line = linesOfShell(readme).find((command) => command.startsWith('npm run bench'))
    expect(/--only (\S+)/.exec(line ?? '')?.[1]?.split(',')).toEqual(all)
    const cells = [...readme.matchAll(/^\| `[^|]+\| [^|]+ \| (`\w+`(?:, `\w+`)*) \|$/gm)]
    const used = cells.flatMap(([, cell = '']) => [...cell.matchAll(/\w+/g)].map(([name]) => name))
    expect(used.length).toBeGreaterThan(0)
    expect(used.filter((name) => !all.includes(name))).toEqual([])
  })
})

describe('paths', () => {
  it('every link leads to a file of ours', () => {
    for (const page of PAGES) {
      const links = [...readText(page).matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].map(
        ([, link = '']) => normalize(join(dirname(page), link)),
      )
      expect([page, links.filter((link) => !existsSync(join(root, link)))]).toEqual([page, []])
    }
  })

  it('every file or folder in backticks exists', () => {
    for (const page of PAGES) {
      const paths = [
        ...readText(page).matchAll(/`((?:src|test|scripts|docs|dashboards|simulators)\/[\w./-]*)`/g),
      ]
        .map(([, path = '']) => path)
        .filter((path) => !path.includes('ID/'))
      expect([page, paths.filter((path) => !exists(path))]).toEqual([page, []])
    }
  })

  it('hot paths stand where they are said to be', () => {
    const rows = [...readme.matchAll(/^\| (`[^|]+) \(`(src\/[^`]+)`\) \|/gm)]
    expect(rows.length).toBeGreaterThan(5)
    for (const [, names = '', file = ''] of rows) {
      for (const [, name = ''] of names.matchAll(/`([^`]+)`/g)) {
        const last = name.split('.').at(-1) ?? ''
        // A whole file is named by its own name.
        const found = file.endsWith(`/${last}.ts`) || new RegExp(`\\b${last}\\(`).test(readText(file))
        expect([file, last, found]).toEqual([file, last, true])
      }
    }
  })

  it('the picture is small enough to load', () => {
    expect(statSync(join(root, 'docs/desk.png')).size).toBeLessThan(400_000)
  })
})

describe('lists', () => {
  it('the table of folders is the folders of src', () => {
    const folders = readdirSync(join(root, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && readdirSync(join(root, 'src', entry.name)).length > 0)
      .map(({ name }) => name)
    expect(firstCells(readme, 'folder of `src`').sort()).toEqual(folders.sort())
  })

  it('each fault pattern says at the head of its file what it finds', () => {
    const page = readText('docs/reference/patterns.md')
    expect(page).toBe(patternsPage())
    for (const { id, priority } of patternsOf(CATALOGUE))
      expect(page).toMatch(new RegExp(`### ${id} · ${priority}\n\n[A-Z].{20,}`))
  })

  it('every metric that is named is published', async () => {
    const published = (await createMetrics().registry.metrics()).match(/^# HELP \S+/gm) ?? []
    const names = new Set(published.map((line) => line.slice('# HELP '.length)))
    for (const page of ['docs/operate.md', 'docs/connect.md']) {
      const named = [...readText(page).matchAll(/\bteshe_[a-z0-9_]*[a-z0-9]/g)].map(([name]) => name)
      expect([page, named.filter((name) => !names.has(name))]).toEqual([page, []])
    }
  })

  it('errors and signals are those of the sources; npm run docs writes them', () => {
    expect(readText('docs/reference/errors.md')).toBe(errorsPage())
    expect(readText('docs/reference/signals.md')).toBe(signalsPage())
  })

  it('every decision has a number of its own and stands in order', () => {
    const numbers = readdirSync(join(root, 'docs/decisions')).map((name) => Number(name.slice(0, 3)))
    expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  })
})
