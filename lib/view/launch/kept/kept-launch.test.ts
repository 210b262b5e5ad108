import { expect, test } from 'vitest'
import { type LaunchInput, launchSchema } from '@/lib/api/runs'
import { leastAtFirst, noPermissions } from '@/lib/core/spec/permissions'
import { readForm } from '../read-launch'
import { formOfLaunch, launchInPlaceOf } from './kept-launch'

const usual = { runCapNanoUsd: 7e9, initialPermissions: leastAtFirst, defaultModel: 'claude-sonnet-5-5' }

/** What is saved where somebody opens a launch and changes nothing. */
function saved(launch: LaunchInput): LaunchInput {
  const read = readForm(formOfLaunch(launch, usual))
  if (!read.ok) throw new Error(JSON.stringify(read.errors))
  return launchSchema.parse(launchInPlaceOf(launch, read.body))
}

test.each<[string, LaunchInput]>([
  [
    'a workflow with everything said',
    {
      workflow: 'code-audit',
      args: { deep: [1, null] },
      workspace: '/srv/shop',
      workspaceNotes: false,
      permissions: { write: true, shell: true, hosts: ['api.example.org'], web: true, mcp: ['docs'] },
      whenNotPermitted: 'ask',
      model: 'claude-opus-5-5',
      models: ['claude-haiku-5-5', 'claude-sonnet-5-5'],
      effort: 'high',
      fallbackModel: 'claude-haiku-5-5',
      allowsLongContext: true,
      speed: 'fast',
      delivery: 'batch',
      concurrency: 7,
      cacheWarmUpSeconds: 0,
      limits: {
        usd: 2.5,
        tokens: 1_000_000,
        agents: 12,
        items: 30,
        wallClockSeconds: 95,
        phases: { Read: { usd: 1, tokens: 5, agents: 2, wallClockSeconds: 61 } },
        perAgent: { usd: 0.5, tokens: 9, wallClockSeconds: 59 },
      },
      phases: { Read: { model: 'm', effort: 'low', speed: 'fast', delivery: 'batch', maxTokens: 900 } },
      budget: { outputTokens: 500 },
      sampleItems: 3,
      onLimit: 'pause',
      minSuccess: 0.07,
      breaker: { failures: 3 },
      dryRun: true,
      approval: 'auto',
      approved: { agents: 4, usd: 2 },
      title: 'Nightly',
      tags: ['night'],
    },
  ],
  [
    'a goal that is led live, with no cap in dollars',
    {
      goal: 'Find what is slow.',
      orchestrator: 'live',
      permissions: noPermissions,
      whenNotPermitted: 'refuse',
      limits: { usd: null, tokens: null, agents: 5, wallClockSeconds: null },
      onLimit: 'end',
      minSuccess: 1,
      breaker: null,
      approval: 'auto',
    },
  ],
])('%s is saved as it was where nothing is changed', (_, launch) => {
  expect(saved(launch)).toEqual(launch)
})

test('what a launch leaves to the server is filled in, and said from then on', () => {
  expect(saved({ script: 'x' })).toMatchObject({
    script: 'x',
    limits: { usd: 7, agents: 1000 },
    permissions: noPermissions,
    onLimit: 'end',
    minSuccess: 0.5,
  })
  expect(saved({ workflow: 'w', models: [] }).models).toEqual(['claude-sonnet-5-5'])
})

test('a time that is changed is the one of the form, and a goal takes over no try of a script', () => {
  const before: LaunchInput = {
    workflow: 'w',
    limits: { wallClockSeconds: 95 },
    sampleItems: 3,
    dryRun: true,
  }
  const said = { workflow: 'w', limits: { wallClockSeconds: 180 } }
  expect(launchInPlaceOf(before, said)).toMatchObject({ limits: { wallClockSeconds: 180 }, sampleItems: 3 })
  const goal = launchInPlaceOf(before, { goal: 'g' })
  expect([goal.sampleItems, goal.dryRun]).toEqual([undefined, undefined])
})
