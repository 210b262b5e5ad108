/**
 * Every name that is sent, in one place: those of the GenAI semantic conventions 0.1.0 (the first release of their own,
 * which follows on 1.41.0 of the common ones), and ours, which begin with `skein.`. They are still in development:
 * a new version is taken by changing this file.
 */
export const conventions = 'gen-ai 0.1.0'

/** Attributes of spans and metrics. */
export const attribute = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  agentName: 'gen_ai.agent.name',
  conversation: 'gen_ai.conversation.id',
  requestModel: 'gen_ai.request.model',
  requestMaxTokens: 'gen_ai.request.max_tokens',
  requestStream: 'gen_ai.request.stream',
  responseModel: 'gen_ai.response.model',
  finishReasons: 'gen_ai.response.finish_reasons',
  firstChunkSeconds: 'gen_ai.response.time_to_first_chunk',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cacheReadTokens: 'gen_ai.usage.cache_read.input_tokens',
  cacheWriteTokens: 'gen_ai.usage.cache_write.input_tokens',
  reasoningTokens: 'gen_ai.usage.reasoning.output_tokens',
  inputMessages: 'gen_ai.input.messages',
  outputMessages: 'gen_ai.output.messages',
  toolName: 'gen_ai.tool.name',
  toolCall: 'gen_ai.tool.call.id',
  toolType: 'gen_ai.tool.type',
  tokenType: 'gen_ai.token.type',
  errorType: 'error.type',
  run: 'skein.run.id',
  outcome: 'skein.outcome',
  project: 'skein.project.id',
  phase: 'skein.phase',
  agent: 'skein.agent.id',
  label: 'skein.agent.label',
  attempt: 'skein.agent.attempt',
  agents: 'skein.run.agents',
  costUsd: 'skein.cost.usd',
  simulated: 'skein.simulated',
  requestId: 'skein.provider.request_id',
} as const

/** Operations, which spans are named by, too; `phase` is ours. */
export const operation = {
  workflow: 'invoke_workflow',
  phase: 'phase',
  agent: 'invoke_agent',
  chat: 'chat',
  tool: 'execute_tool',
} as const

/** Providers: the simulator is nobody's. */
export const providerName = (isSimulated: boolean) => (isSimulated ? 'skein.simulator' : 'anthropic')

/** Metrics. Token usage as a histogram is of 1.41.0, where dashboards look for it; the counters are of 0.1.0. */
export const metric = {
  tokenUsage: 'gen_ai.client.token.usage',
  operationSeconds: 'gen_ai.client.operation.duration',
  inputTokens: 'gen_ai.client.inference.usage.input_tokens',
  outputTokens: 'gen_ai.client.inference.usage.output_tokens',
  cacheReadTokens: 'gen_ai.client.inference.usage.cache_read.input_tokens',
  cacheWriteTokens: 'gen_ai.client.inference.usage.cache_write.input_tokens',
  agentSeconds: 'gen_ai.invoke_agent.duration',
  toolSeconds: 'gen_ai.execute_tool.duration',
  dollars: 'skein.client.cost',
} as const

/** Bounds of buckets, as the conventions give them. */
export const bounds = {
  tokens: [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
  seconds: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
}
