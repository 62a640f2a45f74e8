import { expect, it } from 'vitest'
import { onEachDatabase } from '../helpers/databases.js'
import { ADMIN, DISPATCHER, KEEPER, MINUTE, openDesk, STRANGER, viewer } from '../helpers/desk.js'
import { waitFor } from '../helpers/wait-for.js'

const HOUR = 60 * MINUTE

onEachDatabase('registry', ({ open }) => {
  it('equipment: made, read back, changed, found by each of its codes', async () => {
    const { registry } = await openDesk(await open())
    const { equipment } = registry
    const made = await equipment.create(
      {
        id: 'EL100',
        kind: 'elevator',
        name: '王府井 3号梯',
        rescueCode: '100234',
        registrationCode: '31104103002010080001',
        certificateNo: '梯11豫C00001',
        maintainerId: 'company-a',
        location: { lat: 34.6, lon: 112.4 },
        attributes: { ratedSpeed: 1.75, floors: 18 },
        rescueCard: { dutyRoom: '0379-1' },
      },
      ADMIN,
    )
    expect(made).toMatchObject({ version: 1, profile: 'plain', provisional: false })
    expect(await equipment.get('EL100', ADMIN)).toEqual(made)
    const changed = await equipment.update('EL100', { district: '西工区', certificateNo: null }, DISPATCHER)
    expect(changed).toMatchObject({
      version: 2,
      district: '西工区',
      certificateNo: null,
      rescueCode: '100234',
    })
    expect(changed.attributes).toEqual({ ratedSpeed: 1.75, floors: 18 })
    for (const code of ['100234', '31104103002010080001', 'EL100'])
      expect((await equipment.lookup(code, DISPATCHER)).id).toBe('EL100')
    await expect(equipment.lookup('000000', DISPATCHER)).rejects.toMatchObject({ code: 'CODE_UNKNOWN' })
  })

  it.each([
    { name: 'an id that exists', input: { id: 'EL1' }, code: 'EQUIPMENT_EXISTS' },
    { name: 'a reserved id', input: { id: 'lookup' }, code: 'EQUIPMENT_ID_INVALID' },
    { name: 'a rescue code of another', input: { id: 'N1', rescueCode: '102331' }, code: 'CODE_TAKEN' },
    { name: 'an unknown company', input: { id: 'N2', maintainerId: 'none' }, code: 'ORGANISATION_UNKNOWN' },
    { name: 'no name', input: { id: 'N3', name: ' ' }, code: 'REQUEST_INVALID' },
    { name: 'a place off the earth', input: { location: { lat: 91, lon: 0 } }, code: 'REQUEST_INVALID' },
  ])('$name is refused with $code and nothing is stored', async ({ input, code }) => {
    const { registry, database } = await openDesk(await open())
    const before = await database.db.selectFrom('outbox').select('id').execute()
    await expect(
      registry.equipment.create({ kind: 'elevator', name: 'x', ...input }, ADMIN),
    ).rejects.toMatchObject({ code })
    expect(await database.db.selectFrom('outbox').select('id').execute()).toEqual(before)
  })

  it('an import takes all rows or none, and names every bad one', async () => {
    const { registry } = await openDesk(await open())
    const row = (id: string, rescueCode: string) => ({ id, kind: 'elevator' as const, name: id, rescueCode })
    await expect(
      registry.equipment.createAll([row('N1', '1'), row('N2', '1'), row('EL1', '2')], ADMIN),
    ).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      fields: [{ field: 'rows[2].id' }, { field: 'rows[1].rescueCode' }],
    })
    expect((await registry.equipment.list({ text: 'N1' }, ADMIN)).items).toEqual([])
    const many = Array.from({ length: 1200 }, (_, i) => row(`N${i}`, `R${i}`))
    expect(await registry.equipment.createAll(many, ADMIN)).toHaveLength(1200)
    expect(await registry.equipment.facts()).toHaveLength(1203)
  })

  it('everybody sees their own: company, use unit, district, or all', async () => {
    const { registry } = await openDesk(await open())
    const seen = async (by: typeof ADMIN) =>
      (await registry.equipment.list({}, by)).items.map((one) => one.id).join()
    expect(await seen(DISPATCHER)).toBe('BO1,EL1,EL2')
    expect(await seen(KEEPER)).toBe('BO1,EL1,EL2')
    expect(await seen(STRANGER)).toBe('')
    expect(await seen(viewer('operator', 'estate-1'))).toBe('BO1,EL1,EL2')
    expect(await seen(viewer('regulator', null, ['西工区']))).toBe('BO1,EL1,EL2')
    expect(await seen(viewer('regulator', null, ['老城区']))).toBe('')
    expect(await seen(viewer('regulator'))).toBe('')
    expect(await registry.equipment.visible(['EL1', 'none'], STRANGER)).toEqual(new Set())
    expect(await registry.equipment.visible(['EL1', 'none'], KEEPER)).toEqual(new Set(['EL1']))
    await expect(registry.equipment.update('EL1', { name: 'x' }, STRANGER)).rejects.toMatchObject({
      code: 'ROLE_FORBIDDEN',
    })
    const keeper = viewer('maintainer', 'company-a')
    await expect(registry.equipment.update('EL1', { district: 'x' }, keeper)).rejects.toMatchObject({
      code: 'ROLE_FORBIDDEN',
    })
    const card = { rescueCard: { keyPlace: '保安亭' } }
    expect(await registry.equipment.update('EL1', card, keeper)).toMatchObject(card)
  })

  it('lists in pages with filters, and repeats nothing', async () => {
    const { registry } = await openDesk(await open())
    const first = await registry.equipment.list({ limit: 2 }, ADMIN)
    const second = await registry.equipment.list({ limit: 2, cursor: first.next ?? '' }, ADMIN)
    expect([...first.items, ...second.items].map((one) => one.id)).toEqual(['BO1', 'EL1', 'EL2'])
    expect(second.next).toBeNull()
    expect((await registry.equipment.list({ kind: 'boiler' }, ADMIN)).items).toHaveLength(1)
    expect((await registry.equipment.list({ text: '号梯' }, ADMIN)).items).toHaveLength(2)
    expect((await registry.equipment.list({ maintainerId: 'company-b' }, ADMIN)).items).toEqual([])
  })

  it('the first administrator is made once, with a given or a generated password to be changed', async () => {
    const { registry } = await openDesk(await open())
    const { created, generatedPassword } = await registry.accounts.ensureAdmin({ password: null })
    expect(created).toBe(true)
    expect(await registry.accounts.ensureAdmin({ password: 'another-password' })).toEqual({
      created: false,
      generatedPassword: null,
    })
    const password = generatedPassword ?? ''
    const { user, token } = await registry.sessions.logIn({ username: 'admin', password, address: '::1' })
    expect(user).toMatchObject({ role: 'admin', mustChangePassword: true })
    const changed = await registry.accounts.changePassword({
      userId: user.id,
      oldPassword: password,
      newPassword: 'a-better-password',
      keepToken: token,
    })
    expect(changed.mustChangePassword).toBe(false)
    expect((await registry.sessions.find(token))?.user.mustChangePassword).toBe(false)
    await expect(
      registry.sessions.logIn({ username: 'admin', password, address: '::1' }),
    ).rejects.toMatchObject({ code: 'LOGIN_FAILED' })
  })

  it('passwords are argon2id, tokens and device secrets are nowhere in the database', async () => {
    const { registry, database } = await openDesk(await open())
    await registry.accounts.ensureAdmin({ password: 'correct-horse' })
    const { token } = await registry.sessions.logIn({
      username: 'admin',
      password: 'correct-horse',
      address: '::1',
    })
    const { password } = await registry.credentials.create('EL1', ADMIN)
    const account = await database.db.selectFrom('account').selectAll().executeTakeFirstOrThrow()
    expect(account.password_hash).toMatch(/^\$argon2id\$v=19\$m=47104,t=1,p=1\$/)
    for (const table of [
      'account',
      'session',
      'device_login',
      'device_secret',
      'audit',
      'outbox',
      'idempotency',
    ] as const) {
      const text = JSON.stringify(await database.db.selectFrom(table).selectAll().execute())
      for (const secret of [token, password, 'correct-horse']) expect(text).not.toContain(secret)
    }
  })

  it('a session ends by log-out, by expiry and with its account; the bus hears of it', async () => {
    const { registry, clock, bus } = await openDesk(await open())
    const cut: string[] = []
    bus.subscribe('account', ({ userId }) => cut.push(userId))
    const user = await registry.accounts.create(
      { username: '张三', password: 'password-of-zhang', role: 'technician', organisationId: 'company-a' },
      ADMIN,
    )
    const logIn = () =>
      registry.sessions.logIn({ username: '张三', password: 'password-of-zhang', address: '::1' })
    const first = await logIn()
    expect(await registry.sessions.find(first.token)).toMatchObject({
      viewer: { userId: user.id, role: 'technician', organisationId: 'company-a' },
    })
    await registry.sessions.end(first.token)
    expect(await registry.sessions.find(first.token)).toBeNull()
    const second = await logIn()
    clock.advance(11 * HOUR)
    expect(await registry.sessions.find(second.token)).not.toBeNull()
    clock.advance(11 * HOUR)
    expect(await registry.sessions.find(second.token), 'use prolongs it').not.toBeNull()
    clock.advance(13 * HOUR)
    expect(await registry.sessions.find(second.token)).toBeNull()
    expect(await registry.sessions.purge()).toBe(1)
    const third = await logIn()
    await registry.accounts.disable(user.id, ADMIN)
    expect(await registry.sessions.find(third.token)).toBeNull()
    await expect(logIn()).rejects.toMatchObject({ code: 'LOGIN_FAILED' })
    await waitFor('the bus', () => cut.length === 2)
    expect(await registry.sessions.find('no token of ours')).toBeNull()
  })

  it('guessing is slowed by name and by address, and forgotten after success', async () => {
    const { registry, clock } = await openDesk(await open())
    await registry.accounts.ensureAdmin({ password: 'correct-horse' })
    const attempt = (password: string, address = '10.0.0.1') =>
      registry.sessions.logIn({ username: 'admin', password, address })
    for (let i = 0; i < 5; i++) await expect(attempt('wrong')).rejects.toMatchObject({ code: 'LOGIN_FAILED' })
    await expect(attempt('correct-horse')).rejects.toMatchObject({ code: 'LOGIN_SLOWED' })
    await expect(attempt('correct-horse', '10.0.0.2')).rejects.toMatchObject({ code: 'LOGIN_SLOWED' })
    clock.advance(3_000)
    await expect(attempt('correct-horse')).resolves.toBeDefined()
  })

  it('users: only the administrator makes them, and says who they belong to', async () => {
    const { registry } = await openDesk(await open())
    const create = (input: object, by = ADMIN) =>
      registry.accounts.create({ username: 'u', password: 'long-enough-1', role: 'dispatcher', ...input }, by)
    await expect(create({}, DISPATCHER)).rejects.toMatchObject({ code: 'ROLE_FORBIDDEN' })
    await expect(create({ password: 'short' })).rejects.toMatchObject({ code: 'PASSWORD_WEAK' })
    await expect(create({ role: 'technician' })).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
    const first = await registry.accounts.create(
      { username: 'u', password: 'long-enough-1', role: 'dispatcher' },
      ADMIN,
      'key-1',
    )
    expect(
      await registry.accounts.create(
        { username: 'u', password: 'long-enough-1', role: 'dispatcher' },
        ADMIN,
        'key-1',
      ),
    ).toEqual(first)
    await expect(create({})).rejects.toMatchObject({ code: 'USER_EXISTS' })
    expect((await registry.accounts.list({}, ADMIN)).items).toEqual([first])
  })

  it('the audit tells who did what', async () => {
    const { registry } = await openDesk(await open())
    await registry.equipment.update('EL1', { name: '新名' }, DISPATCHER)
    const { items } = await registry.audit.list({ subject: 'EL1' }, ADMIN)
    expect(items).toMatchObject([
      { action: 'equipment.update', actor: DISPATCHER.userId, detail: { fields: ['name'], version: 2 } },
      { action: 'equipment.create', actor: ADMIN.userId },
    ])
    await expect(registry.audit.list({}, KEEPER)).rejects.toMatchObject({ code: 'ROLE_FORBIDDEN' })
  })
})
