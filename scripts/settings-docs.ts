/** What the schema of the settings says, as `.env.example` and as a page of the reference. */
import { Type } from 'typebox'
import { ConfigSchema } from '../src/config.js'
import { isSecret, type Setting, settingsOf } from '../src/runtime/settings.js'

interface Group {
  title: string
  settings: Setting[]
}

function groups(): Group[] {
  return Object.values(ConfigSchema.properties).map((group) => ({
    title: 'title' in group ? String(group.title) : '',
    settings: Type.IsObject(group) ? settingsOf(group) : [],
  }))
}

function shownDefault({ notes }: Setting): string {
  return notes.shown ?? (notes.default === null ? 'unset' : String(notes.default))
}

/** Every setting commented out with its default, so that a copy of it changes nothing. */
export function envExample(): string {
  const head = [
    '# Settings of Teshe. Copy to .env, which `npm start` and `npm run demo` read; or node --env-file=.env dist/src/main.js.',
    '# A line that is commented out shows the default. Every secret may also be given as NAME_FILE with a path.',
    '# Written by `npm run docs`.',
  ]
  const body = groups().flatMap(({ title, settings }) => [
    '',
    `# --- ${title} ---`,
    ...settings.flatMap((setting) => {
      const { env, form, meaning, rule, default: value, shown } = setting.notes
      // A default that is computed or absent is told in words, for writing it down would fix it.
      const isFixed = value !== null && !Array.isArray(value) && (shown === undefined || form === 'bytes')
      const hint = isFixed ? '' : ` Default: ${shownDefault(setting)}.`
      return [
        '',
        `# ${meaning}${hint}`,
        `# Must be ${rule}.`,
        `#${env}=${isFixed ? shownDefault(setting) : ''}`,
      ]
    }),
  ])
  return `${[...head, ...body].join('\n')}\n`
}

/** The page of the reference. */
export function settingsPage(): string {
  const head = [
    '# Settings',
    '',
    'Given by environment variables. A bad setting prints every fault, each with its name, rule and value, and the process exits with 2 before a port opens. Unknown names that begin with `TESHE_` are refused.',
    '',
    'Those marked † are secrets: they are never printed, and each may also be given as `NAME_FILE` with the path of a file that holds it. Keys and certificates are given as a path or as the PEM itself.',
    '',
    'Written by `npm run docs` from `src/config.ts`.',
  ]
  const body = groups().flatMap(({ title, settings }) => [
    '',
    `## ${title}`,
    '',
    '| variable | default | meaning | must be |',
    '|---|---|---|---|',
    ...settings.map((setting) => {
      const { env, meaning, rule } = setting.notes
      return `| \`${env}\`${isSecret(setting.notes) ? ' †' : ''} | ${shownDefault(setting)} | ${meaning} | ${rule} |`
    }),
  ])
  return `${[...head, ...body].join('\n')}\n`
}
