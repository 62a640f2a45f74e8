/** Sessions, people and organisations over HTTP. Who may do what beyond the route's roles is the registry's to say. */
import type { Static } from 'typebox'
import type { Accounts } from '../registry/accounts.js'
import type { Organisations } from '../registry/organisations.js'
import type { Sessions } from '../registry/sessions.js'
import { SESSION_COOKIE } from '../runtime/browser-session.js'
import type { ApiMetrics } from '../runtime/metrics.js'
import { tokenOf } from './authentication.js'
import type {
  LogIn,
  NewOrganisation,
  NewUser,
  OrganisationQuery,
  PasswordChange,
  UserQuery,
} from './people-schemas.js'
import type { Call } from './route.js'
import { iso } from './times.js'
import { viewOrganisation, viewPage, viewUser } from './views.js'

export interface PeopleOptions {
  sessions: Sessions
  accounts: Accounts
  organisations: Organisations
  /** The service is reached by HTTPS: the cookie must never travel without it. */
  secure: boolean
  metrics: ApiMetrics
}

export function createPeopleHandlers({ sessions, accounts, organisations, secure, metrics }: PeopleOptions) {
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict', secure } as const

  return {
    async logIn({ body, request, reply }: Call<unknown, unknown, Static<typeof LogIn>>) {
      try {
        const { token, user, expiresAt } = await sessions.logIn({ ...body, address: request.ip })
        reply.setCookie(SESSION_COOKIE, token, { ...cookie, expires: new Date(expiresAt) })
        reply.header('cache-control', 'no-store')
        metrics.logins.inc({ result: 'in' })
        return { token, user: viewUser(user) }
      } catch (error) {
        metrics.logins.inc({ result: 'refused' })
        throw error
      }
    },

    async logOut({ request, reply }: Call) {
      const given = tokenOf(request)
      if (given) await sessions.end(given.token)
      reply.clearCookie(SESSION_COOKIE, cookie)
      return {}
    },

    whoAmI({ session, reply }: Call) {
      reply.header('cache-control', 'no-store')
      return { user: viewUser(session.user), expiresAt: iso(session.expiresAt) }
    },

    async changePassword({ session, body, request }: Call<unknown, unknown, Static<typeof PasswordChange>>) {
      const user = await accounts.changePassword({
        userId: session.user.id,
        ...body,
        keepToken: tokenOf(request)?.token,
      })
      return { user: viewUser(user), expiresAt: iso(session.expiresAt) }
    },

    async listUsers({ query, viewer }: Call<unknown, Static<typeof UserQuery>>) {
      return viewPage(await accounts.list(query, viewer), viewUser)
    },
    async createUser({ body, viewer, key }: Call<unknown, unknown, Static<typeof NewUser>>) {
      return viewUser(await accounts.create(body, viewer, key))
    },

    async listOrganisations({ query, viewer }: Call<unknown, Static<typeof OrganisationQuery>>) {
      return viewPage(await organisations.list(query, viewer), viewOrganisation)
    },
    async createOrganisation({ body, viewer, key }: Call<unknown, unknown, Static<typeof NewOrganisation>>) {
      return viewOrganisation(await organisations.create(body, viewer, key))
    },
  }
}
