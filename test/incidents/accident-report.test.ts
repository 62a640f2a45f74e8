/** The draft of the accident report: there at 90 minutes, true to the record, kept as it was, and claiming nothing. */
import { expect, it } from 'vitest'
import { type ReportLanguage, reportText } from '../../src/incidents/accident-report-text.js'
import { onEachDatabase } from '../helpers/databases.js'
import {
  ADMIN,
  AFTERNOON,
  type Desk,
  DISPATCHER,
  KEEPER,
  MINUTE,
  openDesk,
  pass,
  viewer,
} from '../helpers/desk.js'

const LEADERSHIP = { id: 'contact-1', role: 'leadership', name: '分管', phone: '13900000000' } as const

/** Two people are inside EL1, one of them hurt; nobody frees them. */
async function stuck(desk: Desk): Promise<string> {
  await desk.registry.equipment.update(
    'EL1',
    { registrationCode: '31104101112017010001', address: '中州中路1号', attributes: { ratedSpeed: 1.75 } },
    ADMIN,
  )
  const { incident } = await desk.incidents.report(
    {
      equipmentId: 'EL1',
      channel: 'phone',
      people: 2,
      vulnerable: ['elderly'],
      car: { light: true },
      callers: [{ name: '张三', phone: '13812345678' }],
      note: '门缝|有光 <b>',
    },
    DISPATCHER,
  )
  await desk.incidents.act(incident.id, { action: 'accept', person: '李工' }, KEEPER)
  return incident.id
}

onEachDatabase('the draft of the accident report', ({ open }) => {
  it('89 minutes: none => 90: it is there with the notice => 120: a newer one, and the first stays as it was', async () => {
    const desk = await openDesk(await open())
    await desk.database.db
      .insertInto('contact')
      .values({
        ...LEADERSHIP,
        organisation_id: null,
        district: null,
        email: null,
        user_id: null,
        created_at: 0,
        ended_at: null,
      })
      .execute()
    const id = await stuck(desk)
    await pass(desk, 89)
    await expect(desk.incidents.accidentReport(id, DISPATCHER)).rejects.toMatchObject({
      code: 'ACCIDENT_REPORT_NONE',
    })
    await pass(desk, 1)
    const first = await desk.incidents.accidentReport(id, DISPATCHER)
    expect(first).toMatchObject({
      version: 1,
      versions: 1,
      occasion: 'reminder',
      madeAt: AFTERNOON + 90 * MINUTE,
    })
    expect(first.facts).toMatchObject({
      class: 'trapped',
      people: 2,
      vulnerable: ['elderly'],
      district: '西工区',
      address: '中州中路1号',
      equipment: { id: 'EL1', rescueCode: '102331', registrationCode: '31104101112017010001' },
      useUnit: '王府井物业',
      maintainer: '豫安电梯',
      unknown: ['certificateNo', 'released', 'cause', 'casualties', 'damage'],
    })
    expect(first.facts.measures[0]).toMatchObject({
      partyName: '豫安电梯',
      person: '李工',
      overdue: 'not-moved',
    })
    expect(first.facts.informed.map(({ role }) => role)).toEqual(
      expect.arrayContaining(['shift-leader', 'duty-officer']),
    )
    const { items } = await desk.incidents.timeline(id, { limit: 500 }, DISPATCHER)
    const told = items.slice(
      0,
      items.findIndex(({ kind }) => kind === 'report-drafted'),
    )
    expect(first.course.map(({ seq, kind, at }) => [seq, kind, at])).toEqual(
      told.map(({ seq, kind, at }) => [seq, kind, at]),
    )
    const notice = await desk.database.db
      .selectFrom('notice')
      .select('payload_json')
      .where('role', '=', 'leadership')
      .executeTakeFirstOrThrow()
    const page = `/incidents/${id}/accident-report`
    expect(JSON.parse(notice.payload_json).accidentReport).toEqual({ version: 1, page })

    await pass(desk, 30)
    const second = await desk.incidents.accidentReport(id, DISPATCHER)
    expect(second).toMatchObject({ version: 2, versions: 2, occasion: 'report-due' })
    expect(await desk.incidents.accidentReport(id, DISPATCHER, 1)).toEqual({ ...first, versions: 2 })
  })

  it('renewed by a person: only when there is something new, and what became known is no gap any more', async () => {
    const desk = await openDesk(await open())
    const id = await stuck(desk)
    const made = await desk.incidents.renewAccidentReport(id, DISPATCHER)
    expect(made).toMatchObject({ made: true, report: { version: 1, occasion: 'person' } })
    expect(await desk.incidents.renewAccidentReport(id, DISPATCHER)).toEqual({ ...made, made: false })

    await desk.registry.equipment.update('EL1', { certificateNo: '梯11豫C00001' }, ADMIN)
    const { report } = await desk.incidents.renewAccidentReport(id, DISPATCHER)
    expect(report).toMatchObject({ version: 2, facts: { equipment: { certificateNo: '梯11豫C00001' } } })

    desk.clock.advance(MINUTE)
    await desk.incidents.act(id, { action: 'release', outcome: 'freed-by-level-1' }, DISPATCHER)
    await desk.incidents.act(id, { action: 'resolve', cause: 'power-cut' }, DISPATCHER)
    const last = (await desk.incidents.renewAccidentReport(id, DISPATCHER)).report
    expect(last).toMatchObject({
      version: 3,
      facts: { cause: 'power-cut', unknown: ['casualties', 'damage'] },
    })
    expect(last.course.map(({ kind }) => kind)).not.toContain('report-drafted')
  })

  it('strangers find neither incident nor draft', async () => {
    const desk = await openDesk(await open())
    const id = await stuck(desk)
    await desk.incidents.renewAccidentReport(id, DISPATCHER)
    const stranger = viewer('regulator', null, ['涧西区'])
    await expect(desk.incidents.accidentReport(id, stranger)).rejects.toMatchObject({
      code: 'INCIDENT_UNKNOWN',
    })
    await expect(desk.incidents.renewAccidentReport(id, stranger)).rejects.toMatchObject({
      code: 'INCIDENT_UNKNOWN',
    })
  })
})

onEachDatabase('its text', ({ open, dialect }) => {
  it.skipIf(dialect === 'postgres').each(['zh', 'en'] as const)(
    'in %s: words for every key, no clause, no caller, nothing handed in, and no markup of strangers',
    async (language: ReportLanguage) => {
      const desk = await openDesk(await open())
      const id = await stuck(desk)
      await pass(desk, 120)
      const text = reportText(await desk.incidents.accidentReport(id, DISPATCHER), language)
      expect(text).toContain(language === 'zh' ? '尚未报送任何部门' : 'handed in to nobody')
      expect(text).toContain(language === 'zh' ? '伤亡情况: **待查明**' : 'Casualties: **not known yet**')
      expect(text).toContain('2026-11-21 14:00:00')
      expect(text).toContain('门缝\\|有光 \\<b\\>')
      // What is set by practice is a setting, and never quoted as law.
      expect(text).not.toMatch(/条例|第.{1,5}条|TSG|GB\/T|regulation|article/i)
      expect(text).not.toMatch(/张三|13812345678/)
      // A key that has no word stands there as it is.
      expect(
        text.match(/\b(?:report|reportGap|party|action|reason)\.\w+|\b[a-z]+(?:-[a-z]+)+-by\b/g),
      ).toBeNull()
      if (language === 'zh') expect(text.match(/· [a-z]+(-[a-z]+)+/g)).toBeNull()
    },
  )
})
