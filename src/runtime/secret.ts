/** A secret setting: whatever prints it prints `<secret>`, and only `reveal()` gives the value away. */
import { inspect } from 'node:util'

export class Secret {
  readonly #value: string
  /** The file it came from, so that it can be read again; null when it was given as text. */
  readonly path: string | null

  constructor(value: string, path: string | null = null) {
    this.#value = value
    this.path = path
  }

  /** The value itself. Call it where it is used, never to keep it. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return '<secret>'
  }

  toJSON(): string {
    return '<secret>'
  }

  [inspect.custom](): string {
    return '<secret>'
  }
}
