import type { Problem } from '@/lib/api/problem'
import type { FieldName } from './launch-form'

/** What is wrong with one field; `field` null for the form as a whole. Line and column count from 1. */
export type FieldError = {
  field: FieldName | null
  message: string
  line?: number
  column?: number
  /** Something is missing where nothing was typed yet: no mistake until somebody has been there. */
  isMissing?: true
}

/** Errors to show: what is missing only where somebody has been (`touched`), or once they tried to launch. */
export function shownErrors(
  errors: readonly FieldError[],
  touched: ReadonlySet<FieldName>,
  isTried: boolean,
): FieldError[] {
  return errors.filter(
    ({ field, isMissing }) => isTried || isMissing !== true || field === null || touched.has(field),
  )
}

/**
 * What the server refused, beside the fields it names. A problem without fields is one for the whole form.
 */
export function problemErrors(problem: Problem): FieldError[] {
  if (problem.errors === undefined || problem.errors.length === 0)
    return [{ field: null, message: problem.detail }]
  return problem.errors.map((error) => ({
    field: fieldOf(error.path),
    message: error.message,
    ...(error.line === undefined ? {} : { line: error.line }),
    ...(error.column === undefined ? {} : { column: error.column }),
  }))
}

/** The field of a path, or of the nearest part that contains it. */
function fieldOf(path: string): FieldName | null {
  const parts = path.split('.')
  for (let length = parts.length; length > 0; length--) {
    const field = fieldOfPath[parts.slice(0, length).join('.')]
    if (field !== undefined) return field
  }
  return null
}

/** `line 3, column 14` for an error that has a place. */
export function placeOf(error: Pick<FieldError, 'line' | 'column'>): string | null {
  if (error.line === undefined) return null
  return error.column === undefined ? `line ${error.line}` : `line ${error.line}, column ${error.column}`
}

const fieldOfPath: Readonly<Record<string, FieldName>> = {
  goal: 'goal',
  orchestrator: 'mode',
  workflow: 'workflow',
  script: 'script',
  workspace: 'workspace',
  workspaceNotes: 'workspaceNotes',
  args: 'args',
  model: 'model',
  models: 'models',
  effort: 'effort',
  fallbackModel: 'fallbackModel',
  allowsLongContext: 'longContext',
  concurrency: 'concurrency',
  delivery: 'delivery',
  'limits.usd': 'usd',
  'limits.tokens': 'tokens',
  'limits.agents': 'agents',
  'limits.wallClockSeconds': 'minutes',
  'limits.perAgent.usd': 'agentUsd',
  'limits.perAgent.tokens': 'agentTokens',
  'limits.perAgent.wallClockSeconds': 'agentMinutes',
  onLimit: 'onLimit',
  minSuccess: 'minSuccess',
  breaker: 'breaker',
  approval: 'approval',
  title: 'title',
  speed: 'speed',
  cacheWarmUpSeconds: 'cacheWait',
  permissions: 'permissions',
  phases: 'phases',
  'limits.phases': 'phases',
}
