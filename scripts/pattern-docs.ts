/** What the catalogue of fault patterns says, as a page of the reference. What each finds stands at the head of its file. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EQUIPMENT_KINDS } from '../src/model/equipment.js'
import { CATALOGUE, patternsOf } from '../src/rules/catalogue.js'
import type { Parameter, PatternHead } from '../src/rules/pattern.js'
import { packageRoot } from '../src/runtime/package-root.js'

const KIND = { elevator: 'Lifts', boiler: 'Boilers', escalator: 'Escalators and moving walks' } as const

export function patternsPage(): string {
  const patterns = patternsOf(CATALOGUE)
  const lines = [
    '# Fault patterns',
    '',
    'A pattern that needs a signal or an attribute that an equipment does not have is not guessed at: it stands as *not observable* on the page of that equipment. The sources of the defaults are field practice and judgement where nothing else is named; each is a setting, none is law.',
    '',
    'Priorities grow with what is seen; P0 and P1 send people, P2 goes to the company, P3 and P4 are listed. Written by `npm run docs` from `src/rules`.',
  ]
  for (const kind of EQUIPMENT_KINDS) {
    lines.push('', `## ${KIND[kind]}`, '')
    for (const pattern of patterns) if (pattern.kind === kind) lines.push(...sectionOf(pattern))
  }
  return `${lines.join('\n')}\n`
}

function sectionOf(pattern: PatternHead): string[] {
  const parameters = Object.entries(pattern.parameters)
  return [
    `### ${pattern.id} · ${pattern.priority}`,
    '',
    headOf(pattern),
    '',
    `Needs ${pattern.needs.length === 0 ? 'nothing but a link' : pattern.needs.map(oneNeed).join(', and ')}.`,
    '',
    ...(parameters.length === 0
      ? []
      : ['| parameter | default | from … to | source |', '|---|---|---|---|', ...parameters.map(row), '']),
  ]
}

/** The first words of its file, without its name. */
function headOf({ id, kind }: PatternHead): string {
  const path = join(packageRoot(import.meta.url), 'src/rules', kind, `${id.toLowerCase()}.ts`)
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const comment = /^\/\*\*([\s\S]*?)\*\//.exec(text)?.[1] ?? ''
  const sentence = comment
    .replace(/\s*\n\s*\*\s?/g, ' ')
    .trim()
    .replace(`${id}: `, '')
  return sentence.charAt(0).toUpperCase() + sentence.slice(1)
}

function oneNeed(alternatives: readonly string[]): string {
  return alternatives.map((need) => need.split(' & ').map(nameOf).join(' with ')).join(' or ')
}

function nameOf(need: string): string {
  const [space, name] = need.split('.')
  return name === undefined ? `\`${need}\`` : `${space === 'event' ? 'event' : 'attribute'} \`${name}\``
}

function row([name, { default: value, unit, min, max, source }]: [string, Parameter]): string {
  return `| \`${name}\` | ${value} ${unit} | ${min} … ${max} | ${source} |`
}
