import { expect, test } from 'vitest'
import type { WorkflowCheck } from '@/lib/api/workflows'
import { renamedSource, saveObstacle } from './workflow-view'

test('a copy has another name, and only its name is changed', () => {
  const source = `export const meta = {\n  name: "a.b",\n  description: 'name: "a.b" again',\n}\nconst name = 'a.b'\n`
  expect(renamedSource(source, 'a.b', 'c')).toBe(source.replace('"a.b"', '"c"'))
  expect(renamedSource(source, 'axb', 'c')).toBe(source)
})

test('what stands in the way of saving is said, the place first', () => {
  const meta = { name: 'w', description: 'd', whenToUse: null, phases: [], argsSchema: null, needs: [] }
  const check = (more: Partial<WorkflowCheck>): WorkflowCheck => ({
    meta,
    calls: [],
    nameTakenBy: null,
    problems: [],
    ...more,
  })
  expect(saveObstacle(check({}), null)).toBeNull()
  expect(saveObstacle(check({ problems: [{ message: 'Not so.', line: 3, column: 2 }] }), null)).toBe(
    'Line 3, column 2: Not so.',
  )
  expect(saveObstacle(check({ nameTakenBy: 'saved' }), null)).toMatch(/in the library already/)
  expect(saveObstacle(check({ nameTakenBy: 'saved' }), 'w')).toBeNull()
  expect(saveObstacle(check({ nameTakenBy: 'built-in' }), 'other')).toMatch(/built-in workflow/)
})
