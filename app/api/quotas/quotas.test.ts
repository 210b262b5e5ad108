import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ownQuotasSchema, quotasSchema } from '@/lib/api/budgets'
import { apiKeysSchema, auditPageSchema } from '@/lib/api/people'
import { problemSchema } from '@/lib/api/problem'
import { projectSchema } from '@/lib/api/projects/projects'
import { launchedSchema } from '@/lib/api/runs'
import type { Role } from '@/lib/core/base/role'
import { snapshotSchema } from '@/lib/core/run/state'
import { sim, workflow } from '@/lib/server/testing/test-app'
import { startTeam, type Team } from '../members/testing'

let team: Team
let lena = ''
beforeAll(async () => {
  team = await startTeam()
  lena = await team.idOf('Lena')
})
afterAll(() => team.dispose())

const as = (role: Role) => ({ cookie: team.cookies[role] })
const admin = () => as('admin')
const list = async () => quotasSchema.parse(await (await team.ask('GET', '/api/quotas', admin())).json())
const own = async (who: object) =>
  ownQuotasSchema.parse(await (await team.ask('GET', '/api/own-quotas', who)).json())
const add = (body: object, who = admin()) => team.ask('POST', '/api/quotas', { ...who, body })
const change = (id: string, body: object, who = admin()) =>
  team.ask('PATCH', `/api/quotas/${encodeURIComponent(id)}`, { ...who, body })
const remove = (id: string, who = admin()) => team.ask('DELETE', `/api/quotas/${encodeURIComponent(id)}`, who)
const problemOf = async (answer: Response) => problemSchema.parse(await answer.json())
const detailOf = async (answer: Response) => (await problemOf(answer)).detail
const ofLena = (more: object = {}) => ({
  ...{ subject: { kind: 'person', id: lena }, period: 'day', unit: 'usd', amount: 20 },
  ...more,
})
const clear = async () => {
  for (const { id } of (await list()).quotas) expect((await remove(id)).status).toBe(204)
}
const script = workflow(`return agent(${JSON.stringify(`x ${sim({ text: 'ok', tokens: 400 })}`)})`)
const launch = (who: object, more: object = {}) =>
  team.ask('POST', '/api/runs', { ...who, body: { script, ...more } })
const idOf = async (answer: Response) => launchedSchema.parse(await answer.json()).id

describe('quotas of a team', () => {
  test('are set, told with their use, changed and deleted by an admin, and every act is in the audit log', async () => {
    expect((await add(ofLena())).status).toBe(201)
    const id = await idOf(await launch(as('launcher')))
    const { totals } = await team.api.ended(id)
    const { quotas, subjects } = await list()
    expect(quotas).toMatchObject([
      { subject: { kind: 'person', id: lena, name: 'Lena' }, limit: 20e9, used: totals.spentNanoUsd },
    ])
    expect(subjects.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Default', 'Olga', 'Adam', 'Lena', 'Vera']),
    )
    const [{ id: quotaId } = { id: '' }] = quotas
    expect((await change(quotaId, { unit: 'usd', amount: 30, was: 20 })).status).toBe(200)
    expect((await list()).quotas).toMatchObject([{ limit: 30e9 }])
    expect((await remove(quotaId)).status).toBe(204)
    expect((await list()).quotas).toEqual([])
    const log = auditPageSchema.parse(await (await team.ask('GET', '/api/audit?q=Quota', admin())).json())
    expect(log.entries.map(({ operation, details }) => [operation, details])).toEqual([
      ['deleteQuota', { quotaId: `person:${lena}:day:usd` }],
      ['changeQuota', { quotaId: `person:${lena}:day:usd`, unit: 'usd', amount: 30, was: 20 }],
      ['addQuota', { subject: { kind: 'person', id: lena }, period: 'day', unit: 'usd', amount: 20 }],
    ])
  })

  test.each<[string, () => object, RegExp]>([
    ['a negative amount', () => ofLena({ amount: -1 }), /`amount`: must be 0\.01 dollars or more/],
    ['nothing', () => ofLena({ amount: 0 }), /`amount`/],
    ['no number', () => ofLena({ amount: Number.NaN }), /`amount`: must be a number/],
    ['an absurd amount', () => ofLena({ amount: 1e300 }), /`amount`: must be at most 1,000,000/],
    ['half a token', () => ofLena({ unit: 'tokens', amount: 0.5 }), /must be whole tokens/],
    ['agents without end', () => ofLena({ unit: 'agents', amount: 1e300 }), /`amount`/],
    ['text for an amount', () => ofLena({ amount: '20' }), /`amount`: must be a number/],
    ['another unit', () => ofLena({ unit: 'euros' }), /`unit`/],
    ['another period', () => ofLena({ period: 'hour' }), /`period`/],
    ['an unknown field', () => ofLena({ project: 'x' }), /project/],
    ['an unknown person', () => ofLena({ subject: { kind: 'person', id: 'nobody' } }), /is no person/],
    ['an unknown key', () => ofLena({ subject: { kind: 'key', id: lena } }), /is no API key/],
    ['a foreign project', () => ofLena({ subject: { kind: 'project', id: 'other' } }), /is no project/],
    ['no subject', () => ({ period: 'day', unit: 'usd', amount: 1 }), /`subject`/],
  ])('refuse %s, and nothing is set', async (_, body, why) => {
    const answer = await add(body())
    expect(answer.status).toBe(400)
    expect(await detailOf(answer)).toMatch(why)
    expect((await list()).quotas).toEqual([])
  })

  test('of two admins at once one sets it and one is told; of two changes the later one is told', async () => {
    const answers = await Promise.all([add(ofLena()), add(ofLena({ amount: 50 }), as('owner'))])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
    const [{ id, limit } = { id: '', limit: 0 }] = (await list()).quotas
    const was = limit / 1e9
    const changes = await Promise.all([
      change(id, { unit: 'usd', amount: 60, was }),
      change(id, { unit: 'usd', amount: 70, was }, as('owner')),
    ])
    expect(changes.map(({ status }) => status).sort()).toEqual([200, 409])
    const refused = changes.find(({ status }) => status === 409)
    expect(await detailOf(refused ?? Response.error())).toMatch(/^Somebody else set it to \$[67]0 meanwhile/)
    expect((await change(id, { unit: 'agents', amount: 3 })).status).toBe(400)
    const gone = await Promise.all([remove(id), remove(id, as('owner'))])
    expect(gone.map(({ status }) => status).sort()).toEqual([204, 404])
    expect((await change(id, { unit: 'usd', amount: 3 })).status).toBe(404)
  })

  test.each(['viewer', 'launcher'] as const)(
    'a %s sees and changes nobody else’s, and learns no name',
    async (role) => {
      await add(ofLena())
      await add({ ...ofLena(), subject: { kind: 'person', id: await team.idOf('Olga') }, amount: 77 })
      const [{ id } = { id: '' }] = (await list()).quotas
      for (const answer of [
        await team.ask('GET', '/api/quotas', as(role)),
        await add(ofLena({ period: 'month' }), as(role)),
        await change(id, { unit: 'usd', amount: 99 }, as(role)),
        await remove(id, as(role)),
        await change('person:nobody:day:usd', { unit: 'usd', amount: 99 }, as(role)),
      ]) {
        expect(answer.status).toBe(403)
        expect(await answer.text()).not.toMatch(/Lena|Olga|\$20|77/)
      }
      const { quotas, admins } = await own(as(role))
      expect(quotas.map(({ subject }) => subject.name)).toEqual(role === 'launcher' ? ['Lena'] : [])
      expect([...admins].sort()).toEqual(['Adam', 'Olga'])
      expect((await list()).quotas).toHaveLength(2)
      await clear()
    },
  )

  test('a launch is refused where one is used up, with what, who and when; others launch', async () => {
    await team.api.ended(await idOf(await launch(as('launcher'))))
    await add(ofLena({ amount: 0.01 }))
    const answer = await launch(as('launcher'))
    expect(answer.status).toBe(409)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    const problem = await problemOf(answer)
    expect(problem.detail).toMatch(
      /^Lena's quota of \$0\.01 a day is used up.* (Olga, Adam|Adam, Olga) can raise it under Settings > Quotas; it begins anew tomorrow \(UTC\)\.$/,
    )
    expect(problem.errors).toMatchObject([{ path: 'quota' }])
    const other = await launch(admin())
    expect(other.status).toBe(201)
    const id = await idOf(other)
    await team.api.ended(id)
    const fork = await team.ask('POST', `/api/runs/${id}/fork`, { ...as('launcher'), body: {} })
    expect(fork.status).toBe(409)
    const dry = await launch(as('launcher'), { dryRun: true })
    expect(dry.status).toBe(201)
    await team.api.ended(await idOf(dry))
    await clear()
  })

  test('a run by a key counts against key and owner, and the key is told of both', async () => {
    const { key, shown } = await team.makeKey(team.cookies.launcher, {
      name: 'nightly',
      launchOnly: true,
      role: 'launcher',
    })
    await add(ofLena({ unit: 'agents', amount: 500 }))
    const ofKey = { subject: { kind: 'key', id: shown.id }, period: 'month', unit: 'agents', amount: 1 }
    expect((await add(ofKey)).status).toBe(201)
    const before = (await list()).quotas.find(({ subject }) => subject.kind === 'person')?.used ?? 0
    await team.api.ended(await idOf(await launch({ key })))
    expect((await own({ key })).quotas.map(({ subject, used }) => [subject.name, used])).toEqual([
      ['Lena', before + 1],
      ['nightly', 1],
    ])
    expect((await own(as('launcher'))).quotas).toHaveLength(1)
    const refused = await launch({ key })
    expect(refused.status).toBe(409)
    expect(await detailOf(refused)).toMatch(/^The API key nightly's quota of 1 agent a month is used up\./)
    expect((await launch(as('launcher'))).status).toBe(201)
    const keys = apiKeysSchema.parse(await (await team.ask('GET', '/api/keys', admin())).json()).keys
    expect(keys.some(({ id }) => id === shown.id)).toBe(true)
    await clear()
  })

  test('at a quota a run pauses as a question; a launcher is refused, an admin raises it and it goes on', async () => {
    await add(ofLena({ period: 'month', unit: 'agents', amount: 500 }))
    const [{ id: quotaId, used } = { id: '', used: 0 }] = (await list()).quotas
    await change(quotaId, { unit: 'agents', amount: used + 1 })
    const two = workflow("return parallel(['a', 'b'].map((name) => () => agent(name)))")
    const runId = await idOf(await launch(as('launcher'), { script: two }))
    await team.api.until(runId, (_, { run }) => run.pauseReason === 'quota')
    const answer = await team.ask('GET', `/api/runs/${runId}`, as('viewer'))
    const { run } = snapshotSchema.parse(await answer.json())
    expect(run).toMatchObject({
      status: 'paused',
      reason: expect.stringContaining(`Lena's quota of ${used + 1} agents a month is used up`),
      pauseQuota: { id: quotaId, unit: 'agents', limit: used + 1 },
    })
    const patch = { unit: 'agents', amount: used + 5, was: used + 1 }
    expect((await change(quotaId, patch, as('launcher'))).status).toBe(403)
    expect((await change(quotaId, patch)).status).toBe(200)
    expect((await team.ask('POST', `/api/runs/${runId}/resume`, as('launcher'))).status).toBe(200)
    expect((await team.api.ended(runId)).outcomeCounts.succeeded).toBe(2)
    await clear()
  })

  test('they outlive a crash, with what was used', async () => {
    await add(ofLena({ period: 'month' }))
    const before = (await list()).quotas
    expect(before[0]?.used).toBeGreaterThan(0)
    await team.api.restart()
    expect(team.api.app.settings.quotas).toHaveLength(1)
    const [quota] = team.api.app.settings.quotas
    expect(quota && team.api.app.dispatcher.quotaUse(quota).used).toBe(before[0]?.used)
  })
})

test('what somebody runs in one project counts against their quota in every other', async () => {
  const own = await startTeam()
  try {
    const owner = { cookie: own.cookies.owner }
    const made = await own.ask('POST', '/api/projects', { ...owner, body: { name: 'Billing' } })
    const { id: billing } = projectSchema.parse(await made.json())
    const member = { email: 'lena@example.org', role: 'launcher' }
    await own.ask('PUT', `/api/projects/${billing}/members`, { ...owner, body: member })
    const subject = { kind: 'person', id: await own.idOf('Lena') }
    const quota = { subject, period: 'month', unit: 'agents', amount: 500 }
    expect((await own.ask('POST', '/api/quotas', { ...owner, body: quota })).status).toBe(201)
    const cookie = own.cookies.launcher
    const usedIn = async (project: string) => {
      const headers = { 'x-skein-project': project }
      const answer = await own.ask('GET', '/api/own-quotas', { cookie, headers })
      return ownQuotasSchema.parse(await answer.json()).quotas.map(({ used }) => used)
    }
    for (const project of ['default', billing]) {
      const headers = { 'x-skein-project': project }
      await own.api.ended(
        await idOf(await own.ask('POST', '/api/runs', { cookie, headers, body: { script } })),
      )
    }
    expect([await usedIn('default'), await usedIn(billing)]).toEqual([[2], [2]])
  } finally {
    await own.dispose()
  }
})
