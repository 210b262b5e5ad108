import { expect, test } from 'vitest'
import { isModified, pressedKey } from './pressed-key'

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

const none = { metaKey: false, ctrlKey: false, altKey: false }

test.each([
  [
    '[ on a German keyboard, AltGr reported as Ctrl and Alt',
    { key: '[', code: 'Digit8', ctrlKey: true, altKey: true },
    false,
  ],
  ['] with Option on a German Mac', { key: ']', code: 'Digit6', altKey: true }, false],
  ['j', { key: 'j', code: 'KeyJ' }, false],
  ['Alt and . where that writes a dot anyway', { key: '.', code: 'Period', altKey: true }, true],
  ['Ctrl and [', { key: '[', code: 'BracketLeft', ctrlKey: true }, true],
  ['Option and j, which writes another letter', { key: '∆', code: 'KeyJ', altKey: true }, true],
  ['Alt and f', { key: 'f', code: 'KeyF', altKey: true }, true],
  ['⌘ and /', { key: '/', code: 'Slash', metaKey: true }, true],
])('%s', (_, pressed, modified) => {
  expect(isModified({ ...none, ...pressed })).toBe(modified)
})
