import { invalid, Refused } from '../wire/errors'
import { isObject, objectOf, stringOf } from '../wire/json'
import { blocksOf, type MessageRequest } from '../wire/request'
import { checkCacheMarks } from './cache-rules'
import { checkConversation } from './conversation-rules'
import { type Effort, findModel, type SimulatedModel, type ThinkingType } from './models'
import { checkInputSchema } from './schema-rules'
import { checkServerTools } from './server-tool-rules'

/** The API version whose rules differ from all before it: sampling parameters are gone. */
export const CURRENT_VERSION = '2026-10-21'
/** Versions this server speaks. */
export const VERSIONS: readonly string[] = [CURRENT_VERSION, '2023-06-01']

/** What the headers say that the rules need. */
export interface RuleContext {
  version: string
  betas: readonly string[]
  /** True for a request of a batch. */
  isBatched?: boolean
}

/** Finds the model, or refuses as the API does: 404, not 400. */
export function requireModel(id: string): SimulatedModel {
  const model = findModel(id)
  if (model === undefined) throw new Refused(404, `model: ${id}`)
  return model
}

/** Refuses every request that the real API would refuse with a 400; returns the model it is for. */
export function checkRules(request: MessageRequest, context: RuleContext): SimulatedModel {
  const model = requireModel(request.model)
  checkVersion(request, context)
  checkThinking(request, model)
  checkToolChoice(request, model)
  checkServerTools(request, model)
  checkOutput(request, model, context)
  checkSpeed(request, model, context)
  checkCacheMarks(request)
  checkConversation(request, model)
  return model
}

/** The effort a request asks for, or the model's own. */
export function effortOf(request: MessageRequest, model: SimulatedModel): Effort {
  const asked = request.output_config?.effort
  return model.efforts.find((effort) => effort === asked) ?? model.defaultEffort
}

function checkVersion(request: MessageRequest, context: RuleContext): void {
  if (request.raw.thread !== undefined) {
    throw invalid('thread: message threads are not available here', 'thread_unsupported_request')
  }
  if (context.version !== CURRENT_VERSION) return
  for (const name of ['temperature', 'top_p', 'top_k']) {
    if (request.raw[name] !== undefined) throw invalid(`${name}: Extra inputs are not permitted`)
  }
  request.messages.forEach((message, index) => {
    for (const block of blocksOf(message)) {
      if (message.role === 'assistant' && block.type === 'document') {
        throw invalid(`messages.${index}: document blocks are not permitted in assistant turns`)
      }
      if (
        message.role === 'user' &&
        block.type === 'text' &&
        Array.isArray(block.citations) &&
        block.citations.length > 0
      ) {
        throw invalid(`messages.${index}: citations are not permitted on user text blocks`)
      }
    }
  })
}

function checkThinking(request: MessageRequest, model: SimulatedModel): void {
  const thinking = request.thinking
  if (!thinking) return
  const known: readonly string[] = ['adaptive', 'between_tools', 'disabled', 'enabled']
  const type = stringOf(thinking.type)
  if (!known.includes(type)) throw invalid(`thinking.type: Input should be one of ${known.join(', ')}`)
  if (!model.thinking.some((supported: ThinkingType) => supported === type)) {
    throw invalid(`thinking.type: '${type}' is not supported on ${model.id}`)
  }
  if (
    type === 'disabled' &&
    model.id === 'claude-opus-5' &&
    ['xhigh', 'max'].includes(effortOf(request, model))
  ) {
    throw invalid('thinking.type: disabled is only supported up to effort high on this model')
  }
  if (type === 'enabled') {
    const budget = thinking.budget_tokens
    if (typeof budget !== 'number' || budget < 1024) {
      throw invalid('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024')
    }
    if (budget >= request.max_tokens)
      throw invalid('`max_tokens` must be greater than `thinking.budget_tokens`')
  }
}

function checkToolChoice(request: MessageRequest, model: SimulatedModel): void {
  const names = (request.tools ?? []).map((tool) => stringOf(tool.name))
  names.forEach((name, index) => {
    if (!/^[a-zA-Z0-9_-]{1,128}$/.test(name)) {
      throw invalid(`tools.${index}.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`)
    }
    if (names.indexOf(name) !== index)
      throw invalid('tools: Tool names must be unique.', 'tool_name_conflict')
    const tool = request.tools?.[index]
    const isServerTool = typeof tool?.type === 'string' && tool.type !== 'custom'
    if (!isServerTool && !isObject(tool?.input_schema))
      throw invalid(`tools.${index}.custom.input_schema: Field required`)
    if (!isServerTool) checkInputSchema(objectOf(tool?.input_schema), index)
  })
  const choice = request.tool_choice
  if (!choice) return
  const type = stringOf(choice.type)
  if (type !== 'any' && type !== 'tool') return
  if (model.refusesForcedTools) throw invalid(`tool_choice: forced tool use is not supported on ${model.id}`)
  if (request.thinking?.type === 'enabled')
    throw invalid('Thinking may not be enabled when tool_choice forces tool use.')
  if (names.length === 0) throw invalid('tool_choice: may only be specified while providing tools')
  if (type === 'tool' && !names.includes(stringOf(choice.name))) {
    throw invalid(`tool_choice: Tool '${stringOf(choice.name)}' not found in provided tools`)
  }
}

/** The beta that lifts a batch's output, and what it lifts it to. */
const EXTENDED_OUTPUT = { beta: 'output-300k-2026-03-24', tokens: 300_000 }

function checkOutput(
  request: MessageRequest,
  model: SimulatedModel,
  { betas, isBatched }: RuleContext,
): void {
  const isExtended = isBatched === true && model.extendsOutput && betas.includes(EXTENDED_OUTPUT.beta)
  if (request.max_tokens > (isExtended ? EXTENDED_OUTPUT.tokens : model.maxOutputTokens)) {
    throw invalid(
      `max_tokens: ${request.max_tokens} > ${model.maxOutputTokens}, which is the maximum allowed number of output tokens for ${model.id}`,
    )
  }
  const effort = request.output_config?.effort
  if (typeof effort === 'string' && !model.efforts.some((supported) => supported === effort)) {
    throw invalid(`output_config.effort: '${effort}' is not supported on ${model.id}`)
  }
  const budget = request.output_config?.task_budget
  if (budget !== undefined && !betas.includes('task-budgets-2026-03-13'))
    throw invalid('output_config.task_budget: Extra inputs are not permitted')
  const format = objectOf(request.output_config?.format)
  if (request.output_config?.format && (format.type !== 'json_schema' || !isObject(format.schema))) {
    throw invalid('output_config.format: expected {type: "json_schema", schema: {...}}')
  }
  if (request.inference_geo && !model.takesInferenceGeo) {
    throw invalid(`inference_geo: not supported on ${model.id}`)
  }
}

function checkSpeed(request: MessageRequest, model: SimulatedModel, context: RuleContext): void {
  if (request.speed !== 'fast') return
  if (model.fast === 'no') throw invalid(`speed: 'fast' is not supported on ${model.id}`)
  if (model.fast === 'beta' && !context.betas.includes('fast-mode-2026-02-01')) {
    throw invalid("speed: 'fast' requires the beta header fast-mode-2026-02-01 on this model")
  }
}
