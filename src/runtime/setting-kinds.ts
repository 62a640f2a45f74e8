/** The kinds of settings that any service has: ports, hosts, addresses, keys, sizes. Each brings its check and its rule. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { isIP, isIPv6 } from 'node:net'
import { createSecureContext } from 'node:tls'
import { type TSchema, type TUnsafe, Type } from 'typebox'
import { Pem } from './pem.js'
import { Secret } from './secret.js'
import { setting } from './settings.js'

/** What every setting says of itself. */
interface Words {
  env: string
  meaning: string
}

const nullable = <T extends TSchema>(type: T) => Type.Union([type, Type.Null()])

/** A string that passes a check. */
function text(check: (value: string) => boolean) {
  return Type.Refine(Type.String(), check)
}

/** A secret whose value passes a check. */
function secretType(check: (value: string) => boolean): TUnsafe<Secret> {
  return Type.Refine(
    Type.Unsafe<Secret>({}),
    (value: unknown) => value instanceof Secret && check(value.reveal()),
  )
}

/** True when making something of the value does not throw. */
function makes(make: (value: string) => unknown): (value: string) => boolean {
  return (value) => {
    try {
      return Boolean(make(value))
    } catch {
      return false
    }
  }
}

const PORT_RULE = 'a port from 0 to 65535, 0 takes a free one'
const portType = Type.Integer({ minimum: 0, maximum: 65_535 })

export function port(words: Words & { default: number }) {
  return setting(portType, { ...words, form: 'integer', rule: PORT_RULE })
}

export function optionalPort(words: Words) {
  return setting(nullable(portType), {
    ...words,
    form: 'integer',
    rule: PORT_RULE,
    default: null,
    shown: 'unset: off',
  })
}

export function host(words: Words & { default: string }) {
  const type = text((value) => isIP(value) > 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(value))
  return setting(type, { ...words, form: 'text', rule: 'an address or a host name without port' })
}

/** One of several words; `rule` says more where the list alone does not tell why. */
export function choice<const T extends readonly string[]>(
  words: Words & { choices: T; default: T[number]; rule?: string },
): TUnsafe<T[number]> {
  const { choices, rule = `one of ${choices.join(', ')}`, ...rest } = words
  const type = Type.Unsafe<T[number]>({ type: 'string', enum: choices })
  return setting(type, { ...rest, form: 'text', rule })
}

export function number(words: Words & { default: number; above?: number; atMost: number; unit: string }) {
  const { above = 0, atMost, unit, ...rest } = words
  const type = Type.Number({ exclusiveMinimum: above, maximum: atMost })
  const rule = `a number of ${unit} above ${above}, at most ${atMost}`
  return setting(type, { ...rest, form: 'number', rule })
}

export function integer(words: Words & { default: number; atLeast: number; atMost: number; shown?: string }) {
  const { atLeast, atMost, ...rest } = words
  const type = Type.Integer({ minimum: atLeast, maximum: atMost })
  return setting(type, { ...rest, form: 'integer', rule: `a whole number from ${atLeast} to ${atMost}` })
}

export function bytes(words: Words & { default: number; atLeast: number; atMost: number; shown: string }) {
  const { atLeast, atMost, ...rest } = words
  const type = Type.Integer({ minimum: atLeast, maximum: atMost })
  const rule = `a size from ${atLeast} to ${atMost} bytes, such as 65536, 64 KiB or 1 MiB`
  return setting(type, { ...rest, form: 'bytes', rule })
}

export function word(words: Words & { default: string }) {
  return setting(Type.String({ minLength: 1 }), { ...words, form: 'text', rule: 'some text' })
}

export function optionalWord(words: Words) {
  const type = nullable(Type.String({ minLength: 1 }))
  return setting(type, { ...words, form: 'text', rule: 'some text', default: null })
}

/** An address by one of these protocols; log-ins do not belong into it, because addresses are printed. */
export function optionalUrl(words: Words & { protocols: readonly string[]; shown?: string }) {
  const { protocols, ...rest } = words
  const type = text((value) => {
    const url = URL.canParse(value) ? new URL(value) : null
    return url !== null && protocols.includes(url.protocol) && url.username === '' && url.password === ''
  })
  const rule = `an address that begins with ${protocols.map((name) => `${name}//`).join(' or ')}, without a log-in in it`
  return setting(nullable(type), { ...rest, form: 'text', rule, default: null })
}

/** An address that may carry a log-in, and is a secret for that. */
export function secretUrl(words: Words & { protocols: readonly string[]; shown?: string }) {
  const { protocols, ...rest } = words
  const type = secretType((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol))
  const rule = `an address that begins with ${protocols.map((name) => `${name}//`).join(' or ')}`
  return setting(nullable(type), { ...rest, form: 'secret', rule, default: null })
}

export function secret(words: Words & { atLeast: number; shown?: string }) {
  const { atLeast, ...rest } = words
  const type = secretType((value) => value.length >= atLeast)
  return setting(nullable(type), {
    ...rest,
    form: 'secret',
    rule: `at least ${atLeast} characters`,
    default: null,
  })
}

/** Headers of requests as a JSON object of texts; log-ins stand in them. */
export function requestHeaders(words: Words) {
  const type = secretType(
    makes((text) => {
      const headers: unknown = JSON.parse(text)
      const named = headers !== null && typeof headers === 'object' && !Array.isArray(headers)
      return named && Object.values(headers).every((value) => typeof value === 'string')
    }),
  )
  const rule = 'a JSON object whose values are texts'
  return setting(nullable(type), { ...words, form: 'secret', rule, default: null })
}

/** A text with `{{name}}` where something is put in; keys of an account may stand in it. */
export function requestTemplate(words: Words & { placeholders: readonly string[] }) {
  const { placeholders, ...rest } = words
  const type = secretType((text) =>
    [...text.matchAll(/\{\{\s*(.*?)\s*\}\}/g)].every(([, name = '']) => placeholders.includes(name)),
  )
  const rule = `a text with no other braces than ${placeholders.map((name) => `{{${name}}}`).join(', ')}`
  return setting(nullable(type), { ...rest, form: 'secret', rule, default: null })
}

/** Host names; `*.example.org` stands for all below. */
export function hostPatterns(words: Words & { default: string[] }) {
  return setting(Type.Array(text((value) => /^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(value))), {
    ...words,
    form: 'list',
    rule: 'host names with commas between, such as push.example.org,*.example.net',
    shown: words.default.join(', '),
  })
}

/** A certificate, or several in a row, in PEM. */
export function certificate(words: Words) {
  return pem(words, 'a certificate', (text) => new X509Certificate(text))
}

/** A list of revoked certificates, or several in a row, in PEM. */
export function revocationList(words: Words) {
  return pem(words, 'a revocation list (CRL)', (text) => createSecureContext({ crl: text }))
}

function pem(words: Words, what: string, make: (text: string) => unknown) {
  const type = Type.Refine(
    Type.Unsafe<Pem>({}),
    (value: unknown) => value instanceof Pem && makes(make)(value.text),
  )
  const rule = `the path of ${what} in PEM, or the PEM itself`
  return setting(nullable(type), { ...words, form: 'pem', rule, default: null })
}

/** A private key in PEM, of one type if `keyType` says so. */
export function privateKey(words: Words & { keyType?: string; shown?: string }) {
  const { keyType, ...rest } = words
  const type = secretType(
    makes((pem) => {
      const found = createPrivateKey(pem).asymmetricKeyType
      return keyType === undefined || found === keyType
    }),
  )
  const kind = keyType === undefined ? 'a private key' : `an ${keyType} private key`
  return setting(nullable(type), {
    ...rest,
    form: 'secret-pem',
    rule: `the path of ${kind} in PEM, or the PEM itself`,
    default: null,
  })
}

/** Addresses and networks, as the `proxy-addr` words and CIDR write them. */
export function networks(words: Words) {
  return setting(Type.Array(text(isNetwork)), {
    ...words,
    form: 'list',
    rule: 'addresses or networks with commas between, such as 10.0.0.2,172.16.0.0/12, or loopback',
    default: [],
    shown: 'unset: none',
  })
}

function isNetwork(value: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(value)) return true
  const [address = '', bits, ...more] = value.split('/')
  if (isIP(address) === 0 || more.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (isIPv6(address) ? 128 : 32))
}

/** MQTT topic filters; `$share/group/…` is one too. */
export function topicFilters(words: Words) {
  return setting(Type.Array(text(isTopicFilter)), {
    ...words,
    form: 'list',
    rule: 'topic filters with commas between, such as teshe/v1/# or $share/teshe/spBv1.0/#',
    default: [],
    shown: 'unset: none',
  })
}

function isTopicFilter(value: string): boolean {
  const levels = value.split('/')
  return levels.every((level, i) =>
    level === '#' ? i === levels.length - 1 : level === '+' || !/[+#]/.test(level),
  )
}

/** A setting whose name is kept for a later version: any value is refused with the reason. */
export function reserved(words: Words & { reason: string }) {
  const { reason, ...rest } = words
  return setting(Type.Null(), { ...rest, form: 'text', rule: `unset: ${reason}`, default: null })
}
