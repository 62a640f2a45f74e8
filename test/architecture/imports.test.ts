import { describe, expect, it } from 'vitest'
import { ALLOWED, ALLOWED_ENTRIES, ALLOWED_TYPES, roomOf, THREAD_ENTRY } from './rooms.js'
import { type Import, type SourceFile, sourcesUnder } from './sources.js'

/** These import everything and show the order of assembly. */
const ASSEMBLY = ['app', 'main']

const src = sourcesUnder('src')

function inside(file: SourceFile): (Import & { target: string })[] {
  return file.imports.flatMap((one) => (one.target === null ? [] : [{ ...one, target: one.target }]))
}

function mayImport(file: SourceFile, one: Import & { target: string }): boolean {
  const [from, to] = [roomOf(file.path), roomOf(one.target)]
  if (from === to || ASSEMBLY.includes(from)) return true
  // Words and tools may borrow each other's types, never each other's code.
  if (from === 'model' || (from === 'runtime' && to === 'model')) return one.typeOnly || to === 'errors'
  if (ALLOWED[from]?.includes(to)) return true
  if (THREAD_ENTRY.test(file.path) && ALLOWED_ENTRIES[from]?.includes(to)) return true
  return one.typeOnly && (ALLOWED_TYPES[from]?.includes(to) ?? false)
}

describe('imports of the service', () => {
  it('every room has its place in the table', () => {
    const rooms = new Set(src.map(({ path }) => roomOf(path)))
    expect([...rooms].filter((room) => !ASSEMBLY.includes(room) && !(room in ALLOWED))).toEqual([])
  })

  it('point one way, room by room', () => {
    const wrong = src.flatMap((file) =>
      inside(file)
        .filter((one) => !one.target.startsWith('src/') || !mayImport(file, one))
        .map((one) => `${file.path} must not import ${one.target}`),
    )
    expect(wrong).toEqual([])
  })

  it('nobody imports the assembly', () => {
    const wrong = src.flatMap((file) =>
      inside(file)
        .filter(({ target }) => ASSEMBLY.includes(roomOf(target)) && file.path !== 'src/main.ts')
        .map(({ target }) => `${file.path} imports ${target}`),
    )
    expect(wrong).toEqual([])
  })

  it('name files that exist', () => {
    const everything = new Set(src.map(({ path }) => path))
    const lost = src.flatMap((file) =>
      inside(file)
        .filter(
          ({ target }) => target.startsWith('src/') && !everything.has(target) && target.endsWith('.js'),
        )
        .map(({ target }) => `${file.path} → ${target}`),
    )
    expect(lost).toEqual([])
  })

  it('run in no circle', () => {
    expect(circle(src)).toEqual([])
  })
})

describe('imports beside the service', () => {
  it('simulators know the words of the service and nothing else of it', () => {
    const wrong = sourcesUnder('simulators').flatMap((file) =>
      inside(file)
        .filter(({ target }) => !/^(simulators|src\/model)\/|^src\/errors\.ts$/.test(target))
        .map(({ target }) => `${file.path} must not import ${target}`),
    )
    expect(wrong).toEqual([])
  })

  it('dashboards know the words of the service and, as types, the events of its socket', () => {
    const wrong = sourcesUnder('dashboards').flatMap((file) =>
      inside(file)
        .filter(
          ({ target, typeOnly }) =>
            !/^(dashboards|src\/model)\//.test(target) && !(typeOnly && target === 'src/live/events.ts'),
        )
        .map(({ target }) => `${file.path} must not import ${target}`),
    )
    expect(wrong).toEqual([])
  })
})

/** The first circle of imports that exist at run time, as a path; empty when there is none. */
function circle(files: SourceFile[]): string[] {
  const importsByPath = new Map(
    files.map((file) => [file.path, inside(file).flatMap((one) => (one.typeOnly ? [] : [one.target]))]),
  )
  const finished = new Set<string>()
  const walk = (path: string, trail: string[]): string[] => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path]
    if (finished.has(path)) return []
    for (const next of importsByPath.get(path) ?? []) {
      const found = walk(next, [...trail, path])
      if (found.length > 0) return found
    }
    finished.add(path)
    return []
  }
  for (const path of importsByPath.keys()) {
    const found = walk(path, [])
    if (found.length > 0) return found
  }
  return []
}
