import { send } from './host'
import { site } from './places'
import { state } from './state'
import { get, RealError, RealPromise, RealRangeError, RealTypeError, stringify } from './taken-aside'
import { describe } from './texts'

const LONGEST_NAME = 2_000

/**
 * One workflow of the run: the launched one, or one that it called. `path`: its scope, '' for the launched
 * one.
 */
export type Scope = { path: string; isChild: boolean; isInline: boolean; phase: string | null }

/**
 * `workflow(ref, args?)`: runs another workflow of this run and resolves with its result. `ref` takes one of
 * four forms: a name; `{ name }`; `{ scriptPath }`, relative to the workspace; or `{ script }`, a source.
 * `phase`: the phase of the caller.
 */
export function callWorkflow(
  scope: Scope,
  phase: string | null,
  { ref, args }: { ref: unknown; args: unknown },
): Promise<unknown> {
  const at = site()
  return new RealPromise((resolve, reject) => {
    const reference = referenceOf(ref)
    const isInline = reference.by === 'source'
    if (scope.isChild || (isInline && scope.isInline))
      throw new RealError(
        'workflow() cannot be called here: a workflow that was called by another may not call a third',
      )
    let argsText: string | undefined
    try {
      argsText = stringify(args)
    } catch (error) {
      throw new RealTypeError(`workflow() args are not JSON: ${describe(error)}`)
    }
    state.calls += 1
    const id = state.calls
    const called = { argsText, isInline, phase }
    state.pending[id] = {
      resolve,
      reject,
      failIf: null,
      site: at,
      context: state.current,
      workflow: called,
    }
    send('workflow', { __proto__: null, id, scope: scope.path, reference, site: at })
  })
}

type Reference =
  | { __proto__: null; by: 'name'; name: string }
  | { __proto__: null; by: 'path'; path: string }
  | { __proto__: null; by: 'source'; source: string }

function referenceOf(ref: unknown): Reference {
  const reference = anyReference(ref)
  const name = reference.by === 'name' ? reference.name : reference.by === 'path' ? reference.path : ''
  if (name.length > LONGEST_NAME)
    throw new RealRangeError(
      `workflow() was given a name of ${name.length} characters; at most ${LONGEST_NAME} are looked for`,
    )
  return reference
}

function anyReference(ref: unknown): Reference {
  if (typeof ref === 'string' && ref !== '') return { __proto__: null, by: 'name', name: ref }
  if (typeof ref === 'object' && ref !== null) {
    const path: unknown = get(ref, 'scriptPath')
    if (typeof path === 'string') return { __proto__: null, by: 'path', path }
    const source: unknown = get(ref, 'script')
    if (typeof source === 'string') return { __proto__: null, by: 'source', source }
    const name: unknown = get(ref, 'name')
    if (typeof name === 'string') return { __proto__: null, by: 'name', name }
  }
  throw new RealTypeError('workflow() takes a name, or { scriptPath } relative to the workspace')
}
