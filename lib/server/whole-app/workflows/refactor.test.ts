import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { apply } from '@/lib/server/changes/apply-changes'
import { getChanges } from '@/lib/server/changes/changes'
import { hasSandbox, runBuiltIn } from './testing'

const files = {
  'package.json': '{ "type": "module" }\n',
  'src/user/load.js': "export function loadUser(id) {\n  return { id, name: 'user ' + id }\n}\n",
  'src/user/names.js':
    "import { loadUser } from './load.js'\n\nexport const nameOf = (id) => loadUser(id).name\nexport const loadUsers = (ids) => ids.map(loadUser)\n",
  'src/web/page.js':
    "import { loadUser } from '../user/load.js'\n\n/** Draws what loadUser gives. */\nexport const page = (id) => '<h1>' + loadUser(id).name + '</h1>'\n",
  'src/web/list.js':
    "import { loadUser } from '../user/load.js'\nimport { loadUsers } from '../user/names.js'\n\nexport const list = (ids) => [loadUser(ids[0]).name, loadUsers(ids).length].join(' of ')\n",
  'test/user.test.js':
    "import assert from 'node:assert/strict'\nimport { test } from 'node:test'\nimport { loadUser } from '../src/user/load.js'\nimport { list } from '../src/web/list.js'\nimport { page } from '../src/web/page.js'\n\ntest('a user has a name', () => {\n  assert.equal(loadUser(7).name, 'user 7')\n  assert.equal(page(1), '<h1>user 1</h1>')\n  assert.equal(list([1, 2]), 'user 1 of 2')\n})\n",
}
const goal = 'Rename the function `loadUser` to `fetchUser` everywhere.'

const opened: Awaited<ReturnType<typeof runBuiltIn>>['app'][] = []
afterEach(async () => {
  for (const app of opened.splice(0)) await app.dispose()
})
const refactor = async (
  ...given: Parameters<typeof runBuiltIn> extends [string, ...infer Rest] ? Rest : never
) => {
  const run = await runBuiltIn('refactor', ...given)
  opened.push(run.app)
  return run
}

describe('refactor, on the simulator', () => {
  test.skipIf(!hasSandbox)(
    'renames a symbol in five files by three agents, merged and checked; the workspace waits for a word',
    async () => {
      const { app, runId, state, result } = await refactor(
        files,
        { goal, check: 'node --test' },
        { write: true, shell: true },
      )
      expect(state.run.status).toBe('completed')
      expect(result).toMatchObject({
        changed: [
          'src/user/load.js',
          'src/user/names.js',
          'src/web/list.js',
          'src/web/page.js',
          'test/user.test.js',
        ],
        refused: [],
        missing: [],
        check: { ok: true, exit: 0, fixedBy: null },
      })
      const changers = [...state.agents.values()].filter(({ label }) => label.startsWith('change '))
      expect(changers.map(({ patchStatus }) => patchStatus)).toEqual(['merged', 'merged', 'merged'])
      expect((await getChanges(app.app, runId, {})).files).toHaveLength(5)
      for (const [path, text] of Object.entries(files))
        expect(readFileSync(join(app.workspace, path), 'utf8')).toBe(text)
      await apply(app.app, runId, person('ann'))
      for (const [path, text] of Object.entries(files))
        expect(readFileSync(join(app.workspace, path), 'utf8')).toBe(
          text.replace(/\bloadUser\b/g, 'fetchUser'),
        )
    },
  )

  test('asks a person for the interface, and tells the agents that change files what was said', async () => {
    const words = 'Keep the file names as they are.'
    const { app, runId, state, result } = await refactor(files, { goal, ask: true }, { write: true }, null, {
      decision: 'change',
      words,
    })
    expect(state.checkpoints).toMatchObject([
      { title: 'Change to this interface?', status: 'answered', actor: person('tester') },
    ])
    expect(result).toMatchObject({ refused: [], changed: expect.arrayContaining(['src/web/page.js']) })
    const changer = [...state.agents.values()].find(({ label }) => label.startsWith('change '))
    const stored = await app.app.store.loadAgent(runId, changer?.id ?? '')
    expect(stored?.spec.prompt).toContain(words)
  })

  test('changes nothing where the person it asks stops it', async () => {
    const { state, result } = await refactor(files, { goal, ask: true }, { write: true }, null, {
      decision: 'stop',
    })
    expect(state.run.status).toBe('completed')
    expect(result).toMatchObject({ changed: [] })
    expect([...state.agents.values()].some(({ label }) => label.startsWith('change '))).toBe(false)
  })

  test('says what it could not check, and finds nothing where there is nothing', async () => {
    const run = await refactor(files, { goal: 'Rename `noSuchName` to `other`.' }, { write: true })
    expect(run.result).toMatchObject({
      changed: [],
      report: expect.stringContaining('Nothing has to change'),
    })
    expect(run.state.agents.size).toBe(1)
  })
})
