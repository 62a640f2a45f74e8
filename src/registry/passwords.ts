/** People's passwords as argon2id. */
import { hash, verify } from '@node-rs/argon2'
import { TesheError } from '../errors.js'

// OWASP's first choice for argon2id: 46 MiB, one pass, one lane; about 40 ms of one core here, off the main thread.
const PARAMETERS = { memoryCost: 47_104, timeCost: 1, parallelism: 1 }

export const MIN_PASSWORD_LENGTH = 10

/** Throws PASSWORD_WEAK. */
export function requireStrength(password: string): void {
  if ([...password].length < MIN_PASSWORD_LENGTH) throw new TesheError('PASSWORD_WEAK', [MIN_PASSWORD_LENGTH])
}

/** PHC string with the parameters in it; argon2id is what the library takes by default. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, PARAMETERS)
}

export function passwordFits(stored: string, password: string): Promise<boolean> {
  return verify(stored, password)
}
