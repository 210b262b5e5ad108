import { createHmac } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { newTriggerSchema } from '@/lib/api/automations/triggers'
import { localAsker } from '@/lib/server/access/asker'
import { disconnectGithub } from '@/lib/server/github/connection'
import { listSources } from '@/lib/server/sources/source-store'
import { type Connected, doing, startConnected, write } from '@/lib/server/testing/github/connected'
import { workflow } from '@/lib/server/testing/test-app'
import { fireTrigger } from '@/lib/server/triggers/fire-trigger'
import { addTrigger, changeTrigger, listTriggers } from '@/lib/server/triggers/triggers'

const all: Connected[] = []
afterEach(async () => {
  for (const one of all.splice(0)) {
    expect(one.github.unknown).toEqual([])
    await one.dispose()
  }
})

const ada = { login: 'ada', type: 'User' }
const repository = { full_name: 'octo/app' }
const labeled = (more: object = {}) => ({
  action: 'labeled',
  repository,
  sender: ada,
  label: { name: 'Skein' },
  issue: { number: 7, title: 'It breaks' },
  ...more,
})
const comment = (body: string, more: { sender?: object; association?: string; issue?: object } = {}) => ({
  action: 'created',
  repository,
  sender: more.sender ?? ada,
  issue: more.issue ?? { number: 7 },
  comment: { body, author_association: more.association ?? 'MEMBER', user: more.sender ?? ada },
})
const head = (full_name: string) => ({ number: 9, head: { repo: { full_name } }, base: { repo: repository } })
const onLabel = { repository: 'octo/app', event: 'issue-labeled', word: 'skein' } as const
const onComment = { repository: 'octo/app', event: 'comment', word: '/skein audit' } as const

const script = `await agent(${JSON.stringify(doing([write('a.txt', 'A\n')]))})
return { report: '# About ' + (args?.title ?? 'nothing') }`

/** A connected app with one trigger, and GitHub's way of delivering to it. */
async function start(github: object, more: object = {}) {
  const connected = await startConnected({ files: {} })
  all.push(connected)
  const { app, workspace } = connected.test
  connected.github.permissions.set('ada', 'write')
  const launch = { script: workflow(script, 'tidy'), workspace, permissions: { write: true }, ...more }
  const mapping = [{ from: 'issue.title', to: 'title', isOptional: true }]
  const settings = newTriggerSchema.parse({
    name: 'On GitHub',
    launch,
    signedAs: 'github',
    mapping,
    github,
  })
  const { trigger, secret } = await addTrigger(app, localAsker, settings)
  const deliver = (body: object) => {
    const bytes = Buffer.from(JSON.stringify(body))
    const signature = `sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`
    const headers = new Headers({ 'x-hub-signature-256': signature })
    return fireTrigger(connected.test.app, { triggerId: trigger.id, headers, body: bytes }, () => {})
  }
  const log = async () => {
    const { triggers } = await listTriggers(connected.test.app)
    return (triggers[0]?.deliveries ?? []).map(({ outcome, detail, runId }) => ({ outcome, detail, runId }))
  }
  return {
    ...connected,
    deliver,
    log,
    /** Delivers, and waits until GitHub was asked and what follows was launched. */
    async launched(body: object) {
      await deliver(body)
      await connected.test.app.handovers.atRest()
      await connected.test.app.schedules.atRest()
      return log()
    },
  }
}

describe('a label', () => {
  test('starts a run on the default branch, is answered for, and ends as a pull request', async () => {
    const { github, test: app, launched, settled, commit } = await start(onLabel)
    const [delivery] = await launched(labeled())
    expect(delivery).toMatchObject({ outcome: 'launched' })
    const runId = delivery?.runId ?? ''
    const { run } = await app.ended(runId)
    expect(run).toMatchObject({ status: 'completed', title: 'On GitHub', launchedBy: { kind: 'trigger' } })
    const done = await settled(runId)
    expect(Object.entries(done).map(([kind, { status }]) => [kind, status])).toEqual([
      ['comment', 'done'],
      ['branch', 'done'],
      ['pull-request', 'done'],
      ['check', 'done'],
      ['end-comment', 'done'],
    ])
    expect(github.pulls).toMatchObject([{ base: 'main', body: expect.stringContaining('# About It breaks') }])
    expect(github.comments).toHaveLength(1)
    expect(github.comments[0]?.body).toContain('Completed')
    expect(github.comments[0]?.body).toContain(github.pulls[0]?.html_url)
    const first = github.seen.find(({ method, path }) => method === 'POST' && path.endsWith('/comments'))
    expect(JSON.stringify(first?.body)).toContain('It spends $5 at most.')
    expect(JSON.stringify(first?.body)).toContain(`/runs/${runId}`)
    expect(github.repositories.git('octo/app', 'rev-parse', `${github.pulls[0]?.head}^`)).toBe(commit)
  })

  test('delivered again launches nothing again', async () => {
    const { deliver, launched, test: app, settled, github } = await start(onLabel)
    const [delivery] = await launched(labeled())
    expect(await deliver(labeled())).toMatchObject({ outcome: 'launched', runId: delivery?.runId })
    await app.ended(delivery?.runId ?? '')
    await settled(delivery?.runId ?? '')
    expect(await launched(labeled())).toHaveLength(1)
    expect(github.comments).toHaveLength(1)
  })

  test('that is none is answered and not kept', async () => {
    const { deliver, log } = await start(onLabel)
    const others: [body: object, why: string][] = [
      [labeled({ label: { name: 'bug' } }), 'The label is not skein.'],
      [labeled({ repository: { full_name: 'octo/other' } }), 'It is about octo/other.'],
      [labeled({ action: 'unlabeled' }), 'It is no label on an issue.'],
      [labeled({ pull_request: head('octo/app') }), 'It is no label on an issue.'],
      [{ zen: 'Be terse.', hook: {} }, 'It tells of no label and no comment.'],
      [comment('/skein'), 'It is no label on an issue.'],
      [labeled({ issue: { number: 'seven' } }), 'It tells of no label and no comment.'],
    ]
    for (const [body, why] of others)
      expect(await deliver(body)).toMatchObject({ outcome: 'skipped-event', detail: why, runId: null })
    expect(await log()).toEqual([])
  })

  test('by somebody who may not write launches nothing, and the log says so', async () => {
    const { github, launched, test: app } = await start(onLabel)
    github.permissions.set('ada', 'read')
    expect(await launched(labeled())).toEqual([
      {
        outcome: 'skipped-untrusted',
        detail: 'ada has no write access to octo/app, so nothing was launched.',
        runId: null,
      },
    ])
    expect((await listSources(app.app)).sources).toEqual([])
    expect(github.comments).toEqual([])
  })
})

describe('a comment with the command', () => {
  test('on a pull request works on its head, and its pull request goes onto that', async () => {
    const { github, launched, test: app, settled } = await start(onComment)
    const tip = github.repositories.commit('octo/app', { 'topic.txt': 't\n' }, 'topic/one')
    github.heads.set(9, { repository: 'octo/app', branch: 'topic/one' })
    const [delivery] = await launched(
      comment('/skein audit please', { issue: { number: 9, pull_request: {} } }),
    )
    expect(delivery).toMatchObject({ outcome: 'launched' })
    await app.ended(delivery?.runId ?? '')
    await settled(delivery?.runId ?? '')
    expect(github.pulls).toMatchObject([{ base: 'topic/one' }])
    expect(github.repositories.git('octo/app', 'rev-parse', `${github.pulls[0]?.head}^`)).toBe(tip)
  })

  test('by a stranger or a bot launches nothing, and the log says so', async () => {
    const { deliver, log, github } = await start(onComment)
    const untrusted: [more: object, why: string][] = [
      [{ association: 'NONE' }, 'so their comment launches nothing'],
      [{ association: 'CONTRIBUTOR' }, 'so their comment launches nothing'],
      [{ sender: { login: 'ci[bot]', type: 'Bot' } }, 'is a bot'],
      [{ sender: { login: 'ci[bot]', type: 'User' } }, 'is a bot'],
    ]
    for (const [more, why] of untrusted)
      expect(await deliver(comment('/skein audit', more))).toMatchObject({
        outcome: 'skipped-untrusted',
        detail: expect.stringContaining(why),
        runId: null,
      })
    expect((await log()).map(({ outcome }) => outcome)).toEqual(untrusted.map(() => 'skipped-untrusted'))
    // Nobody is asked about it, and nobody answers.
    expect(github.seen).toEqual([])
  })

  test('begins with it as a word of its own, and is none of Skein', async () => {
    const { deliver } = await start(onComment)
    const own = '/skein audit <!-- skein-run:x -->'
    for (const text of ['/skein auditing', 'please /skein audit', own, '', '😀'.repeat(10_000)])
      expect(await deliver(comment(text))).toMatchObject({ outcome: 'skipped-event' })
  })

  test('on a pull request from a fork launches nothing, by whomever', async () => {
    const { github, launched } = await start(onComment)
    github.heads.set(9, { repository: 'mallory/app', branch: 'main' })
    const log = await launched(comment('/skein audit', { issue: { number: 9, pull_request: {} } }))
    expect(log).toMatchObject([
      { outcome: 'skipped-untrusted', detail: expect.stringContaining('from a fork') },
    ])
  })
})

describe('a trigger of GitHub', () => {
  test('answers and hands over nothing where that was chosen', async () => {
    const {
      github,
      launched,
      test: app,
      settled,
    } = await start({ ...onLabel, answers: false, handsOver: false })
    const [delivery] = await launched(labeled())
    await app.ended(delivery?.runId ?? '')
    expect(await settled(delivery?.runId ?? '')).toEqual({})
    expect([github.comments, github.pulls, github.statuses]).toEqual([[], [], []])
  })

  test('says what came of a run that changed nothing in the comment, with the report and an honest status', async () => {
    const {
      github,
      launched,
      test: app,
      settled,
    } = await start(onLabel, {
      script: workflow(
        'await agent(\'[[sim: {"fault":{"kind":"status","status":400,"message":"no"}}]]\')\nreturn \'# Read \' + args.title',
        'read',
      ),
    })
    const [delivery] = await launched(labeled())
    const { run } = await app.ended(delivery?.runId ?? '')
    expect(run.status).not.toBe('completed')
    const done = await settled(delivery?.runId ?? '')
    expect(Object.keys(done)).toEqual(['comment', 'check', 'end-comment'])
    expect(github.statuses).toMatchObject([{ state: 'failure' }])
    expect(github.comments[0]?.body).not.toContain('Completed**.')
  })

  test('waits out an outage while it fetches, over a restart, and launches once', async () => {
    const { github, deliver, test: app, log } = await start(onLabel)
    github.intercept = () => ({ status: 503 })
    const killed = new Promise<string>((resolve) => {
      github.afterwards = () => {
        github.afterwards = () => {}
        resolve(app.crashed())
      }
    })
    expect(await deliver(labeled())).toMatchObject({ outcome: 'fetching', runId: null })
    const folder = await killed
    github.intercept = () => null
    await app.adopt(folder)
    await app.app.handovers.atRest()
    await app.app.schedules.atRest()
    expect(await log()).toMatchObject([{ outcome: 'launched' }])
    await app.ended((await log())[0]?.runId ?? '')
  })

  test('of a project that is connected no more refuses with what to do', async () => {
    const { launched, test: app } = await start(onLabel)
    await disconnectGithub(app.app)
    expect(await launched(labeled())).toMatchObject([
      { outcome: 'refused', detail: expect.stringContaining('not connected to GitHub') },
    ])
  })

  test('keeps no source of a launch that was left out', async () => {
    const { github, launched, test: app } = await start(onLabel)
    github.intercept = async ({ method }) => {
      if (!method.startsWith('git')) return null
      const { triggers } = await listTriggers(app.app)
      await changeTrigger(app.app, localAsker, triggers[0]?.id ?? '', { isOn: false })
      return null
    }
    expect(await launched(labeled())).toMatchObject([{ outcome: 'skipped-off', runId: null }])
    expect((await listSources(app.app)).sources).toEqual([])
  })

  test('is refused where the project is not connected, or the sender signs otherwise', async () => {
    const { test: app } = await start(onLabel)
    const launch = { script: workflow('return 1') }
    const add = (more: object) =>
      addTrigger(app.app, localAsker, newTriggerSchema.parse({ name: 'x', launch, github: onLabel, ...more }))
    await expect(add({ signedAs: 'standard' })).rejects.toThrow('signed as GitHub does')
    await disconnectGithub(app.app)
    await expect(add({ signedAs: 'github' })).rejects.toThrow('not connected to GitHub')
  })
})
