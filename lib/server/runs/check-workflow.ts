import { launchSchema } from '@/lib/api/runs'
import { isNamed } from '@/lib/core/base/named-error'
import { noPermissions, type Permissions } from '@/lib/core/spec/permissions'
import type { ScriptError } from '@/lib/script/script-error'
import type { App } from '@/lib/server/app/app'
import { trialRun } from './trial-run'

/** Agents a script may start in a check: enough for any shape, few enough to be quick. */
const MOST_AGENTS = 300

/**
 * What keeps a script from running to its end, in sentences for its author: it is read, and then run whole on
 * a simulator of its own. Empty when it reads well, starts agents and returns.
 */
export async function checkWorkflow(
  app: App,
  script: string,
  workspaceRoot: string | null,
  signal: AbortSignal,
  permissions: Permissions = noPermissions,
): Promise<string[]> {
  const body = launchSchema.safeParse({
    script,
    limits: { agents: MOST_AGENTS },
    ...(workspaceRoot === null ? {} : { workspace: workspaceRoot, permissions }),
  })
  if (!body.success) return [body.error.issues[0]?.message ?? 'is not a script']
  try {
    const { state, status, error, isWhole } = await trialRun(app, body.data, signal)
    if (!isWhole)
      return [
        `had not come to its end after a minute, with ${state.agents.size} agents: look for a loop without an end`,
      ]
    if (error !== null)
      return [`throws${error.line === null ? '' : ` at line ${error.line}`}: ${error.message}`]
    if (status === 'stopped-at-limit')
      return [`starts more than ${MOST_AGENTS} agents: ${state.run.reason ?? ''}`]
    if (state.agents.size === 0) return ['starts no agent: call agent() at least once']
    return []
  } catch (error) {
    if (!isNamed<ScriptError>(error, 'ScriptError')) throw error
    return [`cannot be read, line ${error.line}, column ${error.column}: ${error.message}`]
  }
}
