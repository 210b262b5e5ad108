import { type Askable, permissionNeeded } from '@/lib/core/agent/needed-permission'
import { cutText } from '@/lib/core/base/cut-text'
import { isJsonObject, textOfJson } from '@/lib/core/base/json'
import { isHostWithin } from '@/lib/core/spec/permissions'
import type { ScriptedRun } from '../context/active-run'
import type { LiveAgent } from '../context/live-agent'
import { wasTold } from '../conversation/follow-ups'
import type { ToolUse } from '../conversation/next-step'
import { wait } from '../turn/waiting'
import { serversOf } from './agent-call'

/**
 * Calls that a person refuses, by their ids, with the sentence the agent is told; asked for before any of them is
 * begun, so that what a crash cuts off here was not done.
 */
export async function refusedCalls(
  run: ScriptedRun,
  agent: LiveAgent,
  calls: readonly ToolUse[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const refused = new Map<string, string>()
  const { agentId, tools } = agent.spec
  const servers = serversOf(run)
  const asking = askingFor(run, agentId)
  for (const { id, name, input } of calls) {
    const permission = permissionNeeded(name, servers)
    const isDone = agent.cutCalls.has(id) || wasTold(agent.messages, 'last')
    if (permission === null || isDone || !tools.some((tool) => tool.name === name)) continue
    const what = isJsonObject(input) && typeof input.command === 'string' ? input.command : textOfJson(input)
    const why = await asking.pass(permission, `It called \`${name}\` with this.`, what, signal)
    if (why !== null) refused.set(id, why)
  }
  await asking.over()
  return refused
}

/**
 * Asks a person for what an agent wants to do. While it waits it is drawn as waiting, and its own time stands
 * still; `over` says that it goes on.
 */
function askingFor(run: ScriptedRun, agentId: string) {
  let hasWaited = false
  const onWait = () => {
    hasWaited = true
    run.batchWaitTime.enters(agentId, run.workTime.now())
    wait(run, agentId, 'permission', null)
  }
  return {
    /** Null where it may, else the sentence it is refused with. */
    async pass(permission: Askable, why: string, what: string, signal: AbortSignal): Promise<string | null> {
      const who = run.journal.agent(agentId).label
      const asked = { permission, who, why, what: cutText(what, ASKED_CHARACTERS) }
      try {
        return await run.permissionQuestions.pass(asked, signal, onWait)
      } finally {
        run.batchWaitTime.returns(agentId, run.workTime.now())
      }
    },
    async over(): Promise<void> {
      if (hasWaited) await run.journal.record([{ type: 'agent.recovered', agentId }])
    },
  }
}

/** Most hosts that a person is asked for after one command. */
const MOST_HOSTS_ASKED = 3

/**
 * What is said below a command that wanted to reach hosts nobody has allowed: a person is asked, and the agent may
 * run it again or not. '' where nobody is asked.
 */
export async function hostsAsked(
  run: ScriptedRun,
  agent: LiveAgent,
  { command, hosts }: { command: string; hosts: readonly string[] },
  signal: AbortSignal,
): Promise<string> {
  const { whenNotPermitted, permissionBounds } = run.journal.state.run
  if (whenNotPermitted === 'refuse') return ''
  const asking = askingFor(run, agent.spec.agentId)
  const told: string[] = []
  for (const name of hosts.slice(0, MOST_HOSTS_ASKED)) {
    if (!isHostWithin(name, permissionBounds.hosts)) {
      told.push(`[${name} may not be reached by runs of this project.]`)
      continue
    }
    const why = 'A command of it wanted to reach this host.'
    const refused = await asking.pass({ kind: 'host', name }, why, command, signal)
    told.push(
      refused === null ? `[${name} is allowed from now on: run what needs it again.]` : `[${refused}]`,
    )
  }
  await asking.over()
  return told.map((one) => `\n${one}`).join('')
}

/** Characters of a call that a person is shown. */
const ASKED_CHARACTERS = 4_000
