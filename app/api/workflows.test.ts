import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { problemSchema } from '@/lib/api/problem'
import { launchedSchema, workflowRunsSchema } from '@/lib/api/runs'
import {
  deletedWorkflowsSchema,
  importReportSchema,
  workflowCheckSchema,
  workflowDetailSchema,
  workflowDiffSchema,
  workflowListSchema,
} from '@/lib/api/workflows'
import { localActor } from '@/lib/core/base/actor'
import { startTestApi, type TestApi } from './testing'

let api: TestApi
beforeEach(async () => {
  api = await startTestApi({ files: { 'a.txt': 'alpha\n' } })
})
afterEach(() => api.dispose())

const script = (name: string, body = 'return 1') =>
  `export const meta = { name: '${name}', description: 'Does ${name}' }\n${body}\n`

async function good<S extends z.ZodType>(
  schema: S,
  ...call: Parameters<TestApi['call']>
): Promise<z.infer<S>> {
  const { status, body, text } = await api.call(...call)
  expect(status, text).toBeLessThan(300)
  return schema.parse(body)
}

async function refused(...call: Parameters<TestApi['call']>) {
  const { status, body, type } = await api.call(...call)
  expect(type).toBe('application/problem+json')
  const { detail, errors } = problemSchema.parse(body)
  return { status, detail, error: errors?.[0] }
}

const save = (source: string, note?: string) =>
  good(workflowDetailSchema, 'POST', '/api/workflows', { source, ...(note === undefined ? {} : { note }) })
const names = async (query = '') =>
  (await good(workflowListSchema, 'GET', `/api/workflows${query}`)).workflows.map(({ name }) => name)

describe('saving', () => {
  test('a script is saved under the name it gives itself, and listed beside what ships', async () => {
    const saved = await save(script('mine'), 'first try')
    expect(saved).toMatchObject({ name: 'mine', origin: 'saved', version: 1, savedBy: localActor })
    expect(saved.versions).toMatchObject([{ version: 1, note: 'first try' }])
    expect(await names()).toEqual(expect.arrayContaining(['code-audit', 'mine']))
  })

  test('blanks around a name are no part of it, in the script or wherever it is asked for', async () => {
    const saved = await save(script('  mine '))
    expect(saved.name).toBe('mine')
    const asked = '/api/workflows/%20mine%C2%A0'
    expect(await good(workflowDetailSchema, 'GET', asked)).toMatchObject({ name: 'mine' })
    const edit = { source: script(' mine', 'return 2'), basedOn: saved.digest }
    expect(await good(workflowDetailSchema, 'PUT', asked, edit)).toMatchObject({ name: 'mine', version: 2 })
    await good(workflowDiffSchema, 'GET', `${asked}/diff?from=1&to=2`)
    const outer = script('outer', "return workflow('\tmine ')")
    for (const launch of [{ workflow: ' mine ' }, { script: outer }])
      await good(launchedSchema, 'POST', '/api/runs', { ...launch, approval: 'auto' })
    expect((await api.call('DELETE', asked)).status).toBe(204)
  })

  test('an edit is the next version; the older one can still be read', async () => {
    const first = await save(script('mine'))
    const second = script('mine', 'return 2')
    const put = (source: string, basedOn: string) =>
      ['PUT', '/api/workflows/mine', { source, basedOn }] as const
    const saved = await good(workflowDetailSchema, ...put(second, first.digest))
    expect(saved).toMatchObject({ version: 2, source: second })
    expect(await good(workflowDetailSchema, ...put(second, first.digest))).toMatchObject({ version: 2 })
    expect(await good(workflowDetailSchema, 'GET', '/api/workflows/mine?version=1')).toMatchObject({
      version: 1,
      source: script('mine'),
    })
    const late = await refused(...put(script('mine', 'return 3'), first.digest))
    expect(late.status).toBe(409)
    expect(late.detail).toMatch(/saved version 2 of mine since you opened it.*not saved/)
    expect((await refused('GET', '/api/workflows/mine?version=9')).detail).toBe(
      'mine has no version 9. Its newest is 2.',
    )
  })

  test('a changed name renames, and only when it is free', async () => {
    const first = await save(script('mine'))
    await save(script('other'))
    const put = (source: string) => ['PUT', '/api/workflows/mine', { source, basedOn: first.digest }] as const
    expect((await refused(...put(script('other', 'return 9')))).status).toBe(409)
    expect((await refused(...put(script('code-audit', 'return 9')))).detail).toMatch(
      /built-in workflow|built in/,
    )
    expect(await good(workflowDetailSchema, ...put(script('renamed')))).toMatchObject({
      name: 'renamed',
      version: 2,
    })
    expect((await refused('GET', '/api/workflows/mine')).detail).toMatch(
      /There is no workflow "mine".*renamed/,
    )
  })

  test('a deleted workflow can be restored, a built-in cannot be deleted', async () => {
    await save(script('mine'))
    await save(script('a-workflow-that-stays'))
    expect((await api.call('DELETE', '/api/workflows/mine')).status).toBe(204)
    expect(await names()).not.toContain('mine')
    const deleted = async () =>
      (await good(deletedWorkflowsSchema, 'GET', '/api/deleted-workflows')).workflows.find(
        ({ name }) => name === 'mine',
      )
    expect(await deleted()).toMatchObject({ versions: 1, isNameTaken: false })
    expect((await refused('DELETE', '/api/workflows/mine')).status).toBe(404)
    expect(await good(workflowDetailSchema, 'POST', '/api/workflows/mine/restore', {})).toMatchObject({
      name: 'mine',
      version: 1,
    })
    expect(await deleted()).toBeUndefined()
    expect((await refused('POST', '/api/workflows/mine/restore', {})).status).toBe(404)
    await api.call('DELETE', '/api/workflows/mine')
    await save(script('mine', "agent('another')"))
    expect(await deleted()).toMatchObject({ versions: 1, isNameTaken: true })
    expect((await refused('POST', '/api/workflows/mine/restore', {})).status).toBe(409)
    expect((await refused('DELETE', '/api/workflows/code-audit')).detail).toMatch(/built in.*Duplicate/)
    const edit = { source: script('x'), basedOn: 'd' }
    expect((await refused('PUT', '/api/workflows/code-audit', edit)).detail).toMatch(
      /built-in workflow|built in/,
    )
    expect((await refused('PUT', '/api/workflows/nobody', edit)).status).toBe(404)
  })

  test('a source that writes out tens of thousands of calls is refused, and says how to put it', async () => {
    const source = script('x', "phase('a');agent('b');".repeat(86_000))
    const [problem] = (await good(workflowCheckSchema, 'POST', '/api/workflows/check', { source })).problems
    expect(problem?.message).toMatch(/more than 5,000 agent\(\) calls/)
    expect((await refused('POST', '/api/workflows', { source })).status).toBe(400)
  })

  const rubbish: [string, string, RegExp, number | undefined][] = [
    ['nothing', '', /must begin with/, 1],
    ['binary', '\0\u0001\ufffd\u0002', /does not parse/, 1],
    ['a module', `${script('x')}import fs from 'node:fs'\n`, /`import` is not available/, 3],
    ['TypeScript', `${script('x')}const a: string = ''\n`, /plain JavaScript/, 3],
    ['a name that is an address', script('new'), /address of the library/, undefined],
    ['a computed name', 'export const meta = { name: NAME, description: "d" }', /pure literal/, 1],
    [
      'more than two megabytes',
      script('x', `// ${'x'.repeat(2_100_000)}`),
      /longer than 2,000,000/,
      undefined,
    ],
    [
      'a mistake after a million empty lines',
      `${'\n'.repeat(1_000_000)}const a = = 1`,
      /does not parse/,
      1_000_001,
    ],
    [
      'a hundred thousand brackets',
      script('x', '['.repeat(100_000)),
      /nested too deeply|does not parse/,
      undefined,
    ],
  ]
  test.each(rubbish)(
    '%s is refused in every place a source can be given, and nothing is saved',
    async (_what, source, why, line) => {
      const before = await names()
      const post = await refused('POST', '/api/workflows', { source })
      expect(post.status).toBe(400)
      expect(post.detail).toMatch(why)
      if (line !== undefined) expect(post.error).toMatchObject({ line })
      expect((await refused('PUT', '/api/workflows/nobody', { source, basedOn: 'd' })).status).toBe(400)
      const report = await good(importReportSchema, 'POST', '/api/workflows/import', {
        source,
        fileName: 'x.js',
      })
      expect(report.files).toMatchObject([{ outcome: 'refused', fileName: 'x.js' }])
      if (line !== undefined) {
        const check = await good(workflowCheckSchema, 'POST', '/api/workflows/check', { source })
        expect(check.problems).toMatchObject([{ line, message: expect.stringMatching(why) }])
      }
      expect(await names()).toEqual(before)
    },
  )

  test('bodies that are not what is asked for are refused', async () => {
    for (const body of [
      '',
      'not json',
      '[]',
      { source: 7 },
      { source: script('x'), nonsense: true },
      { source: script('x'), note: 'n'.repeat(501) },
    ])
      expect((await refused('POST', '/api/workflows', body)).status).toBe(400)
    expect((await refused('POST', '/api/workflows', { source: 'x'.repeat(9_000_000) })).status).toBe(413)
    expect((await refused('POST', '/api/workflows/import', { source: script('x') })).detail).toMatch(
      /give either/,
    )
    expect((await refused('GET', '/api/workflows/code-audit?version=zero')).status).toBe(400)
  })

  test('a name that is taken is refused with what to do', async () => {
    await save(script('mine'))
    const { status, detail } = await refused('POST', '/api/workflows', { source: script('mine', 'return 2') })
    expect(status).toBe(409)
    expect(detail).toMatch(/Change `meta.name`/)
    expect((await refused('POST', '/api/workflows', { source: script('code-audit') })).status).toBe(409)
  })
})

describe('importing', () => {
  const put = (name: string, text: string | Buffer) => {
    const folder = join(api.workspace, '.claude', 'workflows')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const importAll = async () =>
    (await good(importReportSchema, 'POST', '/api/workflows/import', { workspace: api.workspace })).files.map(
      (file) => [
        file.fileName.replace('.claude/workflows/', ''),
        file.outcome,
        file.outcome === 'refused' ? file.problem : null,
      ],
    )

  test('every script of a folder is imported; a bad one is told and stops nothing', async () => {
    put('a.js', script('a'))
    put('b.js', `${script('b')}const x = = 1\n`)
    put('c.js', script('c'))
    put('notes.md', 'no script')
    put('pixels.js', Buffer.from([0xff, 0xd8, 0x00, 0x01]))
    put('twin.js', script('a', 'return 2'))
    put('code-audit.js', script('code-audit'))
    const outcomes = await importAll()
    expect(outcomes.map(([file, outcome]) => `${file} ${outcome}`)).toEqual([
      'a.js imported',
      'b.js refused',
      'c.js imported',
      'code-audit.js refused',
      'pixels.js refused',
      'twin.js refused',
    ])
    expect(outcomes[1]?.[2]).toMatchObject({ line: 3, column: 11 })
    expect(outcomes[4]?.[2]).toMatchObject({ message: 'It is not text. Save it as UTF-8.' })
    expect(outcomes[5]?.[2]).toMatchObject({ message: expect.stringMatching(/a\.js has the name "a" too/) })
    expect(await names()).toEqual(expect.arrayContaining(['a', 'c']))
    expect(await good(workflowDetailSchema, 'GET', '/api/workflows/a')).toMatchObject({
      origin: 'imported',
      originPath: join(api.workspace, '.claude/workflows/a.js'),
    })
  })

  test('importing again changes what has changed, and only that', async () => {
    put('a.js', script('a'))
    put('b.js', script('b'))
    await importAll()
    put('b.js', script('b', 'return 2'))
    expect((await importAll()).map(([file, outcome]) => `${file} ${outcome}`)).toEqual([
      'a.js unchanged',
      'b.js updated',
    ])
    expect(await good(workflowDetailSchema, 'GET', '/api/workflows/b')).toMatchObject({ version: 2 })
  })

  test('a folder outside the roots is refused, and a link that leads out is not followed', async () => {
    const outside = { workspace: '/etc' }
    expect((await refused('POST', '/api/workflows/import', outside)).status).toBe(403)
    expect(
      (await refused('POST', '/api/workflows/import', { workspace: join(api.workspace, '../..') })).status,
    ).toBe(403)
    expect((await refused('GET', '/api/workflows?workspace=/etc')).status).toBe(403)
    put('a.js', script('a'))
    writeFileSync(join(api.workspace, '..', 'secret.js'), script('secret'))
    symlinkSync(join(api.workspace, '..', 'secret.js'), join(api.workspace, '.claude/workflows/leak.js'))
    const outcomes = await importAll()
    expect(outcomes.map(([file, outcome]) => `${file} ${outcome}`)).toEqual([
      'a.js imported',
      'leak.js refused',
    ])
    expect(await names()).not.toContain('secret')
  })

  test('what lies in a folder is listed when asked, the broken with why', async () => {
    put('a.js', script('a'))
    put('b.js', 'nothing of the kind')
    const { workflows } = await good(
      workflowListSchema,
      'GET',
      `/api/workflows?workspace=${encodeURIComponent(api.workspace)}`,
    )
    const found = workflows.filter(({ origin }) => origin === 'workspace')
    expect(found.map(({ name, problem }) => [name, problem === null])).toEqual([
      ['.claude/workflows/b.js', false],
      ['a', true],
    ])
    expect(await names()).not.toContain('a')
  })
})

describe('using', () => {
  test('a saved workflow is launched by name; the run knows the version, and the library the run', async () => {
    const first = await save(script('mine', "return await agent('Say hello')"))
    const launched = await good(launchedSchema, 'POST', '/api/runs', { workflow: 'mine' })
    const ended = await api.ended(launched.id)
    expect(ended.run.workflow).toMatchObject({
      name: 'mine',
      origin: 'saved',
      version: 1,
      digest: first.digest,
    })
    const { usage } = await good(workflowDetailSchema, 'GET', '/api/workflows/mine')
    expect(usage).toMatchObject({
      runs: 1,
      lastRun: { id: launched.id, status: 'completed' },
      successShare: 1,
    })
    expect(usage.medianCostNanoUsd).toBe(ended.totals.costNanoUsd)
    const { runs, total } = await good(workflowRunsSchema, 'GET', '/api/workflows/mine/runs')
    expect(total).toBe(1)
    expect(runs).toMatchObject([{ id: launched.id, version: 1, digest: first.digest }])
    const pasted = await good(launchedSchema, 'POST', '/api/runs', { script: script('mine') })
    expect((await api.ended(pasted.id)).run.workflow).toMatchObject({ origin: null, version: null })
  })

  test('a saved workflow is called by its name from another script, and its newest version runs', async () => {
    const { digest } = await save(script('inner', 'return 1'))
    await api.call('PUT', '/api/workflows/inner', { source: script('inner', 'return 2'), basedOn: digest })
    const outer = script('outer', "return { inner: await workflow('inner') }")
    const { id } = await good(launchedSchema, 'POST', '/api/runs', { script: outer })
    await api.ended(id)
    expect(await api.result(id)).toEqual({ inner: 2 })
  })

  test('two versions are compared line by line', async () => {
    const { digest } = await save(script('mine', 'const a = 1\nreturn a'))
    await api.call('PUT', '/api/workflows/mine', {
      source: script('mine', 'const a = 2\nreturn a'),
      basedOn: digest,
    })
    const diff = await good(workflowDiffSchema, 'GET', '/api/workflows/mine/diff?from=1&to=2')
    expect(diff).toMatchObject({ added: 1, removed: 1, from: { version: 1 }, to: { version: 2 } })
    expect(diff.hunks.flat().map(({ kind, from, to, text }) => [kind, from, to, text])).toEqual([
      ['same', 1, 1, "export const meta = { name: 'mine', description: 'Does mine' }"],
      ['removed', 2, null, 'const a = 1'],
      ['added', null, 2, 'const a = 2'],
      ['same', 3, 3, 'return a'],
    ])
    expect((await refused('GET', '/api/workflows/mine/diff?from=1&to=7')).status).toBe(404)
    expect((await refused('GET', '/api/workflows/mine/diff?from=1')).status).toBe(400)
    expect((await refused('GET', '/api/workflows/code-audit/diff?from=1&to=2')).status).toBe(404)
  })

  test('the editor learns the plan of a source, and who has its name', async () => {
    const check = (source: string) => good(workflowCheckSchema, 'POST', '/api/workflows/check', { source })
    const read = await check(script('mine', "phase('Read')\nreturn await agent('x', { label: 'reader' })"))
    expect(read).toMatchObject({ meta: { name: 'mine' }, nameTakenBy: null, problems: [] })
    expect(read.calls).toMatchObject([{ line: 3, phase: 'Read', label: 'reader' }])
    expect(await check(script('code-audit'))).toMatchObject({ nameTakenBy: 'built-in' })
  })

  test('a script of 250 kB is checked whole', async () => {
    const call =
      "await agent('Read this file and say what it does, at length.', { label: 'reader', phase: 'Read' })\n"
    const source = script('large', call.repeat(Math.ceil(250_000 / call.length)))
    const { calls } = await good(workflowCheckSchema, 'POST', '/api/workflows/check', { source })
    expect(calls.length).toBeGreaterThan(2_000)
  })
})
