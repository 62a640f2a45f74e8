import { describe, expect, it } from 'vitest'
import { ERRORS } from '../../src/errors.js'
import { exists, readText, sourcesUnder } from './sources.js'

const MOST_LINES = 400
const src = sourcesUnder('src')
const PATTERN_FOLDERS = ['src/rules/elevator', 'src/rules/boiler', 'src/rules/escalator']
const CATALOGUE = 'src/rules/catalogue.ts'

/** The part of the lock file that is read here. */
interface Lock {
  packages: Record<string, { hasInstallScript?: boolean; optionalDependencies?: Record<string, string> }>
}

/** Comments may name what code may not. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')
}

describe('files', () => {
  it(`none is longer than ${MOST_LINES} lines`, () => {
    const files = [...src, ...['simulators', 'scripts', 'dashboards/src'].flatMap(sourcesUnder)]
    const long = files.filter(({ lines }) => lines > MOST_LINES).map(({ path, lines }) => `${path}: ${lines}`)
    expect(long).toEqual([])
  })

  it('each begins with its place in the path', () => {
    const mute = src.filter(({ text }) => !text.startsWith('/*')).map(({ path }) => path)
    expect(mute).toEqual([])
  })

  it('each is named in kebab case', () => {
    const odd = src
      .filter(({ path }) => !/^src\/([a-z0-9-]+\/)*[a-z0-9-]+\.ts$/.test(path))
      .map(({ path }) => path)
    expect(odd).toEqual([])
  })
})

describe('time and chance are arguments', () => {
  const CLOCKS = /\b(Date\.now|Math\.random|setTimeout|setInterval|new Date\(\))/
  /** A file with a life of its own, which starts a thread, a sleeper or a channel, may hold a clock. */
  const HAS_A_LIFE = /export (async )?function (start|open)[A-Z]/

  it.each([
    ['rules', /(worker|thread|pool)[^/]*\.ts$/],
    ['incidents', null],
    ['dispatch', null],
  ] as const)('in %s', (room, exempt) => {
    const wrong = src
      .filter(({ path }) => path.startsWith(`src/${room}/`) && !exempt?.test(path))
      .filter(({ text }) => !(room === 'dispatch' && HAS_A_LIFE.test(text)))
      .filter(({ text }) => CLOCKS.test(withoutComments(text)))
      .map(({ path }) => path)
    expect(wrong).toEqual([])
  })
})

describe('lists', () => {
  it('every error is thrown somewhere', () => {
    const code = src.filter(({ path }) => path !== 'src/errors.ts').map(({ text }) => withoutComments(text))
    const unused = Object.keys(ERRORS).filter((name) => !code.some((text) => text.includes(`'${name}'`)))
    expect(unused).toEqual([])
  })

  it('no plain error is thrown', () => {
    const plain = src
      .filter(({ text }) => /throw new Error\(/.test(withoutComments(text)))
      .map(({ path }) => path)
    expect(plain).toEqual([])
  })

  it.skipIf(!exists(CATALOGUE))('every fault pattern is in the catalogue', () => {
    const catalogue = sourcesUnder('src/rules').find(({ path }) => path === CATALOGUE)
    const listed = new Set(catalogue?.imports.map(({ target }) => target))
    const patterns = PATTERN_FOLDERS.flatMap(sourcesUnder).filter(({ text }) => /\bid: '[A-Z]-/.test(text))
    expect(patterns.map(({ path }) => path).filter((path) => !listed.has(path))).toEqual([])
  })
})

describe('packages', () => {
  const lock: Lock = JSON.parse(readText('package-lock.json'))

  it('the lock file holds what every platform needs, without which an installation from it is refused', () => {
    const locked = new Set(Object.keys(lock.packages).map((path) => path.replace(/^.*node_modules\//, '')))
    const optional = Object.values(lock.packages).flatMap((one) =>
      Object.keys(one.optionalDependencies ?? {}),
    )
    expect([...new Set(optional)].filter((name) => !locked.has(name))).toEqual([])
  })

  it('each that would run a script at installation is allowed or denied by name', () => {
    const { allowScripts }: { allowScripts: Record<string, boolean> } = JSON.parse(readText('package.json'))
    const scripted = Object.entries(lock.packages)
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => path.replace(/^.*node_modules\//, ''))
    expect([...new Set(scripted)].sort()).toEqual(Object.keys(allowScripts).sort())
  })
})
