/** Estates with lifts on a test desk, and what their lifts say when the mains go. */
import type { Evidence, Finding } from '../../src/model/finding.js'
import { ADMIN, AFTERNOON, type Desk, finding } from '../helpers/desk.js'

export const SECOND = 1_000

/** Lifts `{name}-1`, `{name}-2` … of the site `name`; about 111 m north of the town for each thousandth of `north`. */
export async function buildEstate(
  { registry }: Desk,
  {
    name,
    lifts,
    north = 0,
    company = 'company-a',
  }: { name: string; lifts: number; north?: number; company?: string },
): Promise<string[]> {
  const ids = Array.from({ length: lifts }, (_, i) => `${name}-${i + 1}`)
  for (const id of ids)
    await registry.equipment.create(
      {
        id,
        kind: 'elevator',
        name: id,
        site: name,
        district: '西工区',
        location: { lat: 34.62 + north / 1_000, lon: 112.45 },
        maintainerId: company,
        useUnitId: 'estate-1',
      },
      ADMIN,
    )
  return ids
}

/** The mains of a lift went `at` ms after the afternoon began. */
export function dark(lift: string, at = 0, change: Partial<Finding> = {}): Finding {
  return sign(lift, 'L-PWR', at, { class: 'power', priority: 'P3', ...change })
}

/** A lift fell silent, with how it was when it was last heard. */
export function silent(
  lift: string,
  at = 0,
  last: readonly string[] = [],
  change: Partial<Finding> = {},
): Finding {
  const evidence: Evidence[] = ['silent', ...last].map((key) => ({
    key,
    witness: 'machine',
    at: AFTERNOON + at,
  }))
  return sign(lift, 'L-OFF', at, { class: 'offline', priority: 'P4', evidence, ...change })
}

function sign(lift: string, pattern: string, at: number, change: Partial<Finding>): Finding {
  return finding({
    id: `${lift}/${pattern}/${at}`,
    equipment: lift,
    pattern,
    stage: 'shown',
    since: AFTERNOON + at,
    at: AFTERNOON + at + 3_000,
    evidence: [],
    ...change,
  })
}

/** An ordinary trap that the rules found. */
export function trap(lift: string, at = 0, change: Partial<Finding> = {}): Finding {
  return finding({
    id: `${lift}/L-TRAP-1/${at}`,
    equipment: lift,
    since: AFTERNOON + at,
    at: AFTERNOON + at,
    ...change,
  })
}
