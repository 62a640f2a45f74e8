/** The entry of `npm run rebuild-history`. */
import { rebuildCommand } from '../src/upkeep/rebuild-command.js'

process.exitCode = await rebuildCommand(process.argv.slice(2))
