/**
 * `npm run backtest`: rules, in force or from a file, over recorded time or over case files. Beside a running service it
 * reads the journal alone, because the history belongs to that service; without one it opens the history too.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { influxOf } from '../config-parts.js'
import { openDatabase } from '../database/database.js'
import { TesheError } from '../errors.js'
import { startHistory } from '../history/client.js'
import { reachOf } from '../journal/reach.js'
import type {
  BacktestRequest,
  BacktestResult,
  BacktestSelection,
  LabelledIncident,
} from '../model/backtest.js'
import { EQUIPMENT_KINDS, type EquipmentKind } from '../model/equipment.js'
import { type RuleSet, SHIPPED_RULES } from '../model/rule-set.js'
import { readLabels } from '../oversight/labels.js'
import { type StoredReader, startBacktest } from '../rules/backtest/backtest-client.js'
import { readCases } from '../rules/backtest/case-files.js'
import { playCase } from '../rules/backtest/play-case.js'
import { readRulesFile } from '../rules/backtest/rules-file.js'
import { casesInWords, resultInWords } from './backtest-report.js'
import {
  createShare,
  EXIT_FAILED,
  lockDataDir,
  readSettingsOfService,
  runCommand,
  usableDataDir,
} from './command.js'
import { findService } from './control-client.js'
import { type Given, timeOf } from './flags.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const KEEP = 100

const COMMAND = {
  usage:
    'npm run backtest -- [--from TIME] [--to TIME] [--equipment IDS | --kind KIND] [--rules FILE] [--compare]\nnpm run backtest -- --cases DIR [--rules FILE]\n\nPlays rules over what was recorded, or over case files, and says what they find.\nBeside a running service only the journal is read; POST /api/rules/backtest reads its history too.',
  interrupted: 'nothing was changed',
  flags: {
    from: {
      value: 'TIME',
      meaning: 'ISO 8601 with zone, or ms since 1970; a day before the end unless given',
    },
    to: { value: 'TIME', meaning: 'likewise; now unless given' },
    equipment: { value: 'IDS', meaning: 'separated by commas; all unless given' },
    kind: { value: 'KIND', meaning: EQUIPMENT_KINDS.join(' or ') },
    rules: {
      value: 'FILE',
      meaning: 'JSON or YAML with `parameters` and `rules`; those in force unless given',
    },
    compare: { value: null, meaning: 'also play the rules in force, and say what differs' },
    'warm-up': { value: 'HOURS', meaning: 'played before and not counted, 24 unless given' },
    cases: { value: 'DIR', meaning: 'play the case files under it instead' },
    json: { value: null, meaning: 'the whole result as JSON' },
    data: { value: 'DIR', meaning: 'data directory, TESHE_DATA_DIR unless given' },
  },
}

export async function backtestCommand(args: readonly string[]): Promise<number> {
  let failed = false
  const code = await runCommand(COMMAND, args, async ({ given, signal }) => {
    const draft = typeof given.rules === 'string' ? readRulesFile(given.rules) : null
    if (typeof given.cases === 'string') {
      failed = playCases(given.cases, draft ?? SHIPPED_RULES)
      return
    }
    const result = await backtest(requestOf(given, draft), given, signal)
    console.log(given.json === true ? JSON.stringify(result, null, 2) : resultInWords(result))
  })
  return code === 0 && failed ? EXIT_FAILED : code
}

/** Returns whether one of them failed. */
function playCases(dir: string, rules: RuleSet): boolean {
  const outcomes = readCases(dir).map((one) => playCase(one, rules))
  console.log(casesInWords(outcomes))
  return outcomes.length === 0 || outcomes.some(({ faults }) => faults.length > 0)
}

function requestOf(given: Given, draft: RuleSet | null): BacktestRequest {
  const [from, to, warmUp] = [timeOf(given.from), timeOf(given.to), Number(given['warm-up'] ?? 24)]
  if (Number.isNaN(from)) throw new TesheError('TIME_INVALID', [`--from ${given.from}`])
  if (Number.isNaN(to)) throw new TesheError('TIME_INVALID', [`--to ${given.to}`])
  const end = Math.min(to ?? Number.POSITIVE_INFINITY, Date.now())
  const start = from ?? end - DAY_MS
  if (start >= end) throw new TesheError('REQUEST_INVALID', ['--from must lie before --to and before now'])
  if (!(warmUp >= 0))
    throw new TesheError('REQUEST_INVALID', [`--warm-up ${given['warm-up']} is no number of hours`])
  return {
    draft: draft ?? SHIPPED_RULES,
    live: given.compare === true ? SHIPPED_RULES : null,
    from: start,
    to: end,
    equipment: selectionOf(given),
    warmUpMs: warmUp * HOUR_MS,
    keep: KEEP,
  }
}

function selectionOf({ equipment, kind }: Given): BacktestSelection {
  if (typeof equipment === 'string') return { ids: equipment.split(',').map((id) => id.trim()) }
  if (typeof kind !== 'string') return { all: true }
  if (!EQUIPMENT_KINDS.includes(kind as EquipmentKind)) {
    throw new TesheError('REQUEST_INVALID', [`--kind ${kind} is not ${EQUIPMENT_KINDS.join(' or ')}`])
  }
  return { kind: kind as EquipmentKind }
}

async function backtest(
  request: BacktestRequest,
  given: Given,
  signal: AbortSignal,
): Promise<BacktestResult> {
  const config = readSettingsOfService()
  const dataDir = usableDataDir(String(given.data ?? config.data.dir))
  const paths = { journalDir: join(dataDir, 'journal'), snapshotFile: join(dataDir, 'rules.sqlite') }
  // While the service runs, its journal drops nothing until we are done; without it, nobody else may start one.
  const service = await findService(dataDir)
  const lock = service ? null : lockDataDir(dataDir)
  try {
    const reach = existsSync(paths.journalDir) ? reachOf(paths.journalDir) : null
    const needsHistory = reach === null || request.from < reach.since
    const history =
      lock && needsHistory
        ? await startHistory({
            dataDir,
            ...paths,
            influx: influxOf(config),
            retention: config.history,
            onDeath: () => undefined,
          })
        : null
    try {
      const databaseUrl = config.database.url?.reveal() ?? null
      const labels = await labelsOf(
        databaseUrl ? { url: databaseUrl } : { file: join(dataDir, 'teshe.sqlite') },
        request,
      )
      const result = await play({ ...paths, request, labelled: labels?.labelled ?? [], history, signal })
      if (labels === null) result.notes.push('labels-away')
      if (labels?.cut) result.notes.push('labels-cut')
      return result
    } finally {
      await history?.close()
    }
  } finally {
    service?.release()
    lock?.close()
  }
}

/** `null` where there is no database. */
async function labelsOf(
  address: { url: string } | { file: string },
  request: BacktestRequest,
): Promise<{ labelled: LabelledIncident[]; cut: boolean } | null> {
  if ('file' in address && !existsSync(address.file)) return null
  const database = await openDatabase(address)
  try {
    return await readLabels(database, request)
  } finally {
    await database.close()
  }
}

async function play({
  signal,
  ...options
}: Parameters<typeof startBacktest>[0] & {
  history: StoredReader | null
  signal: AbortSignal
}): Promise<BacktestResult> {
  const run = startBacktest(options)
  const cancel = () => void run.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  // Beside the result, which may be read by a program.
  const tell = createShare('played', console.error)
  const telling = setInterval(() => tell(run.progress().share, 1), 500)
  try {
    return await run.result
  } finally {
    clearInterval(telling)
    signal.removeEventListener('abort', cancel)
  }
}
