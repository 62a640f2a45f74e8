/** The entry of `npm run backup`. */
import { backupCommand } from '../src/upkeep/backup-command.js'

process.exitCode = await backupCommand(process.argv.slice(2))
