import { afterEach, expect, test } from 'vitest'
import { launchSchema } from '@/lib/api/runs'
import { person } from '@/lib/core/base/actor'
import { noPermissions } from '@/lib/core/spec/permissions'
import { getChanges } from '@/lib/server/changes/changes'
import { answer } from '../../runs/checkpoints'
import { launch } from '../../runs/launch'
import { startTestApp, type TestApp } from '../../testing/test-app'

const apps: TestApp[] = []
afterEach(async () => {
  for (const app of apps.splice(0)) await app.dispose()
})

test('a goal that is planned first is really done on the simulator: a rename by a goal with an address in it', async () => {
  const app = await startTestApp({
    files: {
      'src/a/sum.js': 'export const sum = (a, b) => a + b\nexport const summary = 1\n',
      'src/b/use.js': "import { sum } from '../a/sum.js'\nexport const four = sum(2, 2)\n",
      'test/c.js': "import { sum } from '../src/a/sum.js'\nsum(1, 1)\n",
    },
  })
  apps.push(app)
  const goal = 'Rename `sum` to `add`, as https://example.com/rules.v2/names.html asks.'
  const permissions = { ...noPermissions, write: true }
  const body = launchSchema.parse({ goal, workspace: app.workspace, permissions })
  const { id } = await launch(app.app, body, null, person('tester'))
  await app.until(id, (_, state) => state.checkpoints.length > 0)
  const [question] = (await app.state(id)).checkpoints
  const script = JSON.stringify(question?.input)
  expect(script).toContain('planned-rename')
  expect(script).toContain('https://example.com/rules.v2/names.html')
  await answer(app.app, id, question?.checkpointId ?? '', { decision: 'run' }, person('tester'))
  const state = await app.ended(id)
  expect(state.run.status).toMatch(/^completed/)
  expect(await app.result(id)).toMatchObject({
    changed: ['src/a/sum.js', 'src/b/use.js', 'test/c.js'],
    refused: [],
    missing: 0,
  })
  expect((await getChanges(app.app, id, {})).files.map(({ added, removed }) => [added, removed])).toEqual([
    [1, 1],
    [2, 2],
    [2, 2],
  ])
})
