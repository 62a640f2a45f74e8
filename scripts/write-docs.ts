/** `npm run docs`: writes what is generated from the sources. Tests hold that it was not forgotten. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../src/runtime/package-root.js'
import { patternsPage } from './pattern-docs.js'
import { errorsPage, signalsPage } from './reference-docs.js'
import { envExample, settingsPage } from './settings-docs.js'

const root = packageRoot(import.meta.url)
mkdirSync(join(root, 'docs/reference'), { recursive: true })
for (const [file, text] of [
  ['.env.example', envExample()],
  ['docs/reference/errors.md', errorsPage()],
  ['docs/reference/patterns.md', patternsPage()],
  ['docs/reference/settings.md', settingsPage()],
  ['docs/reference/signals.md', signalsPage()],
] as const) {
  writeFileSync(join(root, file), text)
  console.log(`written: ${file}`)
}
