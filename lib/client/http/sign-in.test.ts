import { describe, expect, it } from 'vitest'
import { wayBack } from './sign-in'

const origin = 'http://127.0.0.1:3000'

describe('the way back after signing in', () => {
  it('leads to where one was, query and all', () => {
    expect(wayBack('/runs/a?view=table', origin)).toBe('/runs/a?view=table')
    expect(wayBack(null, origin)).toBe('/')
  })

  it('never leaves this site', () => {
    for (const elsewhere of [
      'https://example.com/',
      '//example.com/runs',
      '/\\example.com',
      'javascript:alert(1)',
    ])
      expect(wayBack(elsewhere, origin)).toBe('/')
  })
})
