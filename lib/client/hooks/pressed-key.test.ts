import { expect, test } from 'vitest'
import { pressedKey } from './pressed-key'

test.each([
  // Russian, Greek, Arabic and Hebrew layouts.
  ['а', 'KeyF', false, 'f'],
  ['А', 'KeyF', true, 'F'],
  ['φ', 'KeyF', false, 'f'],
  ['ن', 'KeyK', false, 'k'],
  ['ל', 'KeyK', false, 'k'],
  ['х', 'BracketLeft', false, '['],
  ['ю', 'Period', false, '.'],
  ['١', 'Digit1', false, '1'],
  // French and Dvorak layouts write Latin signs, elsewhere: what is written counts.
  ['a', 'KeyQ', false, 'a'],
  ['?', 'KeyM', true, '?'],
  ['Escape', 'Escape', false, 'Escape'],
  [' ', 'Space', false, ' '],
  ['ж', 'Semicolon', false, 'ж'],
])('%s at %s (shift: %s) means %s', (key, code, shiftKey, meant) => {
  expect(pressedKey({ key, code, shiftKey })).toBe(meant)
})
