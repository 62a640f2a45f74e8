/** The entry of `npm run backtest`. */
import { backtestCommand } from '../src/upkeep/backtest-command.js'

process.exitCode = await backtestCommand(process.argv.slice(2))
