/**
 * What a schema finds wrong in a value that may be one of several things: each of them tells what it wanted, and only
 * one of them was meant. Left are the faults of that one, or the words that choose between them.
 */
import type { FastifySchemaValidationError } from 'fastify'

type Fault = FastifySchemaValidationError

/** The first union on the way to what a fault is about: its place, the branch, and the way from there. */
const UNION = /^(.*?\/anyOf)\/(\d+)(?:\/(.*))?$/

/** Faults without those of branches that were not meant. Those of no union stay as they are. */
export function meantFaults(faults: readonly Fault[]): Fault[] {
  const unions = new Map<string, Map<string, Fault[]>>()
  const kept: Fault[] = []
  for (const fault of faults) {
    const [, union, branch] = UNION.exec(fault.schemaPath) ?? []
    if (union === undefined || branch === undefined) {
      if (fault.keyword !== 'anyOf') kept.push(fault)
      continue
    }
    const place = `${union} ${rootOf(fault)}`
    const branches = unions.get(place) ?? new Map<string, Fault[]>()
    unions.set(place, branches.set(branch, [...(branches.get(branch) ?? []), fault]))
  }
  for (const branches of unions.values()) kept.push(...meantBranch([...branches.values()]))
  return kept
}

function meantBranch(branches: Fault[][]): Fault[] {
  // A word inside that only one branch has, such as `level: kind`, chooses it.
  const chosen = branches.filter((faults) => !faults.some(isWrongWord))
  if (chosen.length === 0) return branches.flat().filter(isWrongWord)
  if (chosen.flat().every((fault) => depthOf(fault) === 0 && fault.keyword !== 'required'))
    return chosen.flat()
  const [nearest = []] = chosen.sort((a, b) => a.length - b.length)
  return nearest
}

function isWrongWord(fault: Fault): boolean {
  return fault.keyword === 'const' && depthOf(fault) > 0
}

/** How far below the union's own value a fault lies. */
function depthOf({ schemaPath }: Fault): number {
  const way = UNION.exec(schemaPath)?.[3]?.split('/') ?? []
  return way.filter((step) => step === 'properties' || step === 'items').length
}

/** Where the union's own value stands: the same schema judges every item of a list. */
function rootOf(fault: Fault): string {
  const path = fault.instancePath.split('/')
  return path.slice(0, path.length - depthOf(fault)).join('/')
}
