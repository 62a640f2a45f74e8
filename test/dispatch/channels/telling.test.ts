/** The whole way: a rescue is ordered, a provider calls, keys come back, and every receiver counts by id. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { expect, it } from 'vitest'
import type { NoticeKind } from '../../../src/database/tables.js'
import { createCallTokens } from '../../../src/dispatch/channels/call-tokens.js'
import { type ChannelOptions, openChannels } from '../../../src/dispatch/channels/open-channels.js'
import { createVoiceAnswers } from '../../../src/dispatch/channels/voice-answers.js'
import { wordsOf } from '../../../src/dispatch/channels/words.js'
import { startDispatch } from '../../../src/dispatch/dispatch.js'
import { silentLog } from '../../../src/runtime/log.js'
import { onEachDatabase } from '../../helpers/databases.js'
import {
  type Desk,
  DISPATCHER,
  finding,
  KEEPER,
  kindsOfTimeline,
  MINUTE,
  onlyIncident,
  openDesk,
} from '../../helpers/desk.js'
import { waitFor } from '../../helpers/wait-for.js'
import { addHotline, addRole, HOTLINE, providerAt } from '../a-hotline.js'
import { startReceiver } from '../receiver.js'

const tokens = createCallTokens({ key: Buffer.from('k'.repeat(32)), publicUrl: 'http://desk.example' })

function run(desk: Desk, options: Omit<ChannelOptions, 'now'>) {
  const { database, bus, planner, clock, incidents } = desk
  const { now, sleep } = clock
  const telling = { channels: openChannels({ ...options, now }), callbackFor: tokens.callbackFor }
  const dispatch = startDispatch({ database, bus, planner, log: silentLog, now, sleep, telling })
  const { deliveries } = dispatch
  const paths = { keyPath: 'key', statusPath: 'status' }
  const answers = createVoiceAnswers({
    ...{ database, incidents, deliveries, tokens, ...paths },
    words: wordsOf('zh'),
  })
  return {
    dispatch,
    /** As the provider reports it. */
    press(back: string, report: object) {
      const { searchParams } = new URL(back)
      return answers.receive({
        call: searchParams.get('call') ?? '',
        token: searchParams.get('token') ?? '',
        body: Buffer.from(JSON.stringify(report)),
        contentType: 'application/json',
      })
    },
  }
}

const offered = (desk: Desk) => toldOf(desk, 'assignment-offered')

/** `channel round status` of how the company was told. */
async function toldOf({ database }: Desk, kind: NoticeKind): Promise<string[]> {
  const rows = await database.db
    .selectFrom('delivery')
    .innerJoin('notice', 'notice.id', 'delivery.notice_id')
    .where('notice.kind', '=', kind)
    .where('notice.party', '=', 'company-a')
    .where('delivery.status', '!=', 'skipped')
    .select(['delivery.channel', 'delivery.round', 'delivery.status'])
    .orderBy('delivery.track')
    .orderBy('delivery.step')
    .execute()
  return rows.map(({ channel, round, status }) => `${channel} ${round} ${status}`)
}

onEachDatabase('telling people', ({ open }) => {
  it('the hotline is called, called again after 45 s, presses 1, once however often it is reported', async () => {
    const desk = await openDesk(await open())
    await addHotline(desk)
    const provider = await startReceiver((_nth, response) => response.end('{"code":"OK","call":"V7"}'))
    const { dispatch, press } = run(desk, { voice: providerAt(provider.url) })
    await desk.incidents.receiveFindings([finding()])
    await waitFor('it rings', async () => (await offered(desk))[0] === 'voice 1 ringing')
    desk.clock.advance(45_000)
    await waitFor('it rings again', async () => (await offered(desk))[1] === 'voice 2 ringing')
    const calls = provider.received.map(({ body }) => JSON.parse(body))
    expect(calls.map(({ to }) => to)).toEqual(['037912345', '037912345'])
    expect(calls[0].say).toContain('接单请按1')
    expect(new Set(provider.received.map(({ notice }) => notice)).size).toBe(1)
    expect(new Set(provider.received.map(({ id }) => id)).size).toBe(2)
    await expect(press(calls[1].back.replace(/token=.../, 'token=AAA'), { key: '1' })).rejects.toMatchObject({
      code: 'CALL_UNKNOWN',
    })
    expect(await press(calls[1].back, { status: 'in-progress' })).toMatchObject({ result: 'recorded' })
    for (let times = 0; times < 2; times++)
      expect(await press(calls[1].back, { key: '1' })).toEqual({
        result: 'accepted',
        text: '已接单，请尽快到场',
      })
    const incident = await onlyIncident(desk)
    expect(incident.assignments[0]).toMatchObject({ status: 'accepted', person: '值班电话' })
    const { items } = await desk.incidents.timeline(incident.id, { limit: 500 }, DISPATCHER)
    expect(items.filter(({ kind }) => kind === 'accept')).toMatchObject([{ via: 'phone', callId: 'V7' }])
    // Who answers the first call now is too late, and takes nothing away.
    expect(await press(calls[0].back, { key: '2' })).toMatchObject({ result: 'too-late' })
    expect((await onlyIncident(desk)).assignments[0]).toMatchObject({ status: 'accepted' })
    await dispatch.close()
  })

  it('2 declines for the company, and the next level is asked', async () => {
    const desk = await openDesk(await open())
    await addHotline(desk)
    const provider = await startReceiver((_nth, response) => response.end('{"code":"OK","call":"V8"}'))
    const { dispatch, press } = run(desk, { voice: providerAt(provider.url) })
    await desk.incidents.receiveFindings([finding()])
    await waitFor('it rings', async () => (await offered(desk))[0] === 'voice 1 ringing')
    const { back } = JSON.parse(provider.received[0]?.body ?? '')
    expect(await press(back, { key: '2' })).toMatchObject({ result: 'declined' })
    const { assignments } = await onlyIncident(desk)
    expect(assignments.map(({ status }) => status)).toContain('declined')
    expect(assignments.length).toBeGreaterThan(1)
    await dispatch.close()
  })

  it('a check call that nobody answers is dialled again after 45 s; 1 says that they are on their way', async () => {
    const desk = await openDesk(await open())
    await addHotline(desk)
    const provider = await startReceiver((_nth, response) => response.end('{"code":"OK","call":"V9"}'))
    const { dispatch, press } = run(desk, { voice: providerAt(provider.url) })
    await desk.incidents.receiveFindings([finding()])
    await waitFor('it rings', async () => (await offered(desk))[0] === 'voice 1 ringing')
    const { id } = await onlyIncident(desk)
    for (const action of ['accept', 'depart'] as const) await desk.incidents.act(id, { action }, KEEPER)
    const calls = () => toldOf(desk, 'check-call')
    await waitFor('all sleep', () => desk.clock.sleepers() === 2)
    desk.clock.advance(10 * MINUTE)
    await waitFor('the check call rings', async () => (await calls())[0] === 'voice 1 ringing')
    desk.clock.advance(44_999)
    await waitFor('all sleep', () => desk.clock.sleepers() === 2)
    expect(provider.received).toHaveLength(2)
    desk.clock.advance(1)
    await waitFor('it rings again', async () => (await calls())[1] === 'voice 2 ringing')
    expect((await calls())[0]).toBe('voice 1 unanswered')
    const [, first, second] = provider.received.map(({ notice, body }) => ({ notice, ...JSON.parse(body) }))
    expect(second).toMatchObject({ to: HOTLINE, id: first.id, notice: first.notice })
    expect(second.say).toContain('正在前往请按1')
    expect(await press(second.back, { key: '1' })).toMatchObject({ result: 'noted' })
    expect(await kindsOfTimeline(desk, id)).toContain('contact')
    // Word of them, so that nobody is sent in their place when the wait would have been over.
    desk.clock.advance(2 * MINUTE)
    await waitFor('all sleep', () => desk.clock.sleepers() === 2)
    expect((await onlyIncident(desk)).assignments).toMatchObject([{ status: 'departed', overdue: null }])
    await dispatch.close()
  })

  it('a caller who is hurt: the crew and 120 read of it and whom to ring, the shift leader does not', async () => {
    const desk = await openDesk(await open())
    await addHotline(desk)
    await addRole(desk, 'medical', '120120')
    await addRole(desk, 'shift-leader', '990001')
    const provider = await startReceiver((_nth, response) => response.end('{"code":"OK"}'))
    const { dispatch } = run(desk, { sms: providerAt(provider.url) })
    const said = { vulnerable: ['breathing'], callers: [{ name: '王某', phone: '13912345678' }] }
    await desk.incidents.report({ equipmentId: 'EL1', channel: 'phone', people: 2, ...said }, DISPATCHER)
    await waitFor('the orders are out', () => provider.received.length >= 2)
    desk.clock.advance(30 * MINUTE)
    const sent = () => provider.received.map(({ body }): { to: string; say: string } => JSON.parse(body))
    await waitFor('the shift leader is told', () => {
      // A clock whose incident is just being written to is looked at again a little later.
      desk.clock.advance(1_000)
      return sent().some(({ to }) => to === '990001')
    })
    const textTo = (phone: string) => sent().find(({ to }) => to === phone)?.say
    for (const phone of [HOTLINE, '120120']) {
      expect(textTo(phone)).toContain('呼吸困难')
      expect(textTo(phone)).toContain('来电13912345678')
    }
    expect(textTo('990001')).toMatch(/救援超时提醒.*1号梯.*2人被困/)
    expect(textTo('990001')).not.toMatch(/呼吸|139|王某/)
    await dispatch.close()
  })

  it('a provider that says 200 and means no: the message falls through to mail, by its id', async () => {
    const desk = await openDesk(await open())
    await addHotline(desk)
    const liar = await startReceiver((_nth, response) => response.end('{"code":"isv.BUSINESS_LIMIT"}'))
    const mails: string[] = []
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData(stream, _session, done) {
        let text = ''
        stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
        stream.on('end', () => {
          mails.push(text)
          done()
        })
      },
    })
    const listening = server.listen(0, '127.0.0.1')
    await once(listening, 'listening')
    const { port } = listening.address() as AddressInfo
    const { dispatch } = run(desk, {
      voice: providerAt(liar.url),
      sms: providerAt(liar.url),
      mail: { url: `smtp://127.0.0.1:${port}`, from: 'desk@centre.example' },
    })
    await desk.incidents.receiveFindings([finding()])
    await waitFor('the mail is there', () => mails.length === 1)
    await waitFor('settled', async () => (await dispatch.figures()).pendingNotices === 0)
    expect(await offered(desk)).toEqual(['voice 1 failed', 'voice 2 moot', 'sms 1 failed', 'mail 1 sent'])
    const { id } = await desk.database.db
      .selectFrom('notice')
      .select('id')
      .where('kind', '=', 'assignment-offered')
      .executeTakeFirstOrThrow()
    expect(mails[0]).toContain(`X-Teshe-Notice: ${id}`)
    expect(mails[0]).toMatch(/Message-ID: <[0-9a-f]{40}@centre\.example>/i)
    await dispatch.close()
    await new Promise<void>((closed) => server.close(closed))
  })

  it('cut after the body was read, or trickling: unknown, repeated with the same id, given up, and the desk is told', async () => {
    const desk = await openDesk(await open())
    await addHotline(desk)
    const cutting = await startReceiver((nth, response) => {
      if (nth % 2 === 1) response.socket?.destroy()
      else response.writeHead(200).write('{')
    })
    const webhook = await startReceiver((_nth, response) => response.writeHead(204).end())
    const { dispatch } = run(desk, {
      sms: { ...providerAt(cutting.url), timeoutMs: 100 },
      webhook: { url: webhook.url, secret: 's' },
    })
    await desk.incidents.receiveFindings([finding()])
    await waitFor('the desk is told', () => {
      if (desk.clock.sleepers() > 1) desk.clock.advance(8_000)
      return webhook.received.some(({ id }) => id.endsWith('.undelivered'))
    })
    expect(await offered(desk)).toContain('sms 1 unknown')
    expect(new Set(cutting.received.map(({ id }) => id)).size).toBe(1)
    expect(cutting.received).toHaveLength(4)
    const ids = webhook.received.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    await dispatch.close()
  })
})
