/** Settings of the desk: clocks, notices, rosters, when many troubles are one area event, when a source chatters. */
import { type Static, Type } from 'typebox'
import { integer, number, optionalUrl, optionalWord, secret } from './runtime/setting-kinds.js'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

export const desk = {
  dispatch: Type.Object(
    {
      acceptMinutes: number({
        env: 'TESHE_ACCEPT_MINUTES',
        meaning: 'A rescuer who has not accepted by then is passed over for the next level.',
        default: 3,
        atMost: 1440,
        unit: 'minutes',
      }),
      arriveMinutes: number({
        env: 'TESHE_ARRIVE_MINUTES',
        meaning: 'A rescuer who accepted and has not arrived by then is joined by the next level.',
        default: 30,
        atMost: 1440,
        unit: 'minutes',
      }),
      webhookUrl: optionalUrl({
        env: 'TESHE_WEBHOOK_URL',
        meaning: 'Where notices are posted.',
        protocols: ['http:', 'https:'],
        shown: 'unset: notices stay in the browser',
      }),
      webhookSecret: secret({
        env: 'TESHE_WEBHOOK_SECRET',
        meaning: 'Signs each notice, so that the receiver knows who sent it.',
        atLeast: 16,
      }),
    },
    { title: 'Dispatch' },
  ),
  record: Type.Object(
    {
      anchorFile: optionalWord({
        env: 'TESHE_RECORD_ANCHOR_FILE',
        meaning: 'A file to which signed checkpoints are added, best where the service can change nothing.',
      }),
      anchorUrl: optionalUrl({
        env: 'TESHE_RECORD_ANCHOR_URL',
        meaning: 'Where the same is posted.',
        protocols: ['http:', 'https:'],
        shown: 'unset: nowhere',
      }),
      anchorMinutes: number({
        env: 'TESHE_RECORD_ANCHOR_MINUTES',
        meaning: 'Time between two anchors while something is entered.',
        default: 10,
        atMost: 1440,
        unit: 'minutes',
      }),
    },
    { title: 'Record' },
  ),
  roster: Type.Object(
    {
      warnDays: number({
        env: 'TESHE_ROSTER_WARN_DAYS',
        meaning: 'So long before a gap in cover its organisation and the desk are told.',
        default: 3,
        atMost: 31,
        unit: 'days',
      }),
    },
    { title: 'Rosters' },
  ),
  areas: Type.Object(
    {
      windowMinutes: number({
        env: 'TESHE_AREA_WINDOW_MINUTES',
        meaning:
          'Lifts of one site that lose their mains or fall silent within this time are one area event.',
        default: 5,
        atMost: 120,
        unit: 'minutes',
      }),
      siteLifts: integer({
        env: 'TESHE_AREA_LIFTS',
        meaning: 'So many of them at least; of silent ones also half of those that have a device.',
        default: 2,
        atLeast: 2,
        atMost: 100,
      }),
      nearbyIncidents: integer({
        env: 'TESHE_AREA_INCIDENTS',
        meaning: 'So many incidents of any source close together are an area event.',
        default: 5,
        atLeast: 2,
        atMost: 1000,
      }),
      nearbyMinutes: number({
        env: 'TESHE_AREA_INCIDENT_MINUTES',
        meaning: 'Close in time.',
        default: 10,
        atMost: 1440,
        unit: 'minutes',
      }),
      metres: number({
        env: 'TESHE_AREA_METRES',
        meaning: 'Close in place; a site so near to an open area event joins it.',
        default: 1000,
        atMost: 50_000,
        unit: 'metres',
      }),
      cityTimes: number({
        env: 'TESHE_AREA_CITY_TIMES',
        meaning:
          'So many times the incidents that the hour is used to (four weeks, at least 5) are an area event.',
        default: 3,
        above: 1,
        atMost: 1000,
        unit: 'times',
      }),
    },
    { title: 'Area events' },
  ),
  shelving: Type.Object(
    {
      tenMinutes: shelvedAfter('TESHE_SHELVE_AFTER_10_MINUTES', 'ten minutes', 5),
      hour: shelvedAfter('TESHE_SHELVE_AFTER_HOUR', 'an hour', 10),
      day: shelvedAfter('TESHE_SHELVE_AFTER_DAY', 'a day', 6),
    },
    { title: 'Chattering sources' },
  ),
} as const

function shelvedAfter(env: string, within: string, findings: number) {
  return integer({
    env,
    meaning: `More findings of one pattern on one equipment within ${within} are only recorded for a while: 1, 4, then 12 hours. Traps, the alarm button and P0 always pass.`,
    default: findings,
    atLeast: 1,
    atMost: 10_000,
  })
}

/** What `createIncidents` is handed of them. */
export function correlationOf(config: {
  areas: Static<typeof desk.areas>
  shelving: Static<typeof desk.shelving>
}) {
  const { areas, shelving } = config
  return {
    areas: {
      windowMs: areas.windowMinutes * MINUTE_MS,
      siteLifts: areas.siteLifts,
      nearbyIncidents: areas.nearbyIncidents,
      nearbyMs: areas.nearbyMinutes * MINUTE_MS,
      nearbyMetres: areas.metres,
      neighbourMetres: areas.metres,
      cityTimes: areas.cityTimes,
    },
    shelving: {
      limits: [
        { findings: shelving.tenMinutes, withinMs: 10 * MINUTE_MS },
        { findings: shelving.hour, withinMs: HOUR_MS },
        { findings: shelving.day, withinMs: 24 * HOUR_MS },
      ],
    },
  }
}
