/** The entry of `npm run verify`. */
import { verifyCommand } from '../src/upkeep/verify-command.js'

process.exitCode = verifyCommand(process.argv.slice(2), (line) => console.log(line))
