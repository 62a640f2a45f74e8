/** Notices by HTTP POST, signed, at least once, with the notice's id as Idempotency-Key so that receivers can count. */
export interface WebhookOptions {
  url: string
  /** Key of the HMAC-SHA-256 in `Teshe-Signature: t={seconds},v1={hex}` over `{t}.{body}`. */
  secret: string
  /** ms before a request counts as failed; 10 s if left out. */
  timeoutMs?: number
  /** Tries until a notice is `failed`; 12 if left out. */
  maxAttempts?: number
}
