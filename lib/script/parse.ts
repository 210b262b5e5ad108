import {
  type AnyNode,
  type BinaryExpression,
  type ExportNamedDeclaration,
  type Expression,
  type Literal,
  type ObjectExpression,
  type Program,
  type Property,
  parse,
  type SpreadElement,
} from 'acorn'
import { full } from 'acorn-walk'
import { z } from 'zod'
import { cutWithCount } from '@/lib/core/base/cut-text'
import { type Json, jsonSchema } from '@/lib/core/base/json'
import { longest } from '@/lib/core/base/text-bounds'
import type { Phase } from '@/lib/core/spec/run-status'
import { bodyOf } from './body'
import { ScriptError } from './script-error'

/** Longest script accepted; the largest public one is 263 kB. */
const LONGEST_SCRIPT = 2_000_000

/** More phases than these are no outline any more. */
const MOST_PHASES = 1_000

const metaSchema = z.looseObject({
  name: z.string().trim().min(1, 'must not be empty').max(200),
  description: z.string().trim().min(1, 'must not be empty'),
  whenToUse: z.string().optional(),
  phases: z
    .array(z.looseObject({ title: z.string(), detail: z.string().optional(), model: z.string().optional() }))
    .max(MOST_PHASES, `must have at most ${MOST_PHASES} phases`)
    .optional(),
  args: jsonSchema.optional(),
  needs: z.array(z.string().trim().min(1).max(60)).max(20).optional(),
})

/**
 * The name a workflow is known by, from what a script or a person calls it: blanks around it are no part of
 * it.
 */
export function workflowName(given: string): string {
  return given.trim()
}

export type ScriptMeta = {
  name: string
  description: string
  whenToUse: string | null
  phases: Phase[]
  argsSchema: Json | null
  /** What it cannot run without, by name. */
  needs: string[]
}

/**
 * A script that may be launched: its meta, its syntax tree, and the body to run (same positions as the
 * source).
 */
export type ParsedScript = { meta: ScriptMeta; program: Program; body: string }

/** Reads a workflow script without running it. Throws `ScriptError` with line and column. */
export function parseScript(source: string): ParsedScript {
  if (source.length > LONGEST_SCRIPT)
    throw new ScriptError(
      `The script is longer than ${LONGEST_SCRIPT.toLocaleString('en')} characters.`,
      null,
      null,
    )
  const program = parseProgram(source)
  const first = program.body[0]
  if (first?.type !== 'ExportNamedDeclaration') throw misplacedMeta(program)
  const literal = metaLiteral(first)
  refuseModules(program, first)
  const meta = readMeta(literal)
  return { meta, program, body: bodyOf(source) }
}

function parseProgram(source: string): Program {
  try {
    return parse(source, {
      ecmaVersion: 'latest',
      sourceType: 'module',
      allowReturnOutsideFunction: true,
      locations: true,
    })
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    const position = z.object({ loc: z.object({ line: z.number(), column: z.number() }) }).safeParse(cause)
    const message = cause.message.replace(/ \(\d+:\d+\)$/, '')
    const hint = looksLikeTypeScript(source)
      ? ' Workflow scripts are plain JavaScript: remove type annotations.'
      : ''
    const { line, column } = position.success ? position.data.loc : { line: null, column: null }
    throw new ScriptError(
      `The script does not parse: ${message}.${hint}`,
      line,
      column === null ? null : column + 1,
      {
        cause,
      },
    )
  }
}

function looksLikeTypeScript(source: string): boolean {
  return /^[ \t]*(interface|type)\s+\w+|\b(const|let)\s+\w+\s*:\s*\w|\)\s*:\s*\w[\w<>[\]]*\s*(=>|\{)|\bas\s+(const|\w+)\b/m.test(
    source,
  )
}

function misplacedMeta(program: Program): ScriptError {
  const found = program.body.find((statement) => statement.type === 'ExportNamedDeclaration')
  const at = found ?? program.body[0]
  const message = found
    ? '`export const meta = {…}` must be the first statement: move it to the top.'
    : 'The script must begin with `export const meta = { name: "…", description: "…" }`.'
  return new ScriptError(message, at?.loc?.start.line ?? 1, at?.loc ? at.loc.start.column + 1 : 1)
}

function metaLiteral(statement: ExportNamedDeclaration): ObjectExpression {
  const declaration = statement.declaration
  const only =
    declaration?.type === 'VariableDeclaration' && declaration.kind === 'const'
      ? declaration.declarations[0]
      : undefined
  const isMeta = only?.id.type === 'Identifier' && only.id.name === 'meta'
  if (!isMeta || declaration?.type !== 'VariableDeclaration' || declaration.declarations.length !== 1) {
    throw at(statement, 'The script must begin with `export const meta = { name: "…", description: "…" }`.')
  }
  if (only.init?.type !== 'ObjectExpression')
    throw at(
      only.init ?? statement,
      '`meta` must be a literal object: it is read without running the script.',
    )
  return only.init
}

/** Modules have no meaning in a script: nothing may be imported, and only meta is exported. */
function refuseModules(program: Program, meta: ExportNamedDeclaration): void {
  let declaresRequire = false
  const requires: AnyNode[] = []
  full(program, (node) => {
    const any = acornNode(node)
    if (any.type === 'ImportDeclaration' || any.type === 'ImportExpression') {
      throw at(
        any,
        '`import` is not available: a script has no modules, only the workflow primitives. Remove it.',
      )
    }
    const exports =
      any.type === 'ExportDefaultDeclaration' ||
      any.type === 'ExportAllDeclaration' ||
      any.type === 'ExportNamedDeclaration'
    if (exports && any !== meta) throw at(any, 'Only `meta` may be exported: return the result instead.')
    if (any.type === 'VariableDeclarator' && any.id.type === 'Identifier' && any.id.name === 'require')
      declaresRequire = true
    if (any.type === 'FunctionDeclaration' && any.id?.name === 'require') declaresRequire = true
    if (any.type === 'CallExpression' && any.callee.type === 'Identifier' && any.callee.name === 'require')
      requires.push(any)
  })
  const [first] = requires
  if (first && !declaresRequire)
    throw at(
      first,
      '`require` is not available: a script has no modules, only the workflow primitives. Remove it.',
    )
}

function readMeta(literal: ObjectExpression): ScriptMeta {
  const result = metaSchema.safeParse(literalValue(literal))
  if (!result.success) {
    const issue = result.error.issues[0]
    const field = issue?.path.join('.') ?? ''
    throw at(
      propertyNode(literal, issue?.path[0]),
      `\`meta${field ? `.${field}` : ''}\` ${describeIssue(issue?.message ?? 'is not valid')}.`,
    )
  }
  const { name, description, whenToUse, phases, args, needs } = result.data
  return {
    name,
    description: cutWithCount(description, longest.detail),
    whenToUse: cut(whenToUse, longest.detail),
    phases: (phases ?? []).map(({ title, detail, model }) => ({
      title: cutWithCount(title, longest.name),
      detail: cut(detail, longest.detail),
      model: cut(model, longest.name),
    })),
    argsSchema: args ?? null,
    needs: needs ?? [],
  }
}

function cut(text: string | undefined, most: number): string | null {
  return text === undefined ? null : cutWithCount(text, most)
}

function describeIssue(message: string): string {
  return message.startsWith('must') ? message : `is not right: ${message}`
}

function propertyNode(literal: ObjectExpression, key: PropertyKey | undefined): AnyNode {
  const found = literal.properties.find(
    (property) =>
      property.type === 'Property' && property.key.type === 'Identifier' && property.key.name === key,
  )
  return found ?? literal
}

/** The value of a pure literal. Anything that would have to be computed is refused, with its place. */
function literalValue(node: Expression): Json {
  switch (node.type) {
    case 'Literal':
      if (isPlain(node.value)) return node.value
      break
    case 'TemplateLiteral':
      if (node.expressions.length === 0) return node.quasis[0]?.value.cooked ?? ''
      break
    case 'UnaryExpression':
      if (
        node.operator === '-' &&
        node.argument.type === 'Literal' &&
        typeof node.argument.value === 'number'
      )
        return -node.argument.value
      break
    case 'ArrayExpression':
      return node.elements.map((element) => {
        if (element === null || element.type === 'SpreadElement') throw notLiteral(element ?? node)
        return literalValue(element)
      })
    case 'ObjectExpression':
      return Object.fromEntries(node.properties.map(literalProperty))
    case 'BinaryExpression':
      return joinedText(node)
    default:
      break
  }
  throw notLiteral(node)
}

/** Neither a pattern nor a big integer, which are literals too. */
function isPlain(value: Literal['value']): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

function literalProperty(property: Property | SpreadElement): [string, Json] {
  const isAssigned =
    property.type === 'Property' && !property.computed && property.kind === 'init' && !property.method
  if (!isAssigned) throw notLiteral(property)
  const { key, value } = property
  if (key.type === 'Identifier') return [key.name, literalValue(value)]
  if (key.type === 'Literal') return [String(key.value), literalValue(value)]
  throw notLiteral(property)
}

/** Long descriptions are often written as "…" + "…"; that is still a constant. */
function joinedText(node: BinaryExpression): string {
  if (node.operator === '+' && node.left.type !== 'PrivateIdentifier') {
    const [left, right] = [literalValue(node.left), literalValue(node.right)]
    if (typeof left === 'string' && typeof right === 'string') return left + right
  }
  throw notLiteral(node)
}

function notLiteral(node: AnyNode): ScriptError {
  return at(
    node,
    '`meta` must be a pure literal, since it is read without running the script: no variables, calls or computed parts.',
  )
}

function at(node: AnyNode | Expression, message: string): ScriptError {
  return new ScriptError(message, node.loc?.start.line ?? null, node.loc ? node.loc.start.column + 1 : null)
}

/** acorn-walk hands over the base type of nodes that acorn itself made; they are all of acorn's union. */
export function acornNode(node: object): AnyNode {
  return node as AnyNode
}
