import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { scheduleSchema } from '@/lib/api/automations/schedules'
import { triggerWithSecretSchema } from '@/lib/api/automations/triggers'
import { runListSchema } from '@/lib/api/first/run-list'
import { accountSchema, passkeyQuestionSchema } from '@/lib/api/people'
import { pricesSchema } from '@/lib/api/prices'
import { projectMembersSchema, projectSchema } from '@/lib/api/projects/projects'
import { launchedSchema } from '@/lib/api/runs'
import { sourceSchema } from '@/lib/api/sources'
import { hasEnded } from '@/lib/core/spec/run-status'
import { writeClaudeRun } from '@/lib/imports/testing/claude-folder'
import { sim, workflow } from '@/lib/server/testing/test-app'
import { makeDevice } from '../account/authenticator'
import type { Method } from '../testing'
import { cookieOf, startTeam, type Team } from './testing'

const URL_HERE = 'https://skein.example'
const folder = mkdtempSync(join(tmpdir(), 'skein-claude-'))
let team: Team
beforeAll(async () => {
  team = await startTeam({
    env: { SKEIN_URL: URL_HERE, SKEIN_ALLOWED_HOSTS: 'skein.example', SKEIN_CLAUDE_DIR: folder },
  })
})
afterAll(async () => {
  await team.dispose()
  rmSync(folder, { recursive: true })
})

type Ask = { method: Method; path: string; body?: object; cookie?: string; headers?: Record<string, string> }
/** In this process: two that are asked in one tick go step by step beside each other, as they rarely do on a wire. */
const ask = ({ method, path, body, cookie = team.cookies.owner, headers }: Ask) =>
  team.api.send(method, path, {
    headers: { ...headers, cookie, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
const made = async (wanted: Ask): Promise<unknown> => {
  const answer = await ask(wanted)
  const text = await answer.text()
  expect(answer.status, `${wanted.path} ${text}`).toBeLessThan(300)
  return text === '' ? null : JSON.parse(text)
}
const statuses = async (all: readonly Ask[]) =>
  (await Promise.all(all.map(ask))).map(({ status }) => status).sort()

let projects = 0
async function newProject(): Promise<string> {
  projects += 1
  const body = { name: `Project ${projects}` }
  return projectSchema.parse(await made({ method: 'POST', path: '/api/projects', body })).id
}
const within = (id: string) => ({ 'x-skein-project': id })
const script = workflow('return 1')
async function ended(headers: Record<string, string> = {}, source = script): Promise<string> {
  const run = launchedSchema.parse(
    await made({ method: 'POST', path: '/api/runs', body: { script: source }, headers }),
  )
  await team.api.ended(run.id)
  return run.id
}
const runOf = async (id: string) => (await team.api.ended(id)).run

describe('of two at once that would pass the most there can be, one is refused:', () => {
  const automation = { launch: { script }, monthlyUsd: 1 }
  test('passkeys of a person', async () => {
    const cookie = await team.invite('viewer', 'Paula')
    const added = async (): Promise<Ask> => {
      const begun = await ask({ method: 'POST', path: '/api/account/passkeys/begin', body: {}, cookie })
      const { question } = passkeyQuestionSchema.parse(await begun.json())
      const body = { name: 'A key', answer: makeDevice(URL_HERE).make(question) }
      return { method: 'POST', path: '/api/account/passkeys', body, cookie: `${cookie}; ${cookieOf(begun)}` }
    }
    for (let nth = 0; nth < 19; nth += 1) await made(await added())
    expect(await statuses([await added(), await added()])).toEqual([204, 409])
    const account = accountSchema.parse(await made({ method: 'GET', path: '/api/account', cookie }))
    expect(account.signInMethods.passkeys).toHaveLength(20)
  })

  test('schedules', async () => {
    const body = { ...automation, name: 'Nightly', cron: '0 3 * * *', timeZone: 'UTC' }
    const asked: Ask = { method: 'POST', path: '/api/schedules', body }
    const { id } = scheduleSchema.parse(await made(asked))
    const { schedules } = team.api.app.store
    const first = await schedules.find(id)
    for (let nth = 1; first !== null && nth < 499; nth += 1)
      await schedules.addSchedule({ ...first, id: `schedule-${nth}` }, 500)
    expect(await statuses([asked, asked])).toEqual([201, 409])
  })

  test('triggers', async () => {
    const body = { ...automation, name: 'On push', mapping: [] }
    const asked: Ask = { method: 'POST', path: '/api/triggers', body }
    const { id } = triggerWithSecretSchema.parse(await made(asked)).trigger
    const { triggers } = team.api.app.store
    const first = await triggers.find(id)
    for (let nth = 1; first !== null && nth < 199; nth += 1)
      await triggers.addTrigger({ ...first, id: `trigger-${nth}` }, 200)
    expect(await statuses([asked, asked])).toEqual([201, 409])
  })

  test('API keys of a person', async () => {
    const cookie = await team.invite('viewer', 'Kim')
    const asked: Ask = { method: 'POST', path: '/api/keys', body: { name: 'ci', role: 'viewer' }, cookie }
    for (let nth = 0; nth < 199; nth += 1) await made(asked)
    expect(await statuses([asked, asked])).toEqual([201, 409])
  })

  test('links to a run', async () => {
    const asked: Ask = { method: 'POST', path: `/api/runs/${await ended()}/shares`, body: { days: 1 } }
    for (let nth = 0; nth < 99; nth += 1) await made(asked)
    expect(await statuses([asked, asked])).toEqual([201, 409])
  })

  test('tags of a run', async () => {
    const id = await ended()
    const tags = Array.from({ length: 19 }, (_, nth) => `tag ${nth}`)
    await made({ method: 'PATCH', path: `/api/runs/${id}`, body: { tags } })
    const tagged = (tag: string): Ask => ({
      ...{ method: 'POST', path: '/api/runs/bulk' },
      body: { act: 'tag', tag, ids: [id] },
    })
    const answers = await Promise.all([made(tagged('one')), made(tagged('other'))])
    expect(
      JSON.stringify(answers)
        .match(/"outcome":"\w+"/g)
        ?.sort(),
    ).toEqual(['"outcome":"done"', '"outcome":"failed"'])
    expect((await runOf(id)).tags).toHaveLength(20)
  })
})

describe('of two changes at once none is lost:', () => {
  test('two tags of a run', async () => {
    const id = await ended()
    const tagged = (tag: string): Ask => ({
      ...{ method: 'POST', path: '/api/runs/bulk' },
      body: { act: 'tag', tag, ids: [id] },
    })
    await Promise.all(['a', 'b', 'c'].map((tag) => made(tagged(tag))))
    expect([...(await runOf(id)).tags].sort()).toEqual(['a', 'b', 'c'])
  })

  test('title and tags of a run', async () => {
    const id = await ended()
    const patch = (body: object) => made({ method: 'PATCH', path: `/api/runs/${id}`, body })
    await Promise.all([patch({ title: 'Renamed' }), patch({ tags: ['kept'] })])
    expect(await runOf(id)).toMatchObject({ title: 'Renamed', tags: ['kept'] })
  })

  test('two caps of a run at work', async () => {
    const source = workflow(
      `return agent(${JSON.stringify(`x ${sim({ text: 'late', ttftMs: 3_600_000 })}`)})`,
    )
    const { id } = launchedSchema.parse(
      await made({ method: 'POST', path: '/api/runs', body: { script: source } }),
    )
    const patch = (limits: object) => made({ method: 'PATCH', path: `/api/runs/${id}`, body: { limits } })
    await Promise.all([patch({ usd: 3 }), patch({ tokens: 700_000 }), patch({ agents: 77 })])
    const { limits } = (await team.api.app.store.loadHead(id))?.run ?? {}
    expect(limits).toMatchObject({ nanoUsd: 3e9, tokens: 700_000, agents: 77 })
    await made({ method: 'POST', path: `/api/runs/${id}/cancel` })
  })

  test('two files of a source', async () => {
    const body = { name: 'Papers', texts: [{ name: 'first.txt', text: 'one' }] }
    const source = sourceSchema.parse(await made({ method: 'POST', path: '/api/sources', body }))
    const add = (name: string) =>
      fetch(`${team.url}/api/sources/${source.id}/files?name=${name}`, {
        method: 'POST',
        headers: { cookie: team.cookies.owner, 'content-type': 'application/octet-stream' },
        body: `what ${name} says`,
      })
    const answers = await Promise.all(['a.txt', 'b.txt', 'c.txt'].map(add))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    const after = sourceSchema.parse(await made({ method: 'GET', path: `/api/sources/${source.id}` }))
    expect(after.files.map(({ path }) => path).sort()).toEqual([
      'a.txt.md',
      'b.txt.md',
      'c.txt.md',
      'first.txt.md',
    ])
  })

  test('two lists of prices that are based on the same one: the later is told so', async () => {
    const { prices, version } = pricesSchema.parse(await made({ method: 'GET', path: '/api/prices' }))
    const dearer = (by: number) => (one: (typeof prices)[number]) => ({
      ...one,
      rates: { ...one.rates, input: one.rates.input * by },
    })
    const edit = (note: string, by: number): Ask => ({
      ...{ method: 'PUT', path: '/api/prices' },
      body: { prices: prices.map(dearer(by)), basedOn: version, note },
    })
    const answers = await Promise.all([ask(edit('one', 2)), ask(edit('other', 3))])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  })

  test('an owner of a project is not lowered by an admin of it who acts at the same moment', async () => {
    const project = await newProject()
    const put = (email: string, role: string, cookie = team.cookies.owner) =>
      ask({ method: 'PUT', path: `/api/projects/${project}/members`, body: { email, role }, cookie })
    await put('adam@example.org', 'admin')
    for (let nth = 0; nth < 5; nth += 1) {
      await put('vera@example.org', 'viewer')
      await Promise.all([
        put('vera@example.org', 'launcher', team.cookies.admin),
        put('vera@example.org', 'owner'),
      ])
      const { members } = projectMembersSchema.parse(
        await made({ method: 'GET', path: `/api/projects/${project}/members` }),
      )
      expect(members.find(({ name }) => name === 'Vera')?.role).toBe('owner')
    }
  })
})

describe('nothing is set to work in a project that is archived at the same moment:', () => {
  let project: string
  beforeEach(async () => {
    project = await newProject()
  })
  const headers = () => within(project)
  const late = workflow(`return agent(${JSON.stringify(`x ${sim({ text: 'late', ttftMs: 3_600_000 })}`)})`)
  const failing = workflow(`return agent(${JSON.stringify(`x ${sim({ status: 400 })}`)}, { retries: 0 })`)

  const acts: { what: string; prepare(): Promise<() => Promise<Response>> }[] = [
    {
      what: 'a launch',
      prepare: async () => () =>
        ask({ method: 'POST', path: '/api/runs', body: { script: late }, headers: headers() }),
    },
    {
      what: 'a fork',
      prepare: async () => {
        const id = await ended(headers())
        return () => ask({ method: 'POST', path: `/api/runs/${id}/fork`, body: { script: late } })
      },
    },
    {
      what: 'a retry',
      prepare: async () => {
        const id = await ended(headers(), failing)
        return () => ask({ method: 'POST', path: `/api/runs/${id}/retry-failed`, body: {} })
      },
    },
    {
      what: 'a schedule',
      prepare: async () => {
        const { store } = team.api.app
        for (const { id } of await store.schedules.listSchedules()) await store.schedules.deleteSchedule(id)
        const body = {
          name: 'Now',
          launch: { script: late },
          cron: '0 3 * * *',
          timeZone: 'UTC',
          monthlyUsd: 1,
        }
        const { id } = scheduleSchema.parse(
          await made({ method: 'POST', path: '/api/schedules', body, headers: headers() }),
        )
        return () => ask({ method: 'POST', path: `/api/schedules/${id}/run`, body: {}, headers: headers() })
      },
    },
    {
      what: 'an import',
      prepare: async () => {
        const run = `wf_${project.slice(-8)}`
        const place = writeClaudeRun(folder, {
          run,
          script: workflow("return agent('Say a')"),
          args: {},
          result: 'a',
          agents: [{ prompt: 'Say a', answer: 'a', phase: 'All', toolCalls: 0 }],
        })
        return () => ask({ method: 'POST', path: '/api/imports/claude', body: place, headers: headers() })
      },
    },
  ]

  test.each(acts)('$what', async ({ prepare }) => {
    const act = await prepare()
    const runs = async () =>
      runListSchema.parse(await made({ method: 'GET', path: '/api/runs', headers: headers() })).runs
    const before = await runs()
    let isAnswered = false
    const acting = act().finally(() => {
      isAnswered = true
    })
    // It is under way then, and was let in.
    await new Promise((resolve) => setImmediate(resolve))
    const body = { isArchived: true }
    const archived = await ask({ method: 'PATCH', path: `/api/projects/${project}`, body })
    const isFirst = archived.status === 200 && !isAnswered
    await acting
    const after = await runs()
    if (isFirst) expect(after).toEqual(before)
    else if (archived.status === 200) expect(after.every(({ status }) => hasEnded(status))).toBe(true)
    else expect(archived.status).toBe(409)
    for (const { id, status } of after)
      if (!hasEnded(status)) await made({ method: 'POST', path: `/api/runs/${id}/cancel` })
  })
})

test('whoever is let out while their request still comes is not let act by it', async () => {
  const cookie = await team.invite('admin', 'Slow')
  const asked = request(`${team.url}/api/invitations`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
  })
  const status = new Promise<number | undefined>((resolve, reject) => {
    asked.on('response', (answer) => resolve(answer.resume().statusCode)).on('error', reject)
  })
  asked.write('{"role":')
  await new Promise((resolve) => setTimeout(resolve, 50))
  await made({ method: 'DELETE', path: `/api/members/${await team.idOf('Slow')}` })
  asked.end('"admin"}')
  expect(await status).toBe(401)
})
