import { z } from 'zod'
import { callDigest, callKey, type OccurrenceCounter } from '@/lib/core/call-key'
import { isJsonObject, type Json, type JsonObject } from '@/lib/core/json'
import { resolveModel } from '@/lib/core/models'
import type { ToolDefinition } from '@/lib/core/ports'
import { effortSchema } from '@/lib/core/run'
import type { AgentCommand } from '@/lib/core/sandbox'
import type { AgentSpec } from '@/lib/core/store'
import type { ActiveRun } from './active-run'
import { answerDefinition, flagDefinition, systemPrompt } from './prompts'
import { MAX_DEPTH, spawnDefinitions } from './spawn-tools'

/** What an `agent()` call comes to: everything that will be stored and sent, and what a reader should be told. */
export type ResolvedCall = {
  key: string
  label: string
  phase: string | null
  requestedModel: string | null
  model: string
  spec: Omit<AgentSpec, 'agentId'>
  notes: string[]
}

/** Output tokens of a subagent's turn unless asked otherwise: a turn's hold is priced by it. */
const MAX_TOKENS = 16_384
const MAX_TURNS = 60
const STALL_MS = 180_000

/** Options of the dialect that this engine reads. Anything else is noted, never refused. */
const knownOptions = new Set([
  'label',
  'phase',
  'schema',
  'model',
  'effort',
  'stallMs',
  'retries',
  'maxTurns',
  'maxTokens',
  'tools',
  'spawn',
])

const optionsSchema = z.object({
  label: z.string().optional().catch(undefined),
  model: z.string().optional().catch(undefined),
  effort: effortSchema.optional().catch(undefined),
  stallMs: z.number().positive().max(7_200_000).optional().catch(undefined),
  retries: z.number().int().min(0).max(100).optional().catch(undefined),
  maxTurns: z.number().int().positive().max(1000).optional().catch(undefined),
  maxTokens: z.number().int().positive().max(128_000).optional().catch(undefined),
  tools: z.array(z.string()).optional().catch(undefined),
  spawn: z.boolean().optional().catch(undefined),
})

/** Turns a call into what will run, deterministically: the same call of the same script gives the same key. */
export function resolveCall(
  run: ActiveRun,
  command: AgentCommand,
  occurrences: OccurrenceCounter,
  depth = 0,
): ResolvedCall {
  const { run: header } = run.state
  const options = optionsSchema.parse(command.options)
  const schema = isJsonObject(command.options.schema) ? command.options.schema : null
  const phaseModel = header.phases.find((phase) => phase.title === command.phase)?.model ?? null
  const requestedModel = options.model ?? phaseModel
  const model = resolveModel(requestedModel, header.model)
  const effort = options.effort ?? header.effort
  const files = offeredFiles(run, options.tools)
  const leads = options.spawn === true && depth < MAX_DEPTH ? spawnDefinitions : []
  const tools = sorted([
    ...files,
    ...leads,
    ...(files.length > 0 || leads.length > 0 || schema !== null ? [flagDefinition] : []),
    ...(schema === null ? [] : [answerDefinition(schema)]),
  ])
  const digest = callDigest(
    {
      prompt: command.prompt,
      model,
      effort,
      schema,
      tools: [...files, ...leads].map((tool) => tool.name),
      agentType: null,
      isolation: null,
      workspaceRevision: files.length > 0 ? (header.workspace?.revision ?? null) : null,
    },
    run.ports.digest,
  )
  return {
    key: callKey(digest, '', occurrences.next('', digest)),
    label: options.label ?? labelOf(command.prompt),
    phase: command.phase,
    requestedModel,
    model,
    spec: {
      key: '',
      prompt: command.prompt,
      system: systemPrompt({ files: files.length > 0, spawn: leads.length > 0, schema: schema !== null }),
      tools,
      schema,
      options: {
        model,
        effort,
        stallMs: options.stallMs ?? STALL_MS,
        maxTurns: options.maxTurns ?? MAX_TURNS,
        maxTokens: options.maxTokens ?? MAX_TOKENS,
        retries: options.retries ?? run.ports.retryPolicy.retries,
        depth,
      },
    },
    notes: notesOn(command.options, options.tools, run.tools?.definitions ?? []),
  }
}

function offeredFiles(run: ActiveRun, asked: readonly string[] | undefined): ToolDefinition[] {
  const all = run.tools?.definitions ?? []
  return asked === undefined ? [...all] : all.filter((tool) => asked.includes(tool.name))
}

function sorted(tools: ToolDefinition[]): ToolDefinition[] {
  return tools.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function labelOf(prompt: string): string {
  const line = prompt.trim().split('\n', 1)[0] ?? ''
  return line.length > 60 ? `${line.slice(0, 59)}…` : line || 'agent'
}

function notesOn(
  options: JsonObject,
  tools: readonly string[] | undefined,
  offered: readonly ToolDefinition[],
): string[] {
  const notes: string[] = []
  const unknown = Object.keys(options).filter((name) => !knownOptions.has(name))
  if (unknown.length > 0) notes.push(`agent() option ${list(unknown)} is not known here and was ignored`)
  const missing = (tools ?? []).filter((name) => !offered.some((tool) => tool.name === name))
  if (missing.length > 0) notes.push(`agent() asked for the tool ${list(missing)}, which this run does not offer`)
  if (options.effort !== undefined && !effortSchema.safeParse(options.effort).success)
    notes.push(`agent() effort ${show(options.effort)} is not one of low, medium, high, xhigh, max and was ignored`)
  if (options.schema !== undefined && options.schema !== null && !isJsonObject(options.schema))
    notes.push('agent() schema is not an object and was ignored')
  return notes
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ')
}

function show(value: Json): string {
  return JSON.stringify(value).slice(0, 60)
}
