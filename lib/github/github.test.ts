import { expect, test } from 'vitest'
import { githubWaitSchema } from '@/lib/core/spec/github'
import { gitUrlOf, repositoryAt, webUrlOf } from './addresses'
import { judgeEvent } from './event'
import { problemOfAnswer, problemOfSilence } from './problem'

test('the address of an API says where people and git find it', () => {
  expect(
    [
      'https://api.github.com',
      'https://api.octo.ghe.com',
      'https://ghe.example/api/v3',
      'http://127.0.0.1:8080/api/v3',
    ].map(webUrlOf),
  ).toEqual(['https://github.com', 'https://octo.ghe.com', 'https://ghe.example', 'http://127.0.0.1:8080'])
  expect(gitUrlOf('https://api.github.com', 'octo/app')).toBe('https://github.com/octo/app.git')
})

test('a repository is known by every form of its address, and by none of elsewhere', () => {
  const at = (address: string) => repositoryAt('https://api.github.com', address)
  for (const address of [
    'https://github.com/octo/app',
    'https://github.com/octo/app.git',
    'https://x@github.com/octo/app/',
    'ssh://git@github.com/octo/app.git',
    'git@github.com:octo/app.git',
  ])
    expect(at(address)).toBe('octo/app')
  for (const address of [
    'https://github.com.evil.example/octo/app',
    'https://evil.example/github.com/octo/app',
    'http://github.com/octo/app',
    'https://github.com:8443/octo/app',
    'https://github.com/octo/app/tree/main',
    'https://github.com/octo',
    'git@evil.example:octo/app.git',
    'file:///octo/app',
    'rubbish',
    '',
  ])
    expect(at(address)).toBeNull()
})

test.each([
  { repository: 'octo' },
  { repository: '../etc/passwd' },
  { repository: 'octo/..' },
  { repository: 'octo/app?x=1' },
  { repository: 'https://github.com/octo/app' },
  { word: '' },
  { word: 'two\nlines' },
  { word: 'x'.repeat(51) },
  { event: 'comment', word: 'no slash' },
  { event: 'push' },
  { more: true },
])('a trigger cannot wait for rubbish: %j', (more) => {
  const good = { repository: 'octo/app', event: 'issue-labeled', word: 'skein' }
  expect(githubWaitSchema.safeParse(good).success).toBe(true)
  expect(githubWaitSchema.safeParse({ ...good, ...more }).success).toBe(false)
})

test('a label is known whatever its case, and one on a pull request from a deleted fork is not trusted', () => {
  const wait = githubWaitSchema.parse({ repository: 'Octo/App', event: 'pull-labeled', word: 'Skein' })
  const base = { repo: { full_name: 'octo/app' } }
  const event = {
    action: 'labeled',
    repository: { full_name: 'octo/app' },
    sender: { login: 'ada', type: 'User' },
    label: { name: 'skein' },
    pull_request: { number: 9, head: base, base },
  }
  expect(judgeEvent(wait, event)).toMatchObject({ kind: 'wanted', occasion: { number: 9, isPull: true } })
  for (const head of [{ repo: null }, { repo: { full_name: 'mallory/app' } }])
    expect(judgeEvent(wait, { ...event, pull_request: { number: 9, head, base } })).toMatchObject({
      kind: 'untrusted',
      why: expect.stringContaining('from a fork'),
    })
  for (const body of [null, 7, 'text', [], {}, { ...event, sender: null }, { ...event, repository: {} }])
    expect(judgeEvent(wait, body).kind).toBe('other')
})

test('a limit says until when, by whichever header tells', () => {
  const of = (headers: Record<string, string>, said = '') =>
    problemOfAnswer({ status: 403, headers, said }, 'it', 1_000_000).retryAtMs
  expect(of({ 'retry-after': '30' })).toBe(1_030_000)
  expect(of({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '5000' })).toBe(5_000_000)
  expect(of({}, 'You have exceeded a secondary rate limit')).toBe(1_060_000)
  expect(of({}, 'Resource not accessible by integration')).toBeNull()
})

test('what others say becomes one bounded line', () => {
  const { message } = problemOfSilence('ghe.example', `a\u0000b\n\u202e${'x'.repeat(9_000)}`)
  expect(message).toMatch(/^ghe.example could not be reached: a b x/)
  expect(message.length).toBeLessThan(400)
})
