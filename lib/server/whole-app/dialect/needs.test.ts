import { afterEach, beforeEach, expect, test } from 'vitest'
import { launchSchema } from '@/lib/api/runs'
import { person } from '@/lib/core/base/actor'
import { noPermissions } from '@/lib/core/spec/permissions'
import { previewFork } from '../../runs/fork'
import { launch } from '../../runs/launch'
import { plan } from '../../runs/plan'
import { startTestApp, type TestApp } from '../../testing/test-app'

let app: TestApp
beforeEach(async () => {
  app = await startTestApp({ files: { 'a.js': 'export const a = 1' } })
})
afterEach(() => app.dispose())

const script = (needs: string) =>
  `export const meta = { name: 'digger', description: 'd', needs: ${needs} }\nreturn 1`
const attempts = (body: object) => {
  const asked = launchSchema.parse(body)
  const { signal } = new AbortController()
  return [
    () => launch(app.app, asked, null, person('ann')),
    () => plan(app.app, asked, person('ann'), { dryRun: false, signal }),
    () => plan(app.app, asked, person('ann'), { dryRun: true, signal }),
  ]
}

test.each([{ workflow: 'code-audit' }, { script: script("['workspace']") }])(
  'what needs a workspace is refused at the door without one: %o',
  async (body) => {
    for (const attempt of attempts(body))
      await expect(attempt()).rejects.toMatchObject({
        kind: 'bad-request',
        message: expect.stringMatching(/needs a workspace: choose the folder its agents read\.$/),
        errors: [{ path: 'workspace' }],
      })
    for (const attempt of attempts({ ...body, workspace: app.workspace }).slice(1)) await attempt()
  },
)

test('what nobody can give here is refused by its name, one sentence each', async () => {
  for (const attempt of attempts({
    script: script("['browser', 'clock', 'workspace', 'browser']"),
    workspace: app.workspace,
  }))
    await expect(attempt()).rejects.toMatchObject({
      message:
        'digger needs "browser", which is not available here. digger needs "clock", which is not available here.',
      errors: [{ path: 'workflow' }, { path: 'workflow' }],
    })
  expect(() => launchSchema.parse({ script: script('[7]') })).not.toThrow()
  await expect(attempts({ script: script('[7]') })[0]?.()).rejects.toThrow(/meta.needs/)
})

test('the web and MCP servers are refused without the permission, and the web is let in with it', async () => {
  for (const attempt of attempts({ script: script("['web', 'mcp']"), workspace: app.workspace }))
    await expect(attempt()).rejects.toMatchObject({
      message:
        'digger reads the web: give its agents the permission to. digger calls MCP servers: choose which ones its agents may call.',
    })
  const permissions = { write: false, shell: false, hosts: [], web: true, mcp: [] }
  for (const attempt of attempts({ script: script("['web']"), permissions })) await attempt()
})

test('what changes files or runs commands is refused without that permission, and let in with it', async () => {
  const body = { script: script("['write', 'shell']"), workspace: app.workspace }
  for (const attempt of attempts(body))
    await expect(attempt()).rejects.toMatchObject({
      message:
        'digger changes files: give its agents a workspace and the permission to write. digger runs commands: give its agents a workspace and the permission to use a shell.',
      errors: [{ path: 'permissions.write' }, { path: 'permissions.shell' }],
    })
  const permissions = { ...noPermissions, write: true, shell: true }
  for (const attempt of attempts({ ...body, permissions })) await attempt()
})

test('a fork to it, and a call of it, are refused as well', async () => {
  const id = await app.launch(
    `try { return await workflow({ script: 'export' + ${JSON.stringify(script("['workspace']").slice(6))} }) } catch (error) { return error.message }`,
  )
  const state = await app.ended(id)
  expect(await app.result(id)).toMatch(/^digger needs a workspace/)
  expect(state.run.status).toBe('completed-with-failures')
  const { signal } = new AbortController()
  await expect(
    previewFork(app.app, id, { script: script("['workspace']") }, person('ann'), signal),
  ).rejects.toThrow(/needs a workspace/)
})
