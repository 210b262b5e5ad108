import { describe, expect, it } from 'vitest'
import { WorkspaceError } from '@/lib/workspace/workspace-error'
import { isFault, problemOf } from './problem'

/** An error as the other copy of its module throws it: same name and fields, another class. */
function fromAnotherCopy(error: Error): Error {
  return Object.assign(new Error(error.message), { ...error, name: error.name })
}

describe('problems', () => {
  it('tell a refused folder from a fault of our own, whichever copy of the module threw it', () => {
    for (const error of [
      new WorkspaceError('missing', '/nowhere'),
      fromAnotherCopy(new WorkspaceError('missing', '/nowhere')),
    ]) {
      expect(isFault(error)).toBe(false)
      expect(problemOf(error)).toMatchObject({ status: 400, errors: [{ path: 'workspace' }] })
    }
  })

  it('keep the inside of an unknown error to themselves', () => {
    const problem = problemOf(new Error('the password is swordfish'))
    expect(problem.status).toBe(500)
    expect(problem.detail).not.toContain('swordfish')
  })
})
