import type { SchemaComplaint } from '@/lib/core/ports/ports'
import { type Part, strictest } from './schema-parts'

const pairs = [
  { type: 'string', low: 'minLength', high: 'maxLength' },
  { type: 'array', low: 'minItems', high: 'maxItems' },
  { type: 'array', low: 'minContains', high: 'maxContains' },
  { type: 'object', low: 'minProperties', high: 'maxProperties' },
] as const

/** Bounds that leave nothing between them, for a type that is allowed. */
export function boundsComplaint(
  parts: readonly Part[],
  types: readonly string[],
  at: string,
): SchemaComplaint | null {
  const path = at.replaceAll('#', '')
  for (const { type, low, high } of pairs) {
    const [least, most] = [strictest(parts, low, 'most'), strictest(parts, high, 'least')]
    if (types.includes(type) && least !== null && most !== null && least > most)
      return { path, message: `${low} ${least} is greater than ${high} ${most}` }
  }
  const isNumber = types.includes('number')
  return isNumber || types.includes('integer') ? numberComplaint(parts, !isNumber, path) : null
}

function numberComplaint(parts: readonly Part[], isWhole: boolean, path: string): SchemaComplaint | null {
  const low = bound(parts, 'minimum', 'exclusiveMinimum', 'most')
  const high = bound(parts, 'maximum', 'exclusiveMaximum', 'least')
  if (low === null || high === null) return null
  if (!isBelow(low.at, high, low.isOpen)) {
    const relation = low.at > high.at ? 'is greater than' : 'leaves nothing below'
    return { path, message: `${low.key} ${low.at} ${relation} ${high.key} ${high.at}` }
  }
  const unit = strictest(parts, 'multipleOf', 'most') ?? (isWhole ? 1 : null)
  if (unit === null || unit <= 0 || isBelow(firstMultiple(unit, low), high)) return null
  const what = isWhole && unit === 1 ? 'no whole number lies' : `no multiple of ${unit} lies`
  return { path, message: `${what} between ${low.key} ${low.at} and ${high.key} ${high.at}` }
}

type Bound = { at: number; isOpen: boolean; key: string }

/** Whether something lies at or above a value and within the upper bound; `isOpen` leaves the value out. */
function isBelow(value: number, high: Bound, isOpen = false): boolean {
  return value < high.at || (value === high.at && !isOpen && !high.isOpen)
}

/** The least multiple of a unit within the lower bound; rounding errors of a division are forgiven. */
function firstMultiple(unit: number, low: Bound): number {
  const first = Math.ceil(low.at / unit - 1e-9) * unit
  return low.isOpen && first <= low.at ? first + unit : first
}

function bound(parts: readonly Part[], closed: string, open: string, choose: 'least' | 'most'): Bound | null {
  const inclusive = strictest(parts, closed, choose)
  const exclusive = strictest(parts, open, choose)
  if (exclusive === null) return inclusive === null ? null : { at: inclusive, isOpen: false, key: closed }
  const isTighter =
    inclusive === null || (choose === 'most' ? exclusive >= inclusive : exclusive <= inclusive)
  return isTighter
    ? { at: exclusive, isOpen: true, key: open }
    : { at: inclusive, isOpen: false, key: closed }
}
