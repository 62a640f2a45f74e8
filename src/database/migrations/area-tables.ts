/** Sites of equipment, area events with their sweep lists, and the shelf of chattering sources. */
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables.js'
import { withColumns } from './column-kinds.js'

export async function areaTables(db: Kysely<Tables>): Promise<void> {
  await db.schema.alterTable('equipment').addColumn('site', 'text').execute()
  await db.schema.createIndex('equipment_by_site').on('equipment').column('site').execute()
  await withColumns(db.schema.createTable('area'), {
    incident_id: 'text',
    kind: 'text',
    cause: 'text',
    lat: 'real?',
    lon: 'real?',
    radius: 'real?',
    started_at: 'time',
    last_at: 'time',
  })
    .addPrimaryKeyConstraint('area_pk', ['incident_id'])
    .addForeignKeyConstraint('area_incident', ['incident_id'], 'incident', ['id'])
    .execute()
  await withColumns(db.schema.createTable('area_site'), { area_id: 'text', site: 'text' })
    .addPrimaryKeyConstraint('area_site_pk', ['area_id', 'site'])
    .addForeignKeyConstraint('area_site_area', ['area_id'], 'area', ['incident_id'])
    .execute()
  await db.schema.createIndex('area_site_by_site').on('area_site').column('site').execute()
  await withColumns(db.schema.createTable('sweep_line'), {
    area_id: 'text',
    equipment_id: 'text',
    state: 'text',
    people: 'integer?',
    note: 'text?',
    said_by: 'text?',
    said_at: 'time?',
  })
    .addPrimaryKeyConstraint('sweep_line_pk', ['area_id', 'equipment_id'])
    .addForeignKeyConstraint('sweep_line_area', ['area_id'], 'area', ['incident_id'])
    .execute()
  await db.schema.createIndex('sweep_line_by_equipment').on('sweep_line').column('equipment_id').execute()
  await withColumns(db.schema.createTable('shelf'), {
    equipment_id: 'text',
    pattern: 'text',
    level: 'integer',
    since: 'time',
    until: 'time',
    kept_back: 'integer',
    limit_findings: 'integer',
    limit_ms: 'time',
    suppresses: 'integer',
    counted_from: 'time',
  })
    .addPrimaryKeyConstraint('shelf_pk', ['equipment_id', 'pattern'])
    .execute()
  // One area event for a site: the transaction that loses the race to open it runs again and joins.
  await sql`create unique index incident_open_area on incident (site)
    where class = 'area' and site is not null
      and status in ('open', 'confirmed', 'dispatched', 'accepted', 'on-site')`.execute(db)
}
