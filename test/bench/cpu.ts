/** CPU time of a process and of its threads: costs that hardly change with what else the machine does. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'

const TICKS_PER_SECOND = 100

/** CPU seconds of this process since now. */
export function startCpuClock(): () => number {
  const before = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1e6
  }
}

/** CPU seconds by thread id, from Linux' /proc; empty where there is no /proc. */
export function cpuByThread(pid: number): Map<string, number> {
  const dir = `/proc/${pid}/task`
  const seconds = new Map<string, number>()
  if (!existsSync(dir)) return seconds
  for (const thread of readdirSync(dir)) {
    const stat = readFileSync(`${dir}/${thread}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    seconds.set(thread, (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND)
  }
  return seconds
}

/** CPU seconds of all its threads. */
export function cpuOf(pid: number): number {
  let total = 0
  for (const seconds of cpuByThread(pid).values()) total += seconds
  return total
}

/** What the machine's processors did so far, in ticks: all of it, and what the host took away for other guests. */
export function machineTicks(): { total: number; stolen: number } {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1)
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number)
  return { total: ticks.reduce((sum, one) => sum + one, 0), stolen: ticks[7] ?? 0 }
}
