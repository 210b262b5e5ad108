/** Digits of a cent that are whole nanodollars: one cent is 10,000,000 of them. */
const NANO_DIGITS = 7

/** An amount that can be: up to sixteen digits of cents, as many decimals as somebody may write. */
const amountForm = /^(-?)(\d{1,16})(?:\.(\d{1,50}))?$/

/** An amount in whole nanodollars, and by how much it may differ from what was meant by it. */
export type Amount = { nanoUsd: number; roundedByNanoUsd: number }

/**
 * Cents as a decimal text, in whole nanodollars, without a floating point in between: `123.45` is $1.2345. More
 * decimals than nanodollars have are rounded half away from zero; half of the last digit that is there is what the
 * text itself may have been rounded by. Null for anything else, and for more than a number can hold.
 */
export function readCents(text: string): Amount | null {
  const [, sign = '', whole, decimals = ''] = amountForm.exec(text) ?? []
  if (whole === undefined) return null
  const kept = decimals.slice(0, NANO_DIGITS).padEnd(NANO_DIGITS, '0')
  const carry = (decimals[NANO_DIGITS] ?? '0') >= '5' ? 1n : 0n
  const size = Number(BigInt(whole + kept) + carry)
  if (!Number.isSafeInteger(size)) return null
  const missing = Math.max(0, NANO_DIGITS - decimals.length)
  return {
    // Not -0, which is no amount.
    nanoUsd: sign === '-' && size !== 0 ? -size : size,
    roundedByNanoUsd: missing === 0 ? 1 : 5 * 10 ** (missing - 1),
  }
}
