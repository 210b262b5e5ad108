import { fireEvent, screen } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { mcpApi } from '@/lib/api/endpoints/mcp-endpoints'
import type { McpServerShown } from '@/lib/api/mcp'
import { McpField } from './mcp-field'

const docs: McpServerShown = {
  ...{
    name: 'docs',
    from: 'settings',
    kind: 'stdio',
    what: 'npx docs',
    values: [],
    hosts: [],
    isTrusted: false,
  },
  ...{ isApproved: true, digest: 'a', wants: [], status: 'ready', problem: null, tools: 3 },
}
const strange: McpServerShown = {
  ...docs,
  name: 'strange',
  from: 'workspace',
  status: 'needs-approval',
  isApproved: false,
  tools: null,
}

test('servers that are ready can be ticked, others say why not', async () => {
  fakeApi().answer(mcpApi.listMcpServers, { servers: [docs, strange], problems: [] })
  const onChange = vi.fn()
  renderPage(<McpField value={[]} onChange={onChange} workspace="/srv/app" />)
  const box = await screen.findByRole('checkbox', { name: /docs of the settings, 3 tools/ })
  expect(screen.getByRole('checkbox', { name: /strange .*not approved yet/ })).toHaveProperty(
    'disabled',
    true,
  )
  fireEvent.click(box)
  expect(onChange).toHaveBeenCalledWith(['docs'])
})

test('one that was ticked and is gone can be taken off', async () => {
  fakeApi().answer(mcpApi.listMcpServers, { servers: [docs], problems: [] })
  const onChange = vi.fn()
  renderPage(<McpField value={['docs', 'lost']} onChange={onChange} workspace="" />)
  fireEvent.click(await screen.findByRole('checkbox', { name: /lost there is none/ }))
  expect(onChange).toHaveBeenCalledWith(['docs'])
})
