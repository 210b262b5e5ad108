/** What is read of a key that was pressed. */
type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey'>
type Held = Pick<KeyboardEvent, 'key' | 'code' | 'metaKey' | 'ctrlKey' | 'altKey'>

/** What keys of these codes write on a Latin keyboard, plain and with shift. */
const signs: Readonly<Record<string, readonly [string, string]>> = {
  Slash: ['/', '?'],
  Comma: [',', '<'],
  Period: ['.', '>'],
  BracketLeft: ['[', '{'],
  BracketRight: [']', '}'],
  Minus: ['-', '_'],
  Equal: ['=', '+'],
}

/**
 * The key that a shortcut means. A Latin sign is what it writes, wherever it stands on the keyboard; on a
 * layout that writes other letters it is the one at the same place: ф is a, and Shift-ф is A.
 */
export function pressedKey({ key, code, shiftKey }: Pressed): string {
  // Names of keys such as Escape, and everything that a Latin layout writes.
  if (/^[\x20-\x7e]+$/.test(key)) return key
  const letter = /^Key([A-Z])$/.exec(code)?.[1]
  if (letter !== undefined) return shiftKey ? letter : letter.toLowerCase()
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1]
  if (digit !== undefined) return digit
  return signs[code]?.[shiftKey ? 1 : 0] ?? key
}

/**
 * Whether a modifier is held that makes something else of a key. Many layouts have signs such as `[` only with
 * AltGr, which some systems report as Ctrl and Alt, or with Option: what writes another Latin sign than the key
 * does by itself is that sign.
 */
export function isModified({ key, code, metaKey, ctrlKey, altKey }: Held): boolean {
  if (metaKey) return true
  if (!altKey) return ctrlKey
  const isSign = /^[!-/:-@[-`{-~]$/.test(key)
  return !isSign || key === signs[code]?.[0] || key === signs[code]?.[1]
}
