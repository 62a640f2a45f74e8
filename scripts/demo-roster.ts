/** The demo's rosters: crews on two 12-hour shifts at each company and station, one night left open, and the centre's contacts. */
import { FAMILY_NAMES, GIVEN_NAMES } from '../simulators/demo/names.js'
import { createRandom, type Random } from '../simulators/random.js'
import type { ContactRole } from '../src/model/contact.js'
import type { CertificateClass } from '../src/model/roster.js'
import type { Viewer } from '../src/model/viewer.js'
import type { Registry } from '../src/registry/registry.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** China has one zone and no summer time. */
const ZONE_MS = 8 * HOUR_MS
const DAYS = 14
const CREW = 4
/** This night nobody is on duty at the company of the demo's log-ins. */
const OPEN_NIGHT = 2

const CENTRE: readonly { role: ContactRole; name: string; phone: string }[] = [
  { role: 'shift-leader', name: '值班长', phone: '0379-96333-1' },
  { role: 'duty-officer', name: '值班领导', phone: '0379-96333-2' },
  { role: 'leadership', name: '中心主任', phone: '0379-96333-3' },
  { role: 'fire', name: '119 指挥中心', phone: '119' },
  { role: 'medical', name: '120 急救中心', phone: '120' },
  { role: 'gas-company', name: '燃气公司抢险', phone: '0379-96333-4' },
  { role: 'supervision', name: '特种设备安全监察科', phone: '0379-96333-5' },
]

export async function registerRosters({
  registry,
  idByKey,
  technicianId,
  seed,
  by,
  now,
}: {
  registry: Pick<Registry, 'rosters'>
  /** Ids of the demo's organisations by their keys. */
  idByKey: ReadonlyMap<string, string>
  /** The account of the first company's first technician. */
  technicianId: string
  seed: string
  by: Viewer
  /** ms since 1970. */
  now: number
}): Promise<void> {
  const { rosters } = registry
  const random = createRandom(`${seed}/rosters`)
  for (const contact of CENTRE) await rosters.contacts.create({ organisationId: null, ...contact }, by)
  for (const [key, organisationId] of idByKey) {
    const isFirst = key === 'maintainer-1'
    if (key.startsWith('maintainer-'))
      await registerCrew({ organisationId, name: '值班一组', isCompany: true, isFirst })
    else if (key.startsWith('station-'))
      await registerCrew({ organisationId, name: '救援组', isCompany: false, isFirst })
  }

  async function registerCrew(crew: {
    organisationId: string
    name: string
    isCompany: boolean
    isFirst: boolean
  }): Promise<void> {
    const { organisationId, name, isCompany, isFirst } = crew
    const classes: CertificateClass[] = isCompany ? ['elevator-repair', 'boiler-repair'] : ['elevator-rescue']
    const members: string[] = []
    for (let i = 0; i < CREW; i++) {
      const account = isFirst && i === 0 ? { userId: technicianId } : {}
      const person = { name: personName(random), phone: mobile(random), ...account }
      const member = await rosters.members.create({ organisationId, ...person }, by)
      for (const kind of classes) {
        // One runs out soon enough to be spoken of.
        const days = isFirst && i === 1 ? 12 : random.whole(200, 1400)
        const certificate = {
          class: kind,
          number: certificateNumber(random),
          validUntil: now + days * DAY_MS,
        }
        await rosters.papers.addCertificate(member.id, certificate, by)
      }
      members.push(member.id)
    }
    const kinds = isCompany
      ? (['elevator', 'escalator', 'boiler'] as const)
      : (['elevator', 'escalator'] as const)
    const { id: crewId } = await rosters.crews.create(
      { organisationId, name, kinds: [...kinds], memberIds: members },
      by,
    )
    if (isCompany)
      await rosters.contacts.create(
        { organisationId, role: 'hotline', name: '24 小时值班电话', phone: mobile(random) },
        by,
      )
    const { day, night } = nextShifts(now)
    const half = CREW / 2
    const shift = { crewId, days: DAYS }
    await rosters.shifts.create({ ...shift, ...day, memberIds: members.slice(0, half) }, by)
    const nights = await rosters.shifts.create({ ...shift, ...night, memberIds: members.slice(half) }, by)
    const open = nights[OPEN_NIGHT]
    if (isFirst && open) await rosters.shifts.cancel(open.id, by)
  }
}

/** 8 to 20 and 20 to 8 in China: of each the one that runs, else the next. */
export function nextShifts(now: number): Record<'day' | 'night', { from: number; until: number }> {
  const midnight = Math.floor((now + ZONE_MS) / DAY_MS) * DAY_MS - ZONE_MS
  const startOf = (hour: number) => {
    const yesterday = midnight + (hour - 24) * HOUR_MS
    const starts = [yesterday, yesterday + DAY_MS, yesterday + 2 * DAY_MS]
    return starts.find((from) => from + 12 * HOUR_MS > now) ?? yesterday
  }
  const [day, night] = [startOf(8), startOf(20)]
  return {
    day: { from: day, until: day + 12 * HOUR_MS },
    night: { from: night, until: night + 12 * HOUR_MS },
  }
}

function personName(random: Random): string {
  return `${random.pick(FAMILY_NAMES)}${random.pick(GIVEN_NAMES)}`
}

/** Of a range that is given to nobody. */
function mobile(random: Random): string {
  return `100${random.whole(10_000_000, 99_999_999)}`
}

function certificateNumber(random: Random): string {
  return `演示-${random.whole(100_000, 999_999)}`
}
