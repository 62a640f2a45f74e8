/** Those who can be called, and how a provider is asked to. */
import type { ProviderOptions } from '../../src/dispatch/channels/provider.js'
import type { ContactRole } from '../../src/model/contact.js'
import type { Desk } from '../helpers/desk.js'

export const HOTLINE = '037912345'

/** With the number and the mail address of its duty room. */
export async function addHotline({ database, clock }: Desk, organisation = 'company-a'): Promise<void> {
  await database.db
    .insertInto('contact')
    .values({
      ...{ id: `hotline of ${organisation}`, organisation_id: organisation, district: null, role: 'hotline' },
      ...{ name: '值班电话', phone: HOTLINE, email: 'duty@a.example', user_id: null },
      ...{ created_at: clock.now(), ended_at: null },
    })
    .execute()
}

/** Of the centre, everywhere. */
export async function addRole({ database, clock }: Desk, role: ContactRole, phone: string): Promise<void> {
  await database.db
    .insertInto('contact')
    .values({
      ...{ id: role, organisation_id: null, district: null, role, name: role, phone, email: null },
      ...{ user_id: null, created_at: clock.now(), ended_at: null },
    })
    .execute()
}

/** It answers `{"code": "OK", "call": …}`. */
export function providerAt(url: string): ProviderOptions {
  return {
    url,
    method: 'POST',
    headers: {},
    body: '{"to":"{{phone}}","say":"{{text}}","id":"{{id}}","back":"{{callback}}"}',
    success: 'code=OK',
    referencePath: 'call',
    timeoutMs: 1_000,
  }
}
