/**
 * A YAML text to its documents, with a place for every offset. The composer behind it calls itself for every level, and
 * a stack that runs over inside it ends the process, so nesting is measured before anything is composed.
 */
import { type Document, Lexer, LineCounter, parseAllDocuments } from 'yaml'
import type { Fault, Place } from './own-rule.js'

/** Some hundred rules; a text is read in one go. */
const MAX_CHARACTERS = 256 * 1024
/** A rule has two levels of braces. */
const MAX_DEPTH = 8
const MAX_INDENT = 64
/** What the lexer adds of its own: document, end of flow, scalar. */
const CONTROL = new Set(['\u0002', '\u0018', '\u001f'])

export interface YamlText {
  text: string
  documents: Document.Parsed[]
  /** What stands in the text for each document, comments and all, without the `---` before it. */
  sources: string[]
  faults: Fault[]
  placeOf: (offset: number) => Place
}

export function openYaml(written: string): YamlText {
  // A byte order mark is no column.
  const text = written.replace(/^\uFEFF/, '')
  const lines = new LineCounter()
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    // Of a text that could not be read, nothing but its beginning is known.
    return line === 0 ? { line: 1, column: offset + 1 } : { line, column: col }
  }
  const refused = refusal(text)
  if (refused) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1)
    lines.lineStarts.unshift(0)
    const fault: Fault = { ...placeOf(refused.offset), field: '', message: refused.message }
    return { text, documents: [], sources: [], faults: [fault], placeOf }
  }
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' })
  const documents: Document.Parsed[] = []
  const sources: string[] = []
  let begin = 0
  for (const document of parsed as Document.Parsed[]) {
    const end = document.range[2]
    if (document.contents !== null) {
      documents.push(document)
      sources.push(sourceOf(text.slice(begin, end)))
    }
    begin = end
  }
  const faults = [...(parsed as Document.Parsed[])].flatMap(({ errors }) =>
    errors.map(({ message, pos }) => ({
      ...placeOf(Math.min(pos[0], text.length)),
      field: '',
      message: `not to be read as YAML: ${message}`,
    })),
  )
  return { text, documents, sources, faults, placeOf }
}

/** Comments may stand before the marker of their document as well as behind it. */
function sourceOf(part: string): string {
  const lines = part.replaceAll('\r\n', '\n').replace(/^---[ \t]*\n?/m, '')
  return `${lines.replace(/^(?:[ \t]*\n)+/, '').trimEnd()}\n`
}

function refusal(text: string): { offset: number; message: string } | null {
  if (text.length > MAX_CHARACTERS) {
    return { offset: 0, message: `found ${text.length} characters, expected at most ${MAX_CHARACTERS}` }
  }
  let offset = 0
  let depth = 0
  let indicators = 0
  let lineStart = true
  for (const token of new Lexer().lex(text)) {
    if (CONTROL.has(token)) continue
    if (token.includes('\n')) {
      indicators = 0
      lineStart = true
    } else {
      if (token === '[' || token === '{') depth++
      if (token === ']' || token === '}') depth = Math.max(0, depth - 1)
      if (token === '-' || token === '?') indicators++
      const indented = lineStart && token.trim() === '' && token.length > MAX_INDENT
      if (depth > MAX_DEPTH || indicators > MAX_DEPTH || indented) {
        return { offset, message: 'nested deeper than any rule is' }
      }
      lineStart = false
    }
    offset += token.length
  }
  return null
}
