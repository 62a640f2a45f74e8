/** The numbers that a piece of special equipment carries: rescue code, registration code, certificate. */
import type { Random } from '../random.js'

/** Six digits, never twice. */
export function createRescueCodes(random: Random): () => string {
  const taken = new Set<string>()
  return () => {
    let code = ''
    do code = String(random.whole(100_000, 999_999))
    while (taken.has(code))
    taken.add(code)
    return code
  }
}

/** Twenty digits: equipment class, area, year and month of registration, serial. */
export function registrationCode(options: {
  classCode: string
  area: string
  year: number
  serial: number
}): string {
  const { classCode, area, year, serial } = options
  const month = String((serial % 12) + 1).padStart(2, '0')
  return `${classCode}${area}${year}${month}${String(serial).padStart(4, '0')}`
}

/** As printed on the certificate of use: class mark, 豫C for Luoyang, serial, year. */
export function certificateNo(options: { mark: string; year: number; serial: number }): string {
  const { mark, year, serial } = options
  return `${mark}豫C${String(serial).padStart(5, '0')}(${String(year % 100).padStart(2, '0')})`
}
