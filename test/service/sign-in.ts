/** A person at the API: logs in and speaks JSON. */
export interface Signed {
  token: string
  get<T>(path: string): Promise<T>
  post<T>(path: string, body?: unknown): Promise<T>
}

export async function signIn(base: string, username: string, password: string): Promise<Signed> {
  const { token } = await call<{ token: string }>('POST', '/api/session', { username, password })

  async function call<T>(method: string, path: string, body?: unknown, bearer?: string): Promise<T> {
    const response = await fetch(base + path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  return {
    token,
    get: (path) => call('GET', path, undefined, token),
    post: (path, body) => call('POST', path, body ?? {}, token),
  }
}
