import { z } from 'zod'
import { launchSchema } from '@/lib/api/runs'
import { person } from '@/lib/core/base/actor'
import type { Json } from '@/lib/core/base/json'
import { noPermissions, type Permissions } from '@/lib/core/spec/permissions'
import { processesHere } from '@/lib/processes/here'
import { findSandbox } from '@/lib/sandbox/this-machine'
import { answer } from '../../runs/checkpoints'
import { launch } from '../../runs/launch'
import type { Mishap } from '../../testing/proxy'
import { startTestApp } from '../../testing/test-app'

/** Whether commands can be run on this machine: where they cannot, tests that need them are skipped. */
export const hasSandbox = (await findSandbox(processesHere.run)).kind !== 'none'

type Turn = { [key: string]: Json }

/**
 * Runs a workflow that ships over these files, to its end, on the simulator. `scripted` gives the turns of an agent
 * with this prompt; null leaves it to what the simulator makes of it. `said` answers its first question;
 * null where it asks none.
 */
export async function runBuiltIn(
  workflow: string,
  files: Readonly<Record<string, string>>,
  args: Json,
  permissions: Partial<Permissions> = {},
  scripted: ((prompt: string) => readonly Turn[] | null) | null = null,
  said: Json = null,
) {
  const app = await startTestApp({
    files,
    ...(scripted === null ? {} : { intercept: ({ route, body }) => directed(route, body, scripted) }),
  })
  const allowed = { ...noPermissions, ...permissions }
  const body = { workflow, workspace: app.workspace, args, permissions: allowed, limits: { usd: 100 } }
  const { id: runId } = await launch(app.app, launchSchema.parse(body), null, person('tester'))
  if (said !== null) {
    await app.until(runId, ({ event }) => event.type === 'checkpoint.opened')
    await answer(app.app, runId, 'c1', said, person('tester'))
  }
  return { app, runId, state: await app.ended(runId), result: await app.result(runId) }
}

const requestSchema = z.looseObject({
  messages: z.tuple(
    [z.looseObject({ content: z.array(z.looseObject({ text: z.string().optional() })) })],
    z.looseObject({}),
  ),
})

function directed(route: string, body: string, scripted: (prompt: string) => readonly Turn[] | null): Mishap {
  if (route !== 'POST /v1/messages') return { do: 'forward' }
  const request = requestSchema.parse(JSON.parse(body))
  const [first, ...rest] = request.messages
  const turns = scripted(first.content[0]?.text ?? '')
  if (turns === null) return { do: 'forward' }
  const content = [...first.content, { type: 'text', text: `[[sim: ${JSON.stringify(turns)}]]` }]
  return {
    do: 'ask-otherwise',
    body: JSON.stringify({ ...request, messages: [{ ...first, content }, ...rest] }),
  }
}
