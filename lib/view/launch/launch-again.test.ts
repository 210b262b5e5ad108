import { describe, expect, it } from 'vitest'
import { launchSchema } from '@/lib/api/runs'
import { noPermissions } from '@/lib/core/spec/permissions'
import { told } from '../testing'
import { goalOf, launchAgainHref, planPreviewBody, relaunchBody } from './launch-again'

describe('launching again', () => {
  const { run } = told(['Plan'])
  const goal = { ...run, orchestrator: 'live' as const }

  it('leads a goal back to its words, and a workflow to its name', () => {
    expect(launchAgainHref(goal)).toMatch(/^\/launch\?from=r1&mode=live&allow=read&model=/)
    expect(launchAgainHref(run)).toMatch(/^\/launch\?from=r1&workflow=code-audit&/)
  })

  it('asks for the plan of a goal as a goal, and of a script as a script', () => {
    const input = { script: 'return 1', args: { goal: 'Find the leaks' } }
    expect(launchSchema.parse(relaunchBody(goal, input))).toMatchObject({
      goal: 'Find the leaks',
      orchestrator: 'live',
    })
    expect(launchSchema.parse(relaunchBody(run, input))).toMatchObject({
      script: 'return 1',
      args: input.args,
    })
    expect(goalOf(['Find'])).toBeNull()
  })

  it('keeps what agents may do, and says so where that is reading alone', () => {
    const permissions = { write: true, shell: false, hosts: [], web: true, mcp: [] }
    expect(new URLSearchParams(launchAgainHref({ ...run, permissions })).get('allow')).toBe('write,web')
    expect(new URLSearchParams(launchAgainHref(run)).get('allow')).toBe('read')
    const input = { script: 'return 1', args: null }
    expect(launchSchema.parse(relaunchBody({ ...run, permissions }, input))).toMatchObject({ permissions })
    expect(relaunchBody(run, input)).toMatchObject({ permissions: noPermissions, whenNotPermitted: 'refuse' })
  })

  it('previews a script under the models and limits of the run it would run in', () => {
    expect(launchSchema.parse(planPreviewBody(run, 'return 2'))).toEqual({
      script: 'return 2',
      model: 'claude-sonnet-5-5',
      permissions: noPermissions,
      whenNotPermitted: 'refuse',
      limits: { usd: 5, tokens: null, agents: 1000, wallClockSeconds: null },
    })
  })
})
