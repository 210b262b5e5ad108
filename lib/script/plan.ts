import type { AnyNode, CallExpression, Expression, ObjectExpression, Program } from 'acorn'
import { fullAncestor } from 'acorn-walk'
import { cutWithCount } from '@/lib/core/base/cut-text'
import { longest } from '@/lib/core/base/text-bounds'
import { acornNode } from './parse'
import { ScriptError } from './script-error'

/** One `agent()` call as the source shows it. Null where the source computes the value. */
export type StaticCall = {
  line: number
  column: number
  phase: string | null
  label: string | null
  model: string | null
  multiplicity: 'one' | 'many'
  hasSchema: boolean
}

const REPEATING = new Set([
  'pipeline',
  'setInterval',
  'patterns.mapReduce',
  'patterns.verify',
  'patterns.judge',
  'patterns.untilDry',
])
const MANY = new Set(['map', 'flatMap', 'forEach', 'filter', 'reduce', 'from'])

/** Calls that a source may write out one by one; more are no plan that anybody reads. */
const MOST_CALLS = 5_000

/** The `agent()` calls of a script, in source order, with the phase in effect at each. */
export function staticCalls(program: Program): StaticCall[] {
  const calls: (StaticCall & { start: number })[] = []
  const phases: { start: number; title: string }[] = []
  fullAncestor(program, (node, _state, ancestors) => {
    const call = acornNode(node)
    if (call.type !== 'CallExpression') return
    const name = calleeName(call)
    if (name === 'phase') {
      const title = text(call.arguments[0])
      if (title !== null) phases.push({ start: call.start, title })
    }
    if (name === 'agent' || name === 'agent.settled')
      calls.push({ ...readCall(call, ancestors.map(acornNode)), start: call.start })
  })
  phases.sort((a, b) => a.start - b.start)
  calls.sort((a, b) => a.start - b.start)
  const first = calls[MOST_CALLS]
  if (first !== undefined)
    throw new ScriptError(
      `The script writes out more than ${MOST_CALLS.toLocaleString('en')} agent() calls. Put what differs into a list and call agent() in a loop.`,
      first.line,
      first.column,
    )
  let passed = 0
  return calls.map(({ start, ...call }) => {
    while ((phases[passed]?.start ?? Number.POSITIVE_INFINITY) < start) passed += 1
    return { ...call, phase: call.phase ?? phases[passed - 1]?.title ?? null }
  })
}

function readCall(call: CallExpression, ancestors: AnyNode[]): StaticCall {
  const options = call.arguments[1]?.type === 'ObjectExpression' ? call.arguments[1] : null
  return {
    line: call.loc?.start.line ?? 1,
    column: (call.loc?.start.column ?? 0) + 1,
    phase: options ? text(option(options, 'phase')) : null,
    label: options ? text(option(options, 'label')) : null,
    model: options ? text(option(options, 'model')) : null,
    multiplicity: ancestors.some((node, at) => repeats(node, ancestors[at + 1])) ? 'many' : 'one',
    hasSchema: options !== null && option(options, 'schema') !== undefined,
  }
}

/** True for whatever runs this part of its inside more than once, as far as syntax can tell. */
function repeats(node: AnyNode, inside: AnyNode | undefined): boolean {
  if (
    ['ForStatement', 'ForOfStatement', 'ForInStatement', 'WhileStatement', 'DoWhileStatement'].includes(
      node.type,
    )
  )
    return true
  if (node.type !== 'CallExpression') return false
  const name = calleeName(node)
  // What reduces is called once, unless the answers are too long for it.
  if (name === 'patterns.mapReduce' && node.arguments[2] === inside) return false
  if (name !== null && REPEATING.has(name)) return true
  return (
    node.callee.type === 'MemberExpression' &&
    node.callee.property.type === 'Identifier' &&
    MANY.has(node.callee.property.name)
  )
}

function calleeName(call: CallExpression): string | null {
  const callee = call.callee
  if (callee.type === 'Identifier') return callee.name
  if (
    callee.type === 'MemberExpression' &&
    callee.object.type === 'Identifier' &&
    callee.property.type === 'Identifier'
  ) {
    return `${callee.object.name}.${callee.property.name}`
  }
  return null
}

function option(options: ObjectExpression, name: string): Expression | undefined {
  for (const property of options.properties) {
    if (property.type !== 'Property' || property.computed) continue
    const key = property.key
    if ((key.type === 'Identifier' && key.name === name) || (key.type === 'Literal' && key.value === name))
      return property.value
  }
  return undefined
}

function text(node: AnyNode | undefined): string | null {
  if (node?.type === 'Literal' && typeof node.value === 'string')
    return cutWithCount(node.value, longest.name)
  if (node?.type !== 'TemplateLiteral') return null
  return cutWithCount(node.quasis.map((quasi) => quasi.value.cooked ?? '').join('…'), longest.name)
}
