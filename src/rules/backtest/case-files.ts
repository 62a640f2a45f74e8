/** Reads case files: JSON or YAML, `NAME.fires.yaml` or `NAME.quiet.yaml`, in a folder named by the pattern they are about. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { Value } from 'typebox/value'
import { parse } from 'yaml'
import { messageOf, TesheError } from '../../errors.js'
import { type Case, CaseFile, type Timeline } from './case-schema.js'

const NAME = /\.(fires|quiet)\.(json|ya?ml)$/

/** All cases under `dir`, by name. Throws `CASE_INVALID` with the file and what is wrong with it. */
export function readCases(dir: string): Case[] {
  return listCaseFiles(dir)
    .map((path) => parseCase(readFileSync(path, 'utf8'), path, relative(dir, path) || basename(path)))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function listCaseFiles(dir: string): string[] {
  try {
    return readdirSync(dir, { recursive: true, encoding: 'utf8' })
      .filter((path) => NAME.test(path))
      .map((path) => join(dir, path))
  } catch (error) {
    throw new TesheError('CASE_INVALID', [dir, messageOf(error)], { cause: error })
  }
}

function parseCase(text: string, path: string, name: string): Case {
  const verdict = NAME.exec(path)?.[1] === 'quiet' ? 'quiet' : 'fires'
  let content: unknown
  try {
    // JSON is YAML.
    content = parse(text)
  } catch (error) {
    throw new TesheError('CASE_INVALID', [path, messageOf(error)], { cause: error })
  }
  if (!Value.Check(CaseFile, content)) {
    const [fault] = Value.Errors(CaseFile, content)
    throw new TesheError('CASE_INVALID', [
      path,
      `${fault?.instancePath || 'the file'} ${fault?.message ?? ''}`,
    ])
  }
  const { about, pattern = basename(dirname(path)), expect = [], ...timeline } = content
  if (verdict === 'fires' && expect.length === 0) {
    throw new TesheError('CASE_INVALID', [path, 'a case that fires says under `expect` what is found'])
  }
  return { ...(timeline as Timeline), name, about, pattern, verdict, expect }
}
