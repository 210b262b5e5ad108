import {
  CLIENT_CAPABILITIES_META_KEY,
  createMcpHandler,
  McpServer,
  type ServerContext,
  type StandardSchemaWithJSON,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { App } from '../app/app'
import { askerOf } from '../http/door'
import { readJson } from '../http/read-body'
import { Refusal } from '../services/problem'
import { launchTools } from './launch-tools'
import { offerResources } from './resources'
import { runTools } from './run-tools'
import { offerTasks, TASKS_EXTENSION } from './tasks'
import type { Tool, Visit } from './tool'
import type { Verbs } from './verbs'

const instructions =
  'Skein runs workflows over many Claude agents and keeps their spending under caps. Ask `workflows` what there is, `plan` what a launch would cost, then `launch`; follow with `status` and `waitSeconds`. Tell the person you work for what a run will cost before you launch it, and pass on the questions a run asks.'

/**
 * Answers one message of the Model Context Protocol. A server is made for each and keeps nothing: what is
 * going on stands in the runs. Throws a refusal for somebody nobody knows, and for a body that is no message.
 */
export async function answerMcp(app: App, verbs: Verbs, request: Request): Promise<Response> {
  await askerOf(app, request.headers)
  const message = await readJson(request)
  if (Array.isArray(message))
    throw new Refusal('bad-request', 'Send one message of the protocol at a time, not a list of them.')
  const handler = createMcpHandler(() => serverFor({ app, verbs, from: request }), {
    // Nothing is announced, so no stream is held for somebody to whom nothing would be said.
    maxSubscriptions: 0,
    keepAliveMs: 0,
  })
  return handler.fetch(request, { parsedBody: message })
}

function serverFor(parts: Omit<Visit, 'followsTasks'>): McpServer {
  const server = new McpServer(
    { name: 'skein', title: 'Skein', version: '1' },
    { capabilities: { tools: {}, resources: {}, extensions: { [TASKS_EXTENSION]: {} } }, instructions },
  )
  for (const tool of [...launchTools, ...runTools])
    server.registerTool(
      tool.name,
      {
        title: tool.title,
        description: tool.description,
        inputSchema: unchecked(tool),
        annotations: { readOnlyHint: tool.isReading, openWorldHint: false },
      },
      (input, context) => tool.call({ ...parts, followsTasks: followsTasks(context) }, input),
    )
  const visit = { ...parts, followsTasks: true }
  offerResources(server, visit)
  offerTasks(server, visit)
  return server
}

/** The schema as it is told. The tool checks for itself: the library would repeat all of a large bad input. */
function unchecked({ inputSchema }: Tool): StandardSchemaWithJSON {
  return {
    '~standard': {
      version: 1,
      vendor: 'skein',
      validate: (value) => ({ value }),
      jsonSchema: { input: () => inputSchema, output: () => inputSchema },
    },
  }
}

const withTasks = z.object({
  [CLIENT_CAPABILITIES_META_KEY]: z.object({
    extensions: z.object({ [TASKS_EXTENSION]: z.record(z.string(), z.unknown()) }),
  }),
})

/** Whether this request says that its client follows tasks; each says so for itself. */
function followsTasks({ mcpReq }: ServerContext): boolean {
  return withTasks.safeParse(mcpReq.envelope).success
}
