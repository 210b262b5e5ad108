import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { pdfWithPages } from '@/lib/documents/testing/make-pdf'
import { getTranscript } from '@/lib/server/runs/read-run'
import { addFile, addSource } from '@/lib/server/sources/add-source'
import { deleteSource, getSource, listSources } from '@/lib/server/sources/source-store'
import { startTestApp } from '@/lib/server/testing/test-app'

const apps: Awaited<ReturnType<typeof startTestApp>>[] = []
afterEach(async () => {
  for (const app of apps.splice(0)) await app.dispose()
})
const never = new AbortController().signal

async function start(files: Readonly<Record<string, string>> = {}) {
  const app = await startTestApp({ files })
  apps.push(app)
  return app
}

const look = (path: string) =>
  JSON.stringify(
    `Look. [[sim: ${JSON.stringify([{ toolCalls: [{ name: 'read_file', input: { path } }] }, { text: 'done' }])}]]`,
  )

describe('a source', () => {
  test('holds what was pasted and uploaded, as text that agents read by its path', async () => {
    const app = await start()
    const source = await addSource(
      app.app,
      { name: 'Notes', texts: [{ name: 'first.md', text: '# One\nSomething was said.\n' }] },
      never,
    )
    const more = await addFile(app.app, source.id, 'table.csv', Buffer.from('a,b\n1,2\n'))
    expect(more).toMatchObject({ name: 'Notes', kind: 'documents', problems: [] })
    expect(more.files.map(({ path, kind }) => [path, kind])).toEqual([
      ['first.md.md', 'markdown'],
      ['table.csv.md', 'csv'],
    ])
    expect(await listSources(app.app)).toMatchObject({ sources: [{ id: source.id }] })
    const runId = await app.launch(`return agent(${look('first.md.md')})`, { workspace: source.path })
    await app.ended(runId)
    expect(JSON.stringify(await app.app.store.loadMessages(runId, 'a1'))).toContain('Something was said.')
    await deleteSource(app.app, source.id)
    expect(existsSync(source.path)).toBe(false)
    await expect(getSource(app.app, source.id)).rejects.toThrow('There is no source')
  })

  test('shows its PDF and its image to an agent as they are, and the run shows again what it was', async () => {
    const app = await start()
    const { id, path } = await addSource(app.app, { texts: [{ name: 'a.txt', text: 'a' }] }, never)
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+M8AAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
      'base64',
    )
    await addFile(app.app, id, 'bees.pdf', pdfWithPages([['First.'], ['Bees dance.'], ['Last.']]))
    const source = await addFile(app.app, id, 'chart.png', png)
    expect(source.files.map((file) => [file.path, file.original])).toEqual([
      ['a.txt.md', null],
      ['bees.pdf.md', 'bees.pdf'],
      ['chart.png.md', 'chart.png'],
    ])
    const directive = [
      {
        toolCalls: [
          { name: 'view_document', input: { path: 'bees.pdf', pages: '2-3' } },
          { name: 'view_document', input: { path: 'chart.png.md' } },
        ],
      },
      { text: 'seen' },
    ]
    const prompt = JSON.stringify(`Look. [[sim: ${JSON.stringify(directive)}]]`)
    const runId = await app.launch(`return agent(${prompt})`, { workspace: path })
    expect(await app.ended(runId)).toMatchObject({ run: { status: 'completed' } })
    expect(await app.app.store.loadResult(runId)).toMatchObject({ result: 'seen' })
    const { turns } = await getTranscript(app.app, runId, 'a1')
    expect(turns[0]?.toolCalls.map(({ shown, isError }) => [isError, shown])).toEqual([
      [false, [{ kind: 'document', title: 'bees.pdf, pages 2 to 3', pages: 2 }]],
      [false, [{ kind: 'image', title: 'chart.png', pages: 1 }]],
    ])
    expect(turns[0]?.toolCalls[0]?.output).toContain('[page 2 of 3]\nBees dance.')
    const { inputTokens = 0, cacheWriteTokens = 0 } = turns[1]?.usage ?? {}
    expect(inputTokens + cacheWriteTokens).toBeGreaterThan(5_000)
    expect(JSON.stringify(await app.app.store.loadMessages(runId, 'a1'))).not.toContain('iVBORw0K')
  })

  test('names what could not be read, and keeps the rest', async () => {
    const app = await start()
    const { id } = await addSource(app.app, { texts: [{ name: 'a.txt', text: 'a' }] }, never)
    await addFile(app.app, id, 'broken.pdf', Buffer.from('%PDF-1.7\nnothing'))
    const source = await addFile(app.app, id, '../../A.TXT', Buffer.from('b'))
    expect(source.problems).toMatchObject([{ from: 'broken.pdf', why: expect.stringMatching(/\.$/) }])
    expect(source.files.map(({ path }) => path)).toEqual(['a.txt.md', 'A.TXT-2.md'])
    expect(readdirSync(source.path).sort()).toEqual(['A.TXT-2.md', 'a.txt.md'])
  })

  test('takes no page of a private machine', async () => {
    const app = await start()
    const source = await addSource(
      app.app,
      { addresses: ['http://127.0.0.1:1/x', 'http://localhost/', 'not an address'] },
      never,
    )
    expect(source.problems).toHaveLength(3)
    expect(source.files).toEqual([])
  })

  test.each(['../..', 'x', '00000000-0000-0000-0000-000000000000', 'a/b'])(
    'is not found by %j',
    async (id) => {
      const app = await start()
      await expect(getSource(app.app, id)).rejects.toThrow('There is no source')
      await expect(deleteSource(app.app, id)).rejects.toThrow('There is no source')
    },
  )
})

describe('a repository', () => {
  /** A repository in the workspace, whose hooks and settings would run something. */
  async function withRepository() {
    const app = await start({ 'repo/a.txt': 'a\n' })
    const repo = join(app.workspace, 'repo')
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], {
        cwd: repo,
        encoding: 'utf8',
        env: { PATH: process.env.PATH, HOME: repo, GIT_CONFIG_NOSYSTEM: '1', NODE_ENV: 'test' },
      }).trim()
    git('init', '-q', '-b', 'main')
    git('add', '-A')
    git('commit', '-q', '-m', 'first')
    git('branch', 'other')
    mkdirSync(join(repo, '.git/hooks'), { recursive: true })
    writeFileSync(join(repo, '.git/hooks/post-checkout'), '#!/bin/sh\ntouch RAN\n', { mode: 0o755 })
    return { app, repo, head: git('rev-parse', 'HEAD') }
  }

  test('is cloned from a folder that runs may open, at a branch, and worked on', async () => {
    const { app, repo, head } = await withRepository()
    const source = await addSource(app.app, { repository: { url: `file://${repo}`, ref: 'other' } }, never)
    expect(source).toMatchObject({
      kind: 'repository',
      name: 'repo',
      repository: { ref: 'other', commit: head },
    })
    expect(readFileSync(join(source.path, 'a.txt'), 'utf8')).toBe('a\n')
    expect([existsSync(join(repo, 'RAN')), existsSync(join(source.path, 'RAN'))]).toEqual([false, false])
    const runId = await app.launch(`return agent(${look('a.txt')})`, {
      workspace: source.path,
      permissions: { write: true, shell: false, hosts: [], web: false, mcp: [] },
    })
    expect((await app.ended(runId)).run.files).toMatchObject({ head, dirty: 0 })
    await expect(addFile(app.app, source.id, 'x', Buffer.from('x'))).rejects.toThrow(
      'cannot be added to a repository',
    )
  })

  test.each([
    ['ext::sh -c touch% /tmp/RAN', 'is no git address'],
    ['ext://x', 'is not cloned from'],
    ['http://example.org/x.git', 'is not cloned from'],
    ['git://example.org/x.git', 'is not cloned from'],
    ['--upload-pack=touch /tmp/RAN', 'is no git address'],
    ['-oProxyCommand=x@host:path', 'is no git address'],
    ['ssh://-oProxyCommand=x/path', 'Give an address'],
    ['https://127.0.0.1/x.git', 'private network'],
    ['https://[::1]/x.git', 'private network'],
    ['git@10.0.0.1:x.git', 'private network'],
    ['file:///etc', 'is outside the folders'],
    ['file:///', 'is outside the folders'],
  ])('is refused at %j', async (url, said) => {
    const app = await start()
    await expect(addSource(app.app, { repository: { url } }, never)).rejects.toThrow(said)
    expect((await listSources(app.app)).sources).toEqual([])
  })

  test('that is none, or has no such branch, leaves nothing behind and tells no secret', async () => {
    const { app, repo } = await withRepository()
    await expect(
      addSource(app.app, { repository: { url: `file://${repo}`, ref: 'nothing' } }, never),
    ).rejects.toThrow('could not be cloned')
    await expect(
      addSource(app.app, { repository: { url: `file://${repo}`, ref: '--upload-pack=x' } }, never),
    ).rejects.toThrow('no name of a branch')
    await expect(
      addSource(app.app, { repository: { url: `file://${app.workspace}` } }, never),
    ).rejects.toThrow('could not be cloned')
    expect((await listSources(app.app)).sources).toEqual([])
  })
})
