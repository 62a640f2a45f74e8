/** A text in PEM that is no secret (a certificate, a revocation list), and the file it came from, so that it can be read again. */
export class Pem {
  readonly text: string
  /** Null when it was given as text. */
  readonly path: string | null

  constructor(text: string, path: string | null = null) {
    this.text = text
    this.path = path
  }

  toString(): string {
    return this.text
  }
}
