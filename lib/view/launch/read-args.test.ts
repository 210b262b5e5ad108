import { expect, it } from 'vitest'
import { readArgs } from './read-args'

it('arguments that are no JSON are refused with the place of the mistake', () => {
  const read = readArgs('{\n  bad')
  expect(read).toMatchObject({ kind: 'error', error: { field: 'args', line: 2, column: 3 } })
  expect(readArgs(' ')).toEqual({ kind: 'none' })
})
