import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { migrate } from '../../src/database/migrate.js'
import { MIGRATIONS } from '../../src/database/migrations.js'
import { openSqlite } from '../../src/database/sqlite.js'
import { tempDir } from '../helpers/temp-dir.js'

it('log-ins of before have their secrets, are revoked as before, and other equipment may log in', async () => {
  const db = openSqlite(join(tempDir('database'), 'teshe.sqlite'))
  const to = (last: number) =>
    migrate({ db, dialect: 'sqlite', migrations: MIGRATIONS.filter(({ id }) => id <= last), now: 1 })
  await to(3)
  for (const id of ['WITH', 'REVOKED', 'NONE'])
    await sql`insert into equipment (id, kind, name, profile, attributes_json, provisional, version, search,
      journaled_at, created_at, updated_at) values (${id}, 'elevator', 'x', 'plain', '{}', 0, 1, '', 1, 1, 1)`.execute(
      db,
    )
  await sql`insert into device_credential (username, equipment_id, hmac, version, revoked, created_at)
    values ('WITH', 'WITH', 'h1', 3, 0, 5), ('REVOKED', 'REVOKED', 'h2', 2, 1, 6)`.execute(db)
  await to(4)
  const logins = await db.selectFrom('device_login').selectAll().orderBy('username').execute()
  expect(logins.map(({ username, kind, revoked, version }) => [username, kind, revoked, version])).toEqual([
    ['NONE', 'device', 0, 0],
    ['REVOKED', 'device', 1, 2],
    ['WITH', 'device', 0, 3],
  ])
  expect(await db.selectFrom('device_secret').selectAll().execute()).toEqual([
    { username: 'WITH', hmac: 'h1', until: null, created_at: 5 },
  ])
  await db.destroy()
})
