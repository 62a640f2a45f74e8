/** The entry of `npm run restore`. */
import { restoreCommand } from '../src/upkeep/restore-command.js'

process.exitCode = await restoreCommand(process.argv.slice(2))
