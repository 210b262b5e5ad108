import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { LaunchInput } from '@/lib/api/runs'
import { person } from '@/lib/core/base/actor'
import type { Json } from '@/lib/core/base/json'
import { processesHere } from '@/lib/processes/here'
import { findSandbox } from '@/lib/sandbox/this-machine'
import { getChanges } from '@/lib/server/changes/changes'
import { answer, listCheckpoints } from '@/lib/server/runs/checkpoints'
import { startTestApp } from '@/lib/server/testing/test-app'

const sandbox = await findSandbox(processesHere.run)
const here = sandbox.kind !== 'none'
if (!here) console.warn(`Commands of agents are not tried here: ${sandbox.reason}`)

const apps: Awaited<ReturnType<typeof startTestApp>>[] = []
afterEach(async () => {
  for (const app of apps.splice(0)) await app.dispose()
})

const permissions = { write: true, shell: true, hosts: [], web: false, mcp: [] }

async function start(files: Readonly<Record<string, string>>) {
  const app = await startTestApp({ files })
  apps.push(app)
  return {
    app,
    async run(script: string, more: Partial<LaunchInput> = {}) {
      const runId = await app.launch(script, { workspace: app.workspace, permissions, ...more })
      return { runId, state: await app.ended(runId) }
    },
    /** What the tools of an agent gave, in one text. */
    told: async (runId: string, agentId = 'a1') =>
      JSON.stringify(
        (await app.app.store.loadMessages(runId, agentId)).map(({ message }) => message.content),
      ),
  }
}

type Call = readonly [name: string, input: { [key: string]: Json }]
const prompt = (...calls: readonly Call[]) => {
  const turns = [...calls.map(([name, input]) => ({ toolCalls: [{ name, input }] })), { text: 'done' }]
  return JSON.stringify(`Do it. [[sim: ${JSON.stringify(turns)}]]`)
}
const bash = (command: string): Call => ['Bash', { command }]

describe.runIf(here)('commands of agents', () => {
  test('work on the files of their agent alone, and what they changed is its patch', async () => {
    const { app, run, told } = await start({ 'a.txt': 'a\n', '.gitignore': 'dist\n' })
    const { runId, state } = await run(
      `await agent(${prompt(
        ['write_file', { path: 'b.txt', content: 'b\n' }],
        bash('pwd; cat b.txt; echo more >> a.txt; mkdir dist; echo x > dist/out; git status --short'),
        ['read_file', { path: 'a.txt' }],
      )}); return (await changes()).files.map((one) => one.path)`,
    )
    expect(await app.result(runId)).toEqual(['a.txt', 'b.txt'])
    expect(state.agents.get('a1')).toMatchObject({ status: 'succeeded', patchStatus: 'merged' })
    const said = await told(runId)
    expect(said).toContain(`${app.workspace}\\nb\\n`)
    expect(said).toContain(' M a.txt\\n?? b.txt')
    expect(said).toContain('2\\tmore')
    expect((await getChanges(app.app, runId, {})).files).toHaveLength(2)
    expect(readdirSync(app.workspace).sort()).toEqual(['.gitignore', 'a.txt'])
    expect(state.log.map(({ message }) => message).join('\n')).toMatch(/Ran `pwd; cat b.txt.*exit 0/)
  })

  test('find dependencies beside their files, and write nothing into them', async () => {
    const { app, run, told } = await start({ 'package.json': '{}', '.gitignore': 'node_modules\n' })
    mkdirSync(join(app.workspace, 'node_modules/dep'), { recursive: true })
    writeFileSync(join(app.workspace, 'node_modules/dep/index.js'), 'module.exports = 42\n')
    const { runId } = await run(
      `return agent(${prompt(bash(`node -p "require('dep')"; echo x > node_modules/dep/new.js; git status --short`))})`,
    )
    expect(await told(runId)).toContain('42')
    expect(readdirSync(join(app.workspace, 'node_modules/dep'))).toEqual(['index.js'])
  })

  test('reach no host that nobody allowed; where its run asks, a person is asked for it by name', async () => {
    const { app, run, told } = await start({ 'a.txt': 'a\n' })
    const curl = `return agent(${prompt(bash('curl -sS --max-time 20 http://api.example.org/'))})`
    const { runId: refused } = await run(curl)
    expect(await told(refused)).not.toContain('may not be reached')
    const runId = await app.launch(curl, { workspace: app.workspace, permissions, whenNotPermitted: 'ask' })
    await app.until(runId, ({ event }) => event.type === 'checkpoint.opened')
    const [asked] = (await listCheckpoints(app.app, runId)).checkpoints
    expect(asked).toMatchObject({ checkpointId: 'may-host-api.example.org.1', kind: 'permission' })
    await answer(app.app, runId, 'may-host-api.example.org.1', false, person('ann'))
    await app.ended(runId)
    const said = await told(runId)
    expect(said).toContain('api.example.org is not among the hosts allowed here (none)')
    expect(said).toContain('ann refused that agents of this run let commands reach api.example.org')
  })

  test('that keep secrets, and what is no file, leave them out of the patch', async () => {
    const { app, run } = await start({ 'a.txt': 'a\n' })
    const { runId, state } = await run(
      `return agent(${prompt(bash('echo S=1 > .env; mkfifo pipe; git init -q nested; ln -s /etc/passwd out; echo b > b.txt'))})`,
    )
    expect(state.agents.get('a1')?.patch).toMatchObject({ files: 2 })
    expect((await getChanges(app.app, runId, {})).files.map(({ path }) => path)).toEqual(['b.txt', 'out'])
  })

  test('are not run in a dry run: agents and the log are told what would be, each once', async () => {
    const { app, run, told } = await start({ 'a.txt': 'a\n' })
    const planted = join(app.workspace, '..', 'planted')
    const { runId, state } = await run(
      `return parallel([1, 2].map(() => () => agent(${prompt(
        bash(`echo secret-of-the-shell | rev; touch ${planted}; echo more >> a.txt`),
        bash('npm test'),
      )})))`,
      { dryRun: true },
    )
    expect(state.run.status).toBe('completed')
    expect(existsSync(planted)).toBe(false)
    for (const agentId of ['a1', 'a2']) {
      const said = await told(runId, agentId)
      expect(said).toContain('[Not run in a dry run. A run would run this here:]\\nnpm test')
      // What it would have printed was never printed.
      expect(said).not.toContain('llehs-eht-fo-terces')
    }
    expect([...state.agents.values()].map(({ patch }) => patch)).toEqual([null, null])
    const log = state.log.map(({ message }) => message)
    expect(
      log.filter((line) => line.includes('An agent would run `npm test` here; in a dry run nothing')),
    ).toHaveLength(1)
    expect(log.filter((line) => line.startsWith('An agent would run'))).toHaveLength(2)
    expect(log.join('\n')).not.toMatch(/Ran `/)
  })

  test('leave nothing behind when the run has ended', async () => {
    const { app, run } = await start({ 'a.txt': 'a\n' })
    const { state } = await run(
      `return parallel([1, 2].map(() => () => agent(${prompt(bash('sleep 1000 & echo begun'))})))`,
    )
    expect(state.run.status).toBe('completed')
    const left = (name: string) =>
      existsSync(join(app.dataDir, name)) ? readdirSync(join(app.dataDir, name)) : []
    expect(left('shells')).toEqual([])
    expect(left('checkouts').flatMap((run) => left(join('checkouts', run)))).toEqual([])
  })

  test('are checked after a merge: what breaks the check is found and taken out', async () => {
    const { app, run } = await start({ 'sum.mjs': 'export const sum = (a, b) => a + b\n' })
    const good = prompt(['write_file', { path: 'good.txt', content: 'x' }])
    const bad = prompt(['write_file', { path: 'sum.mjs', content: 'export const sum = (a, b) => a - b\n' }])
    const check = `node -e "import('./sum.mjs').then(({ sum }) => { if (sum(2, 2) !== 4) throw new Error('wrong sum') })"`
    const { runId } = await run(
      `const done = await parallel([${good}, ${bad}].map((text) => () => agent.settled(text, { isolation: 'worktree' }))); return patterns.merge(done, { check: ${JSON.stringify(check)} })`,
    )
    expect(await app.result(runId)).toMatchObject({
      merged: ['a1'],
      refused: [{ agentId: 'a2' }],
      check: { ok: true, brokenBy: 'a2', fixedBy: null },
    })
  })

  test('are none where the run does not permit them', async () => {
    const { run, told } = await start({ 'a.txt': 'a\n' })
    const { runId } = await run(`return agent(${prompt(bash('echo hi'))})`, {
      permissions: { ...permissions, shell: false },
    })
    expect(await told(runId)).toContain('none that runs anything')
  })
})

describe.runIf(here)('commands that the launch does not permit', () => {
  test('are run once a person has allowed them, by the endpoint that answers questions', async () => {
    const { app, told } = await start({ 'a.txt': 'a\n' })
    const none = { write: false, shell: false, hosts: [], web: false, mcp: [] }
    const runId = await app.launch(`return agent(${prompt(bash('echo ran > ran.txt; cat ran.txt'))})`, {
      workspace: app.workspace,
      permissions: none,
      whenNotPermitted: 'ask',
    })
    await app.until(runId, ({ event }) => event.type === 'checkpoint.opened')
    const { checkpoints } = await listCheckpoints(app.app, runId)
    expect(checkpoints).toMatchObject([
      { kind: 'permission', title: expect.stringContaining('asks to run commands'), input: null },
    ])
    expect(checkpoints[0]?.detail).toContain('    echo ran > ran.txt; cat ran.txt')
    const id = checkpoints[0]?.checkpointId ?? ''
    await expect(answer(app.app, runId, id, 'yes', person('ann'))).rejects.toThrow('yes or no')
    expect(await answer(app.app, runId, id, true, person('ann'))).toMatchObject({ status: 'answered' })
    await app.ended(runId)
    expect(await told(runId)).toContain('"content":"ran"')
    expect(existsSync(join(app.workspace, 'ran.txt'))).toBe(false)
  })
})
