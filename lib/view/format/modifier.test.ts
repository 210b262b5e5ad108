import { expect, test } from 'vitest'
import { modifierOf } from './modifier'

test.each([
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15', '⌘'],
  ['Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X)', '⌘'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64)', 'Ctrl '],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0)', 'Ctrl '],
])('%s has the modifier %j', (userAgent, modifier) => {
  expect(modifierOf(userAgent)).toBe(modifier)
})
