import {
  mcpApproveSchema,
  mcpQuerySchema,
  mcpServerEditSchema,
  mcpServersSchema,
  mcpTestedSchema,
  mcpTestSchema,
} from '../mcp'
import { body, created, endpoint, json } from './endpoint'

const example = {
  kind: 'http' as const,
  name: 'docs',
  url: 'https://docs.example.com/mcp',
  headers: [{ name: 'Authorization', variable: 'SKEIN_MCP_DOCS' }],
}

/** MCP servers whose tools agents may call. */
export const mcpApi = {
  listMcpServers: endpoint('GET', '/api/mcp', 'MCP servers of the settings, and of a workspace', {
    access: 'launcher',
    within: 'project',
    query: mcpQuerySchema,
    answer: json(mcpServersSchema, { servers: [], problems: [] }),
  }),
  addMcpServer: endpoint('POST', '/api/mcp', 'Configure an MCP server; from this machine alone', {
    access: 'admin',
    within: 'project',
    ofMachine: true,
    records: ['name', 'kind'],
    body: body(mcpServerEditSchema, example),
    answer: created(mcpServersSchema),
    refusals: ['conflict'],
  }),
  changeMcpServer: endpoint('PUT', '/api/mcp/{name}', 'Change an MCP server; from this machine alone', {
    access: 'admin',
    within: 'project',
    ofMachine: true,
    records: ['name', 'kind'],
    body: body(mcpServerEditSchema, example),
    answer: json(mcpServersSchema),
    refusals: ['conflict'],
  }),
  deleteMcpServer: endpoint('DELETE', '/api/mcp/{name}', 'Delete an MCP server; from this machine alone', {
    access: 'admin',
    within: 'project',
    ofMachine: true,
    answer: { kind: 'nothing' },
  }),
  approveMcpServer: endpoint('POST', '/api/mcp/{name}/approve', 'Approve an MCP server of a workspace', {
    access: 'admin',
    within: 'project',
    records: ['workspace', 'digest'],
    body: body(mcpApproveSchema, { workspace: '/srv/app', digest: '0f…', values: {} }),
    answer: json(mcpServersSchema),
    refusals: ['conflict'],
  }),
  testMcpServer: endpoint('POST', '/api/mcp/{name}/test', 'Connect to an MCP server and list its tools', {
    access: 'admin',
    within: 'project',
    body: body(mcpTestSchema, { workspace: '/srv/app' }),
    answer: json(mcpTestedSchema, { tools: [], notes: [], problem: null }),
    refusals: ['conflict'],
  }),
}
