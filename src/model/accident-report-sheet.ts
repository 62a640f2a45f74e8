/** The draft of an accident report as sections to read, the same for the page and for the text; only words are added. */
import type { AccidentReport, ReportEvent, ReportFacts } from './accident-report.js'
import type { EquipmentAttributes } from './equipment.js'

/** `rows` and `table` hold plain text; a value of `null` is not known. */
export interface SheetSection {
  title: string
  rows?: [label: string, value: string | null][]
  table?: { head: string[]; rows: string[][] }
  items?: string[]
}

export interface Sheet {
  title: string
  /** What it is and what it is not, before anything else. */
  lines: string[]
  sections: SheetSection[]
}

/** A language: of `report.…` keys, and of keys that may have no word and then stand for themselves. */
export interface Speaker {
  t(key: string, values?: Record<string, string | number>): string
  word(group: string, key: string | number | null): string
  reason(key: string): string
}

const CHINA_OFFSET_MS = 8 * 3_600_000
const MINUTE_MS = 60_000

/** `2026-11-21 14:00:05`, in China. */
export function chinaTime(ms: number): string {
  return new Date(ms + CHINA_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ')
}

export function sheetOf(report: AccidentReport, speaker: Speaker): Sheet {
  const { t, word } = speaker
  const { facts } = report
  const by = report.occasion === 'person' ? report.madeBy : t('report.system')
  const made = { version: report.version, at: chinaTime(report.madeAt), by }
  return {
    title: t('report.title'),
    lines: [
      t('report.draftLine'),
      ...(report.drill ? [t('report.drillLine')] : []),
      `${t('report.made', made)}, ${word('reportOccasion', report.occasion)}`,
      t('report.zoneLine'),
    ],
    sections: [
      summaryOf(report, speaker),
      timesOf(facts, speaker),
      placeOf(facts, speaker),
      equipmentOf(facts, speaker),
      peopleOf(facts, speaker),
      { title: t('report.course'), items: courseOf(report, speaker) },
      measuresOf(facts, speaker),
      informedOf(facts, speaker),
      causesOf(facts, speaker),
      { title: t('report.gaps'), items: facts.unknown.map((gap) => word('reportGap', gap)) },
    ],
  }
}

function summaryOf({ number, facts, madeAt }: AccidentReport, { t, word }: Speaker): SheetSection {
  const { reportedAt, releasedAt } = facts.times
  const over = releasedAt !== null || facts.outcome !== null
  const count = Math.round(((releasedAt ?? madeAt) - reportedAt) / MINUTE_MS)
  const state = [word('status', facts.status), word('outcome', facts.outcome)].filter(Boolean).join(', ')
  return {
    title: t('report.summary'),
    rows: [
      [t('report.number'), number],
      [t('report.what'), word('class', facts.class)],
      ...(facts.pattern === null
        ? []
        : [[t('report.pattern'), word('pattern', facts.pattern)] as [string, string]]),
      [t('report.priority'), `${facts.priority} ${word('priority', facts.priority)}`],
      [t('report.status'), state],
      ...(over && releasedAt === null
        ? []
        : [
            [t('report.lasting'), t(over ? 'report.minutes' : 'report.soFar', { count })] as [string, string],
          ]),
    ],
  }
}

const TIMES = [
  'reportedAt',
  'dispatchedAt',
  'acceptedAt',
  'departedAt',
  'arrivedAt',
  'releasedAt',
  'resolvedAt',
] as const

function timesOf({ times }: ReportFacts, { t }: Speaker): SheetSection {
  const shown = (ms: number | null) => (ms === null ? t('report.notRecorded') : chinaTime(ms))
  return { title: t('report.times'), rows: TIMES.map((name) => [t(`report.${name}`), shown(times[name])]) }
}

function placeOf({ district, address, site, place, location }: ReportFacts, { t }: Speaker): SheetSection {
  const optional: [string, string | null | undefined][] = [
    [t('report.site'), site],
    [t('report.said'), place?.text],
    [t('report.location'), location && `${location.lat}, ${location.lon}`],
  ]
  return {
    title: t('report.place'),
    rows: [
      [t('report.district'), district],
      [t('report.address'), address],
      ...optional.flatMap(([label, value]): [string, string][] => (value ? [[label, value]] : [])),
    ],
  }
}

/** What a reader wants of the technical data, with its unit. */
const ATTRIBUTES: [keyof EquipmentAttributes, string][] = [
  ['model', ''],
  ['use', ''],
  ['ratedSpeed', 'm/s'],
  ['ratedLoad', 'kg'],
  ['floors', ''],
  ['rise', 'm'],
  ['capacity', 't/h'],
  ['ratedPressure', 'MPa'],
  ['workingPressure', 'MPa'],
  ['fuel', ''],
  ['medium', ''],
]

function equipmentOf({ equipment, useUnit, maintainer }: ReportFacts, { t, word }: Speaker): SheetSection {
  const parties: [string, string | null][] = [
    [t('report.useUnit'), useUnit],
    [t('report.maintainer'), maintainer],
  ]
  const title = t('report.equipment')
  if (equipment === null) return { title, rows: [[t('report.name'), null], ...parties] }
  const attributes = ATTRIBUTES.flatMap(([name, unit]): [string, string][] => {
    const value = equipment.attributes[name]
    if (value === undefined) return []
    return [[word('attribute', name), `${word('attributeValue', String(value))} ${unit}`.trim()]]
  })
  return {
    title,
    rows: [
      [t('report.name'), equipment.name],
      [t('report.id'), equipment.id],
      [t('report.kind'), word('kind', equipment.kind)],
      [t('report.rescueCode'), equipment.rescueCode],
      [t('report.registrationCode'), equipment.registrationCode],
      [t('report.certificateNo'), equipment.certificateNo],
      ...attributes,
      ...parties,
    ],
  }
}

function peopleOf({ people, vulnerable, car }: ReportFacts, { t, word }: Speaker): SheetSection {
  const said = vulnerable.map((one) => word('vulnerable', one)).join(', ')
  const seen = car && [
    car.light === undefined ? '' : t(car.light ? 'report.light' : 'report.dark'),
    car.floorShown ? t('report.floorShown', { floor: car.floorShown }) : '',
    ...(['doorAjar', 'smoke', 'water', 'dropped'] as const).map((one) =>
      car[one] ? t(`report.${one}`) : '',
    ),
  ]
  const inCar = seen?.filter(Boolean).join(', ')
  return {
    title: t('report.people'),
    rows: [
      [t('report.inside'), people === null ? null : String(people)],
      [t('report.hurt'), said || t('report.nobodySaid')],
      [t('report.casualties'), null],
      ...(inCar ? [[t('report.car'), inCar] as [string, string]] : []),
    ],
  }
}

function courseOf({ course, leftOut }: AccidentReport, speaker: Speaker): string[] {
  const lines = course.map((event) => eventLine(event, speaker))
  const gap = course.findIndex(({ seq }, i) => i > 0 && seq - (course[i - 1]?.seq ?? seq) > 1)
  if (leftOut > 0 && gap > 0) lines.splice(gap, 0, speaker.t('report.leftOut', { count: leftOut }))
  return lines
}

function eventLine(event: ReportEvent, { t, word, reason }: Speaker): string {
  const said = [event.partyName, event.reason && reason(event.reason), event.note].filter(Boolean)
  const who = event.actor === 'system' ? t('report.system') : event.actorName
  const by = event.onBehalfOf ? `${who} (${event.onBehalfOf})` : who
  return `${chinaTime(event.at)} ${[word('action', event.kind), ...said].join(' · ')} [${by}]`
}

function measuresOf({ measures }: ReportFacts, { t, word, reason }: Speaker): SheetSection {
  const clock = (ms: number | null) => (ms === null ? '—' : chinaTime(ms))
  const why = (key: string | null) => (key === null ? '' : ` (${reason(key)})`)
  return {
    title: t('report.measures'),
    table: {
      head: ['party', 'person', 'level', 'offered', 'accepted', 'arrived', 'state'].map((one) =>
        t(`report.${one}`),
      ),
      rows: measures.map((one) => [
        one.partyName === word('party', one.role)
          ? one.partyName
          : `${one.partyName} (${word('party', one.role)})`,
        one.person ?? '—',
        String(one.level),
        clock(one.offeredAt),
        clock(one.acceptedAt),
        clock(one.arrivedAt),
        `${word('assignment', one.status)}${why(one.overdue ?? one.reason)}`,
      ]),
    },
  }
}

function informedOf({ informed }: ReportFacts, { t, word }: Speaker): SheetSection {
  const reached = (one: boolean | null) => t(one === null ? 'report.open' : one ? 'report.yes' : 'report.no')
  return {
    title: t('report.informed'),
    table: {
      head: ['at', 'to', 'about', 'reached'].map((one) => t(`report.${one}`)),
      rows: informed.map((one) => [
        chinaTime(one.at),
        [one.partyName, one.role && word('party', one.role)].filter(Boolean).join(' '),
        word('notice', one.kind),
        reached(one.reached),
      ]),
    },
  }
}

function causesOf({ cause, guessed }: ReportFacts, { t, word }: Speaker): SheetSection {
  const lines = guessed.map((one) => `${word('cause', one.cause)} ${Math.round(one.share * 100)} %`)
  return {
    title: t('report.cause'),
    rows: [
      [t('report.causeSaid'), cause === null ? null : word('cause', cause)],
      [t('report.causeGuessed'), lines.length > 0 ? lines.join(', ') : t('report.nothing')],
      [t('report.damage'), null],
    ],
  }
}
