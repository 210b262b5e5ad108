import { afterAll, beforeAll, expect, test } from 'vitest'
import { madeShareSchema, sharedRunSchema, sharesSchema } from '@/lib/api/people'
import { launchedSchema } from '@/lib/api/runs'
import { digestOf } from '@/lib/server/access/askers'
import { dummyKey } from '@/lib/server/testing/environment'
import { sim, workflow } from '@/lib/server/testing/test-app'
import { startTeam, type Team } from '../members/testing'

let team: Team
let runId = ''
beforeAll(async () => {
  team = await startTeam()
  const prompt = `Only for us. ${sim({ text: `found it, with ${dummyKey}` })}`
  const body = { script: workflow(`return agent(${JSON.stringify(prompt)})`), title: 'Shared audit' }
  runId = launchedSchema.parse(
    await (await team.ask('POST', '/api/runs', { cookie: team.cookies.launcher, body })).json(),
  ).id
  await team.api.ended(runId)
})
afterAll(() => team.dispose())

const share = async () => {
  const answer = await team.ask('POST', `/api/runs/${runId}/shares`, {
    cookie: team.cookies.launcher,
    body: {},
  })
  const made = madeShareSchema.parse(await answer.json())
  return { ...made, token: made.path.replace('/shared#', '') }
}
const read = (token: string) => team.ask('POST', '/api/shared', { body: { token } })

test('whoever has the link reads what a run came to, without prompts, keys or an account', async () => {
  const { token } = await share()
  const { title, markdown } = sharedRunSchema.parse(await (await read(token)).json())
  expect(title).toBe('Shared audit')
  expect(markdown).toContain('found it, with')
  for (const secret of ['Only for us', dummyKey, '## Transcripts']) expect(markdown).not.toContain(secret)
  for (const path of [`/api/runs/${runId}`, `/api/runs/${runId}/export`])
    expect((await team.ask('GET', path, { key: token })).status).toBe(401)
})

test('a link that was taken back, one that has run out and one that never was are told the same', async () => {
  const taken = await share()
  const shares = `/api/runs/${runId}/shares`
  expect((await team.ask('DELETE', `${shares}/${taken.id}`, { cookie: team.cookies.viewer })).status).toBe(
    403,
  )
  expect((await team.ask('DELETE', `${shares}/${taken.id}`, { cookie: team.cookies.admin })).status).toBe(204)
  const [kept] = await team.api.app.store.shares.listShares(runId)
  if (kept === undefined) throw new Error('There is no share.')
  const past = new Date(Date.now() - 1000).toISOString()
  await team.api.app.store.shares.addShare(
    { ...kept, id: 'old', digest: digestOf('old'), expiresAt: past },
    100,
  )
  const answers = await Promise.all(['never', taken.token, 'old'].map(read))
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
  expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1)
  const listed = sharesSchema.parse(
    await (await team.ask('GET', shares, { cookie: team.cookies.launcher })).json(),
  )
  expect(listed.shares.map(({ by }) => by)).toEqual(['Lena'])
})

test('the token is in no line of the audit log, and goes with the run', async () => {
  const { token, id } = await share()
  const log = JSON.stringify(await team.api.app.store.audit.after(0, 1000))
  expect(log).toContain('shareRun')
  expect(log).not.toContain(token)
  expect((await read(token)).status).toBe(200)
  await team.ask('DELETE', `/api/runs/${runId}`, { cookie: team.cookies.admin })
  expect((await read(token)).status).toBe(404)
  expect(id).not.toBe('')
})
