import { afterEach, expect, test } from 'vitest'
import { defaultBranch } from '@/lib/core/run/branch-name'
import { disconnectGithub } from '@/lib/server/github/connection'
import { getRunGithub, openPullRequest, retryHandover } from '@/lib/server/github/run-github'
import { type Connected, startConnected, write } from '@/lib/server/testing/github/connected'

const all: Connected[] = []
afterEach(async () => {
  for (const one of all.splice(0)) {
    expect(one.github.unknown).toEqual([])
    await one.dispose()
  }
})

async function start(...options: Parameters<typeof startConnected>): Promise<Connected> {
  const connected = await startConnected(...options)
  all.push(connected)
  return connected
}

const report = `{ report: '# Tidied\\n\\nThanks @octocat, fixes #1.', findings: [
  { file: 'src/b.ts', line: 1, severity: 'high', title: 'Bad', kind: 'sql-injection' } ] }`
const branchOf = (id: string, title = 'Tidy up') => defaultBranch({ id, title })

test('a run on a source of GitHub becomes a branch, a pull request with its report, a status and findings', async () => {
  const { github, test: app, run, open, commit } = await start()
  const runId = await run([write('a.txt', 'A\n'), write('new/c.txt', 'c\n')], report, { title: 'Tidy up' })
  expect(await getRunGithub(app.app, runId)).toMatchObject({
    repository: 'octo/app',
    repositoryUrl: `${github.url}/octo/app`,
    canOpen: true,
    handovers: [],
  })
  const done = await open(runId)
  expect(Object.entries(done).map(([kind, { status }]) => [kind, status])).toEqual([
    ['branch', 'done'],
    ['pull-request', 'done'],
    ['check', 'done'],
    ['code-scanning', 'done'],
  ])
  const branch = branchOf(runId)
  const pushed = github.repositories.branch('octo/app', branch)
  expect(github.repositories.git('octo/app', 'diff', '--name-status', commit, branch)).toBe(
    'M\ta.txt\nA\tnew/c.txt',
  )
  expect(github.repositories.branch('octo/app', 'main')).toBe(commit)
  const [pull] = github.pulls
  expect(pull).toMatchObject({ title: 'Tidy up', head: branch, base: 'main' })
  expect(pull?.body).toContain('# Tidied')
  expect(pull?.body).toContain(`/runs/${runId}`)
  // Nobody is mentioned, and no issue closed, by what agents wrote.
  expect(pull?.body).not.toMatch(/@octocat|#1\b/)
  expect(done['pull-request']?.url).toBe(pull?.html_url)
  expect(github.statuses).toMatchObject([{ sha: pushed, state: 'success', context: 'skein/test' }])
  expect(github.sarifs).toMatchObject([{ commit: pushed, ref: `refs/heads/${branch}` }])
  expect(JSON.stringify(github.sarifs)).toContain('sql-injection')
  expect(await getRunGithub(app.app, runId)).toMatchObject({ canOpen: false, whyNot: null })
})

test('pressed twice at once and again later there is one branch and one pull request', async () => {
  const { github, test: app, run, settled } = await start()
  const runId = await run([write('a.txt', 'A\n')])
  await Promise.all([openPullRequest(app.app, runId), openPullRequest(app.app, runId)])
  await settled(runId)
  await openPullRequest(app.app, runId)
  await settled(runId)
  expect([github.pulls.length, github.repositories.branches('octo/app').length]).toEqual([1, 2])
  await expect(retryHandover(app.app, runId, 'pull-request')).rejects.toThrow('nothing of it to try again')
})

test.each([
  ['the push', 'git POST', /git-receive-pack/],
  ['the pull request', 'POST', /\/pulls$/],
  ['the status', 'POST', /\/statuses\//],
])('a server that is killed right after %s goes on, and does nothing twice', async (_, method, path) => {
  const { github, test: app, run, settled } = await start()
  const runId = await run([write('a.txt', 'A\n')], report)
  const killed = new Promise<string>((resolve) => {
    github.afterwards = (seen) => {
      if (seen.method !== method || !path.test(seen.path)) return
      github.afterwards = () => {}
      resolve(app.crashed())
    }
  })
  await openPullRequest(app.app, runId)
  await app.adopt(await killed)
  const done = await settled(runId)
  expect(Object.values(done).map(({ status }) => status)).toEqual(['done', 'done', 'done', 'done'])
  expect([github.pulls.length, github.repositories.branches('octo/app').length]).toEqual([1, 2])
})

test('a branch of that name that others made is left alone, and another is taken', async () => {
  const { github, run, open } = await start()
  const runId = await run([write('a.txt', 'A\n')], "'x'", { title: 'Tidy up' })
  const theirs = github.repositories.commit('octo/app', { 'theirs.txt': 't\n' }, branchOf(runId))
  const done = await open(runId)
  expect(done.branch).toMatchObject({ status: 'done', detail: expect.stringContaining("is not this run's") })
  expect(github.repositories.branch('octo/app', branchOf(runId))).toBe(theirs)
  expect(github.pulls).toMatchObject([{ head: `${branchOf(runId)}-2` }])
})

test('a branch of that name at the very commit that agents read is not moved on either', async () => {
  const { github, run, open, commit } = await start()
  const runId = await run([write('a.txt', 'A\n')], "'x'", { title: 'Tidy up' })
  github.repositories.git('octo/app', 'branch', branchOf(runId), 'main')
  await open(runId)
  expect(github.repositories.branch('octo/app', branchOf(runId))).toBe(commit)
  expect(github.pulls).toMatchObject([{ head: `${branchOf(runId)}-2` }])
})

test('a base that has moved on is said, on the run and in the pull request', async () => {
  const { github, run, open } = await start()
  const runId = await run([write('a.txt', 'A\n')])
  github.repositories.commit('octo/app', { 'later.txt': 'l\n' })
  const done = await open(runId)
  expect(done['pull-request']).toMatchObject({
    status: 'done',
    detail: expect.stringContaining('main has moved on'),
  })
  expect(github.pulls[0]?.body).toContain('main has moved on')
})

test('a report of 2 MB is cut to what GitHub takes, with where the rest is', async () => {
  const { github, run, open } = await start()
  const runId = await run([write('a.txt', 'A\n')], "{ report: '# Long 😀\\n' + '😀 words '.repeat(300_000) }")
  await open(runId)
  const body = github.pulls[0]?.body ?? ''
  expect(body.length).toBeLessThanOrEqual(65_536)
  expect(body.length).toBeGreaterThan(65_000)
  expect(body).toContain(`All of it is in Skein](http://127.0.0.1:3000/runs/${runId})`)
  expect(body.isWellFormed()).toBe(true)
})

test('where code scanning is off the findings are left out, with a sentence, and can be tried again', async () => {
  const { github, test: app, run, open, settled } = await start()
  github.hasCodeScanning = false
  const runId = await run([write('a.txt', 'A\n')], report)
  const off = await open(runId)
  expect(off['code-scanning']).toMatchObject({
    status: 'left-out',
    detail: expect.stringContaining('Code scanning is off in octo/app'),
  })
  github.hasCodeScanning = true
  await retryHandover(app.app, runId, 'code-scanning')
  expect((await settled(runId))['code-scanning']).toMatchObject({ status: 'done' })
})

test('a refusal fails in plain words, the rest does not depend on it, and tried again it is done', async () => {
  const { github, test: app, run, open, settled } = await start()
  const runId = await run([write('a.txt', 'A\n')])
  const sso = { 'x-github-sso': 'required; url=https://github.com/orgs/x/sso' }
  const needed = { 'x-accepted-github-permissions': 'pull_requests=write' }
  const refusals: [status: number, headers: Record<string, string>, words: string][] = [
    [401, {}, 'does not know this credential'],
    [403, needed, '(403): No way. It needs the permission pull_requests=write.'],
    [403, sso, 'single sign-on (SAML): authorise the token for it at https://github.com/orgs/x/sso.'],
    [404, {}, 'or this connection may not see it'],
    [422, {}, 'GitHub refused'],
    [301, {}, 'has moved. Use its new name.'],
  ]
  let answer: { status: number; headers: Record<string, string> } | null = null
  github.intercept = ({ path }) =>
    answer !== null && path.endsWith('/pulls') ? { ...answer, body: { message: 'No\u0007way.' } } : null
  for (const [at, [status, headers, words]] of refusals.entries()) {
    answer = { status, headers }
    if (at === 0) await open(runId)
    else await retryHandover(app.app, runId, 'pull-request')
    const refused = await settled(runId)
    expect(refused['pull-request']).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining(words),
    })
    expect([refused.branch?.status, refused.check?.status]).toEqual(['done', 'done'])
  }
  answer = null
  await retryHandover(app.app, runId, 'pull-request')
  expect((await settled(runId))['pull-request']).toMatchObject({ status: 'done' })
  expect(github.pulls).toHaveLength(1)
})

test('a limit of requests and an outage are waited for, and then it is done', async () => {
  const { github, run, open } = await start({ tuning: { deliveryDelaysMs: [1, 1, 1] } })
  const runId = await run([write('a.txt', 'A\n')])
  const answers = [
    { status: 429, body: { message: 'slow down' }, headers: { 'retry-after': '0' } },
    { status: 503, body: 'down' },
  ]
  github.intercept = ({ path, method }) =>
    method === 'POST' && path.endsWith('/pulls') ? (answers.shift() ?? null) : null
  const done = await open(runId)
  expect(done['pull-request']).toMatchObject({ status: 'done', attempts: 3 })
})

test('a limit that is over in an hour is waited for until then, and said', async () => {
  const { github, run, open, test: app } = await start()
  const runId = await run([write('a.txt', 'A\n')])
  const resetSeconds = Math.floor(app.app.now() / 1000) + 3600
  const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(resetSeconds) }
  github.intercept = ({ path }) =>
    path.endsWith('/pulls') ? { status: 403, body: { message: 'API rate limit exceeded' }, headers } : null
  const waiting = await open(runId)
  expect(waiting['pull-request']).toMatchObject({
    status: 'waiting',
    detail: expect.stringContaining('takes no more requests of this connection until'),
    nextAt: new Date(resetSeconds * 1000).toISOString(),
  })
})

test('what git is refused is told in words, and another push is possible', async () => {
  const { github, test: app, run, open, settled } = await start()
  const runId = await run([write('a.txt', 'A\n')])
  github.intercept = ({ method }) => (method.startsWith('git') ? { status: 403 } : null)
  const refused = await open(runId)
  expect(refused.branch).toMatchObject({ status: 'failed', detail: expect.stringContaining('may not push') })
  expect(refused['pull-request']).toMatchObject({
    status: 'failed',
    detail: expect.stringContaining('no branch'),
  })
  github.intercept = () => null
  await retryHandover(app.app, runId, 'pull-request')
  const done = await settled(runId)
  expect([done.branch?.status, done['pull-request']?.status]).toEqual(['done', 'done'])
})

test('is refused, with what is in the way, where nothing can be opened', async () => {
  const { test: app, run } = await start({ files: { 'x.txt': 'x' } })
  const onlyRead = await run([], "'x'", { permissions: undefined })
  await expect(openPullRequest(app.app, onlyRead)).rejects.toThrow('only read')
  const unchanged = await run([])
  await expect(openPullRequest(app.app, unchanged)).rejects.toThrow('changed nothing')
  const elsewhere = await run([write('x.txt', 'y')], "'x'", { workspace: app.workspace })
  await expect(openPullRequest(app.app, elsewhere)).rejects.toThrow('git address')
  const good = await run([write('a.txt', 'A\n')])
  await disconnectGithub(app.app)
  await expect(openPullRequest(app.app, good)).rejects.toThrow('not connected to GitHub')
})

test('an app makes a check with the annotations of all findings, fifty at a time, and no success over dead agents', async () => {
  const { github, run, open, connectAsApp } = await start({
    simulator: {
      faults: [{ when: { match: 'FAILS' }, fault: { kind: 'status', status: 400, message: 'no' } }],
    },
  })
  await connectAsApp()
  const findings = `Array.from({ length: 120 }, (_, at) => ({ file: 'src/b.ts', line: at + 1, severity: 'low', title: 't' + at }))`
  const runId = await run(
    [write('a.txt', 'A\n')],
    `(await agent('FAILS'), { report: '# R', findings: ${findings} })`,
  )
  const done = await open(runId)
  expect(Object.values(done).map(({ status }) => status)).toEqual(['done', 'done', 'done', 'done'])
  const branch = github.pulls[0]?.head ?? ''
  expect(github.checks).toMatchObject([
    { conclusion: 'failure', head_sha: github.repositories.branch('octo/app', branch), external_id: runId },
  ])
  expect(github.checks[0]?.annotations.map(({ title }) => title)).toEqual(
    Array.from({ length: 120 }, (_, at) => `t${at}`),
  )
  expect(github.statuses).toEqual([])
})

test('a check that was cut off between its annotations is gone on with', async () => {
  const { github, run, open, connectAsApp } = await start()
  await connectAsApp()
  const findings = `Array.from({ length: 120 }, (_, at) => ({ file: 'src/b.ts', line: at + 1, title: 't' + at }))`
  const runId = await run([write('a.txt', 'A\n')], `{ findings: ${findings} }`)
  let patches = 0
  github.intercept = ({ method, path }) => {
    if (method !== 'PATCH' || !path.includes('/check-runs/')) return null
    patches += 1
    return patches === 2 ? { status: 502 } : null
  }
  const done = await open(runId)
  expect(done.check).toMatchObject({ status: 'done', attempts: 2 })
  expect(github.checks).toHaveLength(1)
  expect(new Set(github.checks[0]?.annotations.map(({ title }) => title)).size).toBe(120)
  expect(github.checks[0]?.annotations).toHaveLength(120)
})
