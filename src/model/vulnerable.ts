/** What callers say of the people inside, as keys; free words are kept as well and mean nothing to the plan. */

export const VULNERABLE = [
  'injured',
  'breathing',
  'pregnant',
  'child-alone',
  'fell',
  'ill',
  'elderly',
  'infant',
  'disabled',
  'panic',
] as const
export type Vulnerable = (typeof VULNERABLE)[number]

export function isVulnerable(said: string): said is Vulnerable {
  return VULNERABLE.some((known) => known === said)
}

/** These call for a doctor and for everybody who can come, at once. */
const MEDICAL: readonly string[] = [
  'injured',
  'breathing',
  'pregnant',
  'child-alone',
  'fell',
  'ill',
] satisfies Vulnerable[]

/** As dispatchers write it down. */
const MEDICAL_WORDS = /伤|血|呼吸|胸闷|心脏|孕|昏|晕|骨折|(儿童|小孩|孩子)独/

export function isMedical(said: string): boolean {
  return MEDICAL.includes(said) || MEDICAL_WORDS.test(said)
}
