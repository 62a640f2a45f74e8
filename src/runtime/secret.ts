/** A secret setting: whatever prints it prints `<secret>`, and only `reveal()` gives the value away. */
import { inspect } from 'node:util'

export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
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
