import { longest } from '@/lib/core/base/text-bounds'
import { note, send } from './host'
import { site } from './places'
import { state } from './state'
import { get, isArray, RealPromise, RealTypeError } from './taken-aside'
import { cut, isObject } from './texts'

/** A workflow's call scope, and the phase it is in when it is asked. */
export type Caller = { path: string; phase(): string | null }

const LONGEST_COMMAND = 10_000

/**
 * `patterns.merge(settled?, {check, resolve})`: makes changes that agents with `isolation: 'worktree'` kept to
 * themselves part of the run's files, in the order of the calls; without a list those of the phase. A conflict
 * goes to an agent, told `resolve` beside both sides, or is left out when `resolve` is false. `check` is a
 * command: where it fails, the change that broke it is found, and an agent is asked to mend it; what cannot be
 * mended is taken out again. Gives `{revision, merged, refused, check}`.
 */
export function mergeChanges({ path, phase }: Caller, of: unknown, options: unknown): Promise<unknown> {
  const at = site()
  return new RealPromise((resolve, reject) => {
    const asked = of === undefined || of === null ? null : agentsIn(of)
    const check = textIn(options, 'check')
    const told = isObject(options) ? get(options, 'resolve') : undefined
    if (told !== undefined && told !== false && typeof told !== 'string')
      note('patterns.merge() takes a text or false as resolve; it was ignored', at)
    state.calls += 1
    const id = state.calls
    state.pending[id] = { resolve, reject, failIf: null, site: at, context: state.current, workflow: null }
    send('merge', {
      __proto__: null,
      id,
      scope: path,
      agents: asked,
      phase: phase(),
      check,
      resolve: typeof told === 'string' ? cut(told, longest.matter) : '',
      resolves: told !== false,
      site: at,
    })
  })
}

/** `changes()`: how the run's files differ by now from what they were when it began. */
export function askForChanges({ path }: Caller): Promise<unknown> {
  const at = site()
  return new RealPromise((resolve, reject) => {
    state.calls += 1
    const id = state.calls
    state.pending[id] = { resolve, reject, failIf: null, site: at, context: state.current, workflow: null }
    send('changes', { __proto__: null, id, scope: path })
  })
}

function textIn(options: unknown, name: string): string | null {
  const value = isObject(options) ? get(options, name) : undefined
  if (value === undefined || value === null) return null
  if (typeof value !== 'string' || value === '' || value.length > LONGEST_COMMAND)
    throw new RealTypeError(
      `patterns.merge() takes a command as ${name}: a text of at most ${LONGEST_COMMAND} characters`,
    )
  return value
}

/** The agents that settled calls name; an agent that died is none of them. */
function agentsIn(of: unknown): string[] {
  const all: unknown[] = isArray(of) ? of : [of]
  const ids: string[] = []
  for (let index = 0; index < all.length; index++) {
    const one = all[index]
    if (one === null || one === undefined) continue
    const id = isObject(one) ? get(one, 'agentId') : one
    if (typeof id !== 'string')
      throw new RealTypeError(
        'patterns.merge() takes what agent.settled() gave: plain answers do not say whose changes to merge',
      )
    ids[ids.length] = id
  }
  return ids
}
