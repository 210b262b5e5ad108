import { expect, it } from 'vitest'
import { placeOf, problemErrors } from './field-errors'

it('what the server refused stands beside its field, with line and column', () => {
  const problem = { type: 'x', title: 'No', status: 400, detail: 'Refused' }
  expect(problemErrors(problem)).toEqual([{ field: null, message: 'Refused' }])
  const [error] = problemErrors({
    ...problem,
    errors: [{ path: 'script', message: 'import', line: 3, column: 1 }],
  })
  expect(error).toMatchObject({ field: 'script', line: 3 })
  expect(placeOf(error ?? {})).toBe('line 3, column 1')
})
