/** The sources as the architecture tests see them: files, their text, and what they import from where. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'
import ts from 'typescript'
import { packageRoot } from '../../src/runtime/package-root.js'

const root = packageRoot(import.meta.url)

export interface Import {
  /** As written. */
  specifier: string
  /** Path from the package root for a file of ours, else null. */
  target: string | null
  typeOnly: boolean
}

export interface SourceFile {
  /** From the package root, with slashes. */
  path: string
  text: string
  lines: number
  imports: Import[]
}

/** Every TypeScript or Vue file under a folder of the package; none where the folder is not there yet. */
export function sourcesUnder(folder: string): SourceFile[] {
  return filesUnder(join(root, folder))
    .filter((path) => /\.(ts|mts|mjs|vue)$/.test(path))
    .map((path) => readSource(relative(root, path).split('\\').join('/')))
}

/** True for a file or folder of the package. */
export function exists(path: string): boolean {
  return existsSync(join(root, path))
}

export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesUnder(path) : [path]
  })
}

function readSource(path: string): SourceFile {
  const text = readText(path)
  return { path, text, lines: text.split('\n').length - 1, imports: importsOf(path, scriptOf(path, text)) }
}

function scriptOf(path: string, text: string): string {
  if (!path.endsWith('.vue')) return text
  return [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1] ?? '').join('\n')
}

function importsOf(path: string, script: string): Import[] {
  const imports: Import[] = []
  const add = (node: ts.Expression | undefined, typeOnly: boolean): void => {
    if (node && ts.isStringLiteralLike(node)) {
      imports.push({ specifier: node.text, target: targetOf(path, node.text), typeOnly })
    }
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node.importClause))
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      const { literal } = node.argument
      if (ts.isStringLiteral(literal)) add(literal, true)
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false)
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, script, ts.ScriptTarget.Latest, false))
  return imports
}

/** `import type {…}` and `import { type A, type B }` alike. */
function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false
  if (clause.isTypeOnly) return true
  const { namedBindings } = clause
  return (
    clause.name === undefined &&
    namedBindings !== undefined &&
    ts.isNamedImports(namedBindings) &&
    namedBindings.elements.length > 0 &&
    namedBindings.elements.every((element) => element.isTypeOnly)
  )
}

function targetOf(from: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null
  const path = posix.join(dirname(from), specifier)
  const candidates = [path, path.replace(/\.js$/, '.ts'), `${path}.ts`, `${path}/index.ts`]
  return candidates.find((candidate) => /\.\w+$/.test(candidate) && exists(candidate)) ?? path
}
