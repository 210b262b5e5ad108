import type Anthropic from '@anthropic-ai/sdk'
import type { JsonObject } from '@/lib/core/base/json'
import { modelRules, outputLimit } from '@/lib/core/money/models'
import type { Message, TurnRequest } from '@/lib/core/ports/ports'
import { serverToolsOnWire } from './server-tools'
import { soundRequest } from './sound-request'

type Body = Anthropic.MessageCreateParamsStreaming
type BatchBody = Anthropic.MessageCreateParamsNonStreaming
type CountBody = Anthropic.MessageCountTokensParams

/**
 * The body of a streaming request. A model with known rules gets what it accepts (adaptive thinking, effort,
 * speed, cache breakpoints); an unknown one gets nothing optional, since gateways refuse fields they do not
 * know. `max_tokens` is cut to the model's limit.
 */
export function requestBody(request: TurnRequest): Body {
  const rules = modelRules(request.model)
  return {
    ...prefixAndMessages(request),
    max_tokens: Math.min(request.maxTokens, rules.maxOutputTokens),
    stream: true,
    ...outputConfig(request, hasTaskBudget(request)),
    ...(rules.fast !== 'none' && request.speed === 'fast' ? { speed: 'fast' as const } : {}),
  }
}

/**
 * What a request of a batch asks: as when streamed, without what batches refuse, and with as much output as
 * they allow.
 */
export function batchBody(request: TurnRequest): BatchBody {
  return {
    ...prefixAndMessages(request),
    max_tokens: Math.min(request.maxTokens, outputLimit(request.model, 'batch')),
    ...outputConfig(request, false),
  }
}

/** Names the beta that lifts the output of a batch's requests to 300,000 tokens (batch-processing page). */
export const extendedOutputHeaders = { 'anthropic-beta': 'output-300k-2026-03-24' }

/** The body of a token count: the same prompt, without what only generation needs. */
export function countBody(request: TurnRequest): CountBody {
  return prefixAndMessages(request)
}

/**
 * Headers beyond the client's own. Fast mode is still a preview on some models and named in a header there.
 */
export function requestHeaders(request: TurnRequest): Record<string, string> {
  const isFastPreview = request.speed === 'fast' && modelRules(request.model).fast === 'header'
  const betas = [
    ...(isFastPreview ? ['fast-mode-2026-02-01'] : []),
    ...(hasTaskBudget(request) ? ['task-budgets-2026-03-13'] : []),
  ]
  return betas.length > 0 ? { 'anthropic-beta': betas.join(',') } : {}
}

/** A batch has one header for all its requests, and no beta that only some of them need. */
function hasTaskBudget({ model, taskBudgetTokens }: TurnRequest): boolean {
  return taskBudgetTokens !== null && modelRules(model).taskBudgets
}

function outputConfig(
  { model, effort, taskBudgetTokens }: TurnRequest,
  hasBudget: boolean,
): { output_config?: Anthropic.OutputConfig } {
  const config = {
    ...(modelRules(model).effort && effort !== null ? { effort } : {}),
    ...(hasBudget ? { task_budget: { type: 'tokens', total: taskBudgetTokens } } : {}),
  }
  return Object.keys(config).length > 0 ? { output_config: config } : {}
}

function prefixAndMessages(asked: TurnRequest): CountBody {
  const request = soundRequest(asked)
  const rules = modelRules(request.model)
  const isCached = request.cache !== 'none' && rules.known
  const breakpoint = breakpoints[request.cache === '1h' ? '1h' : '5m']
  const hasSystem = request.system !== ''
  const { tools } = request
  // The system text comes after the tools, so its breakpoint covers them; the last of them stands in for it.
  const marked = new Set([
    hasSystem ? -1 : tools.length - 1,
    tools.findIndex(({ varies }) => varies === true) - 1,
  ])
  // Those of the provider are the same for all agents: they come first, where the cached prefix begins.
  const offered: Anthropic.ToolUnion[] = [
    ...serverToolsOnWire(request.model, request.serverTools ?? []),
    ...tools.map((tool, index) => ({
      name: tool.name,
      description: tool.description,
      input_schema: { ...tool.inputSchema, type: 'object' as const },
      ...(tool.strict === true && rules.structuredOutputs ? { strict: true } : {}),
      ...(isCached && marked.has(index) ? breakpoint : {}),
    })),
  ]
  return {
    model: request.model,
    messages: wireMessages(isCached ? withBreakpoints(request.messages, breakpoint) : request.messages),
    ...(hasSystem
      ? { system: [{ type: 'text' as const, text: request.system, ...(isCached ? breakpoint : {}) }] }
      : {}),
    ...(offered.length > 0 ? { tools: offered } : {}),
    ...(rules.thinking === 'adaptive'
      ? { thinking: { type: 'adaptive' as const, display: 'summarized' as const } }
      : {}),
  }
}

type Breakpoint = { cache_control: { type: 'ephemeral'; ttl?: '1h' } }

/** Five minutes are what the API does unasked. */
const breakpoints: Readonly<Record<'5m' | '1h', Breakpoint>> = {
  '5m': { cache_control: { type: 'ephemeral' } },
  '1h': { cache_control: { type: 'ephemeral', ttl: '1h' } },
}

/**
 * Marks the end of the last two user messages: the last for the next turn of a tool loop to read, the one
 * before so that this turn still finds its entry when it adds more blocks than the API looks back (20). Never
 * mutates: the messages are what is stored.
 */
function withBreakpoints(messages: readonly Message[], breakpoint: Breakpoint): Message[] {
  const marked = new Set(
    messages.flatMap((message, index) => (message.role === 'user' ? [index] : [])).slice(-2),
  )
  return messages.map((message, index) => (marked.has(index) ? markLast(message, breakpoint) : message))
}

function markLast(message: Message, breakpoint: Breakpoint): Message {
  const last = message.content.at(-1)
  // The API refuses a breakpoint on an empty text.
  if (last === undefined || last.text === '' || last.cache_control !== undefined) return message
  return {
    ...message,
    content: [...message.content.slice(0, -1), { ...last, ...breakpoint } satisfies JsonObject],
  }
}

/**
 * Stored blocks are what the API itself sent or accepted, newer kinds than the SDK knows included: sent
 * verbatim.
 */
function wireMessages(messages: readonly Message[]): Anthropic.MessageParam[] {
  return messages as unknown as Anthropic.MessageParam[]
}
