/** Where the cover of an organisation has gaps: a pure function of its shifts, leave, certificates and what it keeps. */
import { EQUIPMENT_KINDS, type EquipmentKind } from '../../model/equipment.js'
import { CERTIFIES, type CertificateClass, GAP_CAUSES, type Gap, type GapCause } from '../../model/roster.js'

/** All of one organisation, and of duty shifts only. Times are ms since 1970. */
export interface Cover {
  /** What must be covered, each kind where it stands; a district of `null` is covered by any crew. */
  needs: readonly { kind: EquipmentKind; district: string | null }[]
  shifts: readonly {
    from: number
    until: number
    kinds: readonly EquipmentKind[]
    /** `null`: all. */
    districts: readonly string[] | null
    members: readonly string[]
  }[]
  leave: readonly { member: string; from: number; until: number }[]
  certificates: readonly { member: string; class: CertificateClass; validUntil: number }[]
}

/** What lacks at one moment. */
interface Lack {
  kind: EquipmentKind | null
  because: GapCause
  districts: string[]
}

/**
 * Gaps within the span, by begin. A gap goes on while the same lacks, whatever the reason: nobody at all, or nobody who may
 * work on a kind. Where nobody is there at all, no gap of a kind is named beside it.
 */
export function gapsIn(cover: Cover, { from, until }: { from: number; until: number }): Gap[] {
  if (cover.needs.length === 0) return []
  const running = new Map<EquipmentKind | null, Gap>()
  const gaps: Gap[] = []
  const times = turningPoints(cover, from, until)
  for (const [i, at] of times.slice(0, -1).entries()) {
    const lacks = lacksAt(cover, at)
    for (const [kind, gap] of running)
      if (!lacks.some((lack) => lack.kind === kind)) {
        gap.until = at
        running.delete(kind)
      }
    for (const { kind, because, districts } of lacks) {
      const gap = running.get(kind) ?? { kind, from: at, until, because: [], districts: [] }
      gap.because = GAP_CAUSES.filter((cause) => cause === because || gap.because.includes(cause))
      gap.districts = [...new Set([...gap.districts, ...districts])].sort()
      gap.until = times[i + 1] ?? until
      if (!running.has(kind)) gaps.push(gap)
      running.set(kind, gap)
    }
  }
  return gaps
}

/** Every moment at which something may change, with both ends of the span. */
function turningPoints({ shifts, leave, certificates }: Cover, from: number, until: number): number[] {
  const times = [
    ...[...shifts, ...leave].flatMap((one) => [one.from, one.until]),
    ...certificates.map(({ validUntil }) => validUntil),
  ].filter((time) => time > from && time < until)
  return [...new Set([from, ...times, until])].sort((a, b) => a - b)
}

function lacksAt({ needs, shifts, leave, certificates }: Cover, at: number): Lack[] {
  const on = shifts.filter((shift) => shift.from <= at && at < shift.until)
  const away = new Set(leave.filter((one) => one.from <= at && at < one.until).map(({ member }) => member))
  const isThere = (member: string) => !away.has(member)
  const allDistricts = (kinds: typeof needs) =>
    [...new Set(kinds.map(({ district }) => district).filter((one) => one !== null))].sort()

  if (!on.some(({ members }) => members.some(isThere))) {
    const because = on.some(({ members }) => members.length > 0) ? 'leave' : 'no-shift'
    return [{ kind: null, because, districts: allDistricts(needs) }]
  }
  return EQUIPMENT_KINDS.flatMap((kind): Lack[] => {
    const lacking = needs
      .filter((need) => need.kind === kind)
      .flatMap((need) => {
        const because = lackOf(kind, need.district)
        return because === null ? [] : [{ ...need, because }]
      })
    const [first] = lacking
    return first ? [{ kind, because: first.because, districts: allDistricts(lacking) }] : []
  })

  /** `null`: somebody is there who may work on it. */
  function lackOf(kind: EquipmentKind, district: string | null): GapCause | null {
    const serving = on.filter(({ kinds }) => kinds.includes(kind))
    if (serving.length === 0) return 'no-shift'
    const near = serving.filter(
      ({ districts }) => districts === null || district === null || districts.includes(district),
    )
    if (near.length === 0) return 'district'
    const people = near.flatMap(({ members }) => members)
    const there = people.filter(isThere)
    if (there.length === 0) return 'leave'
    const fitting = certificates.filter((one) => CERTIFIES[kind].includes(one.class))
    const isValid = (member: string) => fitting.some((one) => one.member === member && one.validUntil > at)
    if (there.some(isValid)) return null
    if (people.some(isValid)) return 'leave'
    return fitting.some(({ member }) => there.includes(member)) ? 'certificate-expired' : 'uncertified'
  }
}
