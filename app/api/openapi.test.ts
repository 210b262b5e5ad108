import Ajv from 'ajv/dist/2020'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allEndpoints } from '@/lib/api/endpoints/all-endpoints'
import { refusalsOf } from '@/lib/api/endpoints/endpoint'
import { launchedSchema } from '@/lib/api/runs'
import { openApi } from '@/lib/server/http/openapi'
import { sim, workflow } from '@/lib/server/testing/test-app'
import { startTestApi, type TestApi } from './testing'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi({ files: { 'a.txt': 'alpha\n' } })
})
afterAll(() => api.dispose())

const ajv = new Ajv({ strict: false, validateFormats: false })
ajv.addSchema(openApi(), 'openapi')

function expectFits(name: string, value: unknown): void {
  const check = ajv.getSchema(`openapi#/components/schemas/${name}`)
  expect(check, `${name} is described`).toBeDefined()
  check?.(value)
  expect(check?.errors ?? [], name).toEqual([])
}

describe('the OpenAPI document', () => {
  test('has every endpoint under its name and tag, with its refusals and who may ask', () => {
    const { paths } = openApi()
    for (const { operationId, tag, endpoint } of allEndpoints) {
      const operation = Object(paths)[endpoint.path][endpoint.method.toLowerCase()]
      expect(operation).toMatchObject({ operationId, tags: [tag], summary: endpoint.summary })
      expect(operation.security).toEqual(endpoint.access === 'open' ? [] : undefined)
      const refused = Object.values(operation.responses).flatMap((one) => Object(one).$ref ?? [])
      const declared = refusalsOf(endpoint).map((kind) => `#/components/responses/${kind}`)
      expect(refused.sort(), operationId).toEqual(declared.sort())
    }
  })

  test('is served, and every reference in it leads somewhere', async () => {
    const { status, body, text } = await api.call('GET', '/api/openapi.json')
    expect(status).toBe(200)
    expect(body).toEqual(openApi())
    const places = [...text.matchAll(/"#\/components\/(\w+)\/([\w-]+)"/g)].map(
      ([, kind, name]) => `${kind} ${name}`,
    )
    expect(places.length).toBeGreaterThan(20)
    for (const place of new Set(places)) expect(body).toHaveProperty(['components', ...place.split(' ')])
    expect(text).not.toMatch(/__shared|\$defs/)
  })

  test('describes what is really answered', async () => {
    const prompt = sim({ toolCalls: [{ name: 'read_file', input: { path: 'a.txt' } }] }, { text: 'done' })
    const script = workflow(
      `log('x')\nreturn parallel([() => agent(${JSON.stringify(prompt)}), () => agent('two')])`,
    )
    const launch = { script, workspace: api.workspace, limits: { usd: 3 }, tags: ['t'] }
    const json = { accept: 'application/json' }
    expectFits('Launch', launch)
    expectFits('Plan', (await api.call('POST', '/api/estimate', launch)).body)
    const launched = await api.call('POST', '/api/runs', launch)
    expectFits('Launched', launched.body)
    const { id } = launchedSchema.parse(launched.body)
    await api.ended(id)
    const pairs: [string, string][] = [
      ['Snapshot', `/api/runs/${id}`],
      ['EventsPage', `/api/runs/${id}/events`],
      ['Transcript', `/api/runs/${id}/agents/a1`],
      ['RunResult', `/api/runs/${id}/result`],
      ['RunInput', `/api/runs/${id}/input`],
      ['RunCosts', `/api/runs/${id}/costs`],
      ['RunSources', `/api/runs/${id}/sources`],
      ['FoundAgents', `/api/runs/${id}/search?q=two`],
      ['RunList', '/api/runs'],
      ['Overview', '/api/events'],
      ['Settings', '/api/settings'],
      ['Health', '/api/health'],
      ['Workspaces', '/api/workspaces'],
      ['WorkflowList', '/api/workflows'],
      ['WorkflowDetail', '/api/workflows/code-audit'],
      ['WorkflowRuns', '/api/workflows/test/runs'],
      ['Problem', '/api/runs/nobody'],
    ]
    expectFits('WorkflowCheck', (await api.call('POST', '/api/workflows/check', { source: script })).body)
    expectFits('WorkflowDetail', (await api.call('POST', '/api/workflows', { source: script })).body)
    expectFits('WorkflowDiff', (await api.call('GET', '/api/workflows/test/diff?from=1&to=1')).body)
    const file = { source: script, fileName: 'a.js' }
    expectFits('ImportReport', (await api.call('POST', '/api/workflows/import', file)).body)
    for (const [name, path] of pairs) expectFits(name, (await api.call('GET', path, undefined, json)).body)
  })
})
