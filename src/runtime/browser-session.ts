/** What a browser's session rests on, the same for HTTP and sockets: the cookie's name and which pages may use it. */

export const SESSION_COOKIE = 'teshe_session'

/**
 * True when a page of this origin may act with the session cookie: it was served by the host that is asked, or by an
 * address at which operators publish the service. A request without `Origin` was not made by such a page.
 */
export function originAllowed(
  origin: string | undefined,
  host: string | undefined,
  published: readonly string[],
): boolean {
  if (origin === undefined || !URL.canParse(origin)) return false
  return published.includes(origin) || new URL(origin).host === host
}
