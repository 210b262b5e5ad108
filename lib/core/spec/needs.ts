import type { Permissions } from './permissions'

/** What a run can be given today, by the name a workflow asks for it. */
const givenBy: Readonly<Record<string, { isGiven(given: Given): boolean; message: string }>> = {
  workspace: {
    isGiven: ({ hasWorkspace }) => hasWorkspace,
    message: 'needs a workspace: choose the folder its agents read',
  },
  write: {
    isGiven: ({ hasWorkspace, permissions }) => hasWorkspace && permissions.write,
    message: 'changes files: give its agents a workspace and the permission to write',
  },
  shell: {
    isGiven: ({ hasWorkspace, permissions }) => hasWorkspace && permissions.shell,
    message: 'runs commands: give its agents a workspace and the permission to use a shell',
  },
  web: {
    isGiven: ({ permissions }) => permissions.web,
    message: 'reads the web: give its agents the permission to',
  },
  mcp: {
    isGiven: ({ permissions }) => permissions.mcp.length > 0,
    message: 'calls MCP servers: choose which ones its agents may call',
  },
}

/** What a launch gives. */
export type Given = {
  hasWorkspace: boolean
  permissions: Pick<Permissions, 'write' | 'shell' | 'web' | 'mcp'>
}

/** Why a workflow with these needs cannot run, one sentence a need; empty when it can. */
export function unmetNeeds(
  name: string,
  needs: readonly string[],
  given: Given,
): { need: string; message: string }[] {
  return [...new Set(needs)].flatMap((need) => {
    const known = Object.hasOwn(givenBy, need) ? givenBy[need] : undefined
    if (known === undefined)
      return [{ need, message: `${name} needs ${JSON.stringify(need)}, which is not available here.` }]
    return known.isGiven(given) ? [] : [{ need, message: `${name} ${known.message}.` }]
  })
}
