import type { IncomingHttpHeaders } from 'node:http'
import type { JsonObject } from '@/lib/core/base/json'
import { readDirective } from '../directive'
import type { Fault } from '../faults'
import { type Pace, paceOf } from '../pace'
import { createIds, digestOf, randomFrom } from '../random'
import { decide } from '../responder/decide'
import type { CacheVisit, PromptCache, PromptUsage } from '../rules/cache'
import type { SimulatedModel } from '../rules/models'
import { checkRules, effortOf, type RuleContext } from '../rules/rules'
import { checkThinkingBlocks, signaturesFor } from '../rules/thinking-seal'
import type { Directive } from '../settings'
import { lookUps } from '../web/look-up'
import { understandNames } from './author-names'
import { invalid } from './errors'
import { applyContentFault, scriptedReply, withLookUps } from './reply'
import type { MessageRequest } from './request'
import { composeBlocks, type WireMessage } from './wire'

/** A request that passed the rules and the whole response to it, ready to be sent at its pace. */
export interface Exchange {
  model: SimulatedModel
  message: WireMessage
  pace: Pace
  directive: Directive
  fault: Fault | null
  cache: CacheVisit
}

/** What an exchange needs from the running server. */
export interface ExchangeContext extends RuleContext {
  seed: string
  headers: IncomingHttpHeaders
  cache: PromptCache
  nowMs: number
  newId: (prefix: string) => string
  serviceTier: 'standard' | 'batch'
  pickFault(model: string): Fault | null
}

/** Decides everything about one response: same seed and same request, same content and same bill. */
export function prepareExchange(request: MessageRequest, context: ExchangeContext): Exchange {
  const directive = readDirective(context.headers, request)
  const model = checkRules(request, context)
  checkThinkingBlocks(request, model)
  const fault = directive.fault ?? context.pickFault(request.model)
  const fast = request.speed === 'fast' && model.fast !== 'ignored'
  const speed = fast ? 'fast' : 'standard'
  const cache = context.cache.visit(request, model, speed, context.nowMs)
  checkWindow(cache.usage, model)
  const identity = `${context.seed} ${request.model} ${digestOf(JSON.stringify(request.raw.messages ?? null))}`
  const random = randomFrom(identity)
  const understood = understandNames(request)
  // Made from the request, not counted: else the next turn, which repeats them, would depend on who came first.
  const newId = createIds(identity)
  const answered = understood.inWireNames(
    scriptedReply(directive, model.tokenizer, random) ??
      decide(understood.request, {
        model,
        effort: effortOf(request, model),
        random,
        thinkTokens: directive.thinkSilentTokens ?? null,
      }),
  )
  const reply = applyContentFault(withLookUps(answered, lookUps(request, directive, newId)), fault)
  if (directive.stopReason !== undefined) reply.stopReason = directive.stopReason
  const cutTokens = fault?.kind === 'max-tokens' ? fault.tokens : undefined
  const composed = composeBlocks(reply, {
    tokenizer: model.tokenizer,
    maxTokens: Math.min(
      request.max_tokens,
      cutTokens ?? (fault?.kind === 'max-tokens' ? halfOf(reply.blocks) : Number.POSITIVE_INFINITY),
    ),
    stopSequences: request.stop_sequences ?? [],
    showsThinking: request.thinking?.display === 'summarized' || request.thinking?.type === 'enabled',
    signatureOf: signaturesFor(request),
    newId,
  })
  const message: WireMessage = {
    ...composed,
    id: context.newId('msg'),
    model: model.id,
    prompt: cache.usage,
    serviceTier: context.serviceTier,
    speed,
    inferenceGeo: request.inference_geo ?? 'global',
  }
  const natural = paceOf(model.line, fast, cache.usage.inputTokens, random())
  const pace = {
    tokensPerSecond: directive.tokensPerSecond ?? natural.tokensPerSecond,
    ttftMs: directive.ttftMs ?? natural.ttftMs,
  }
  return { model, message, pace, directive, fault, cache }
}

function checkWindow(usage: PromptUsage, { contextTokens }: SimulatedModel): void {
  const tokens =
    usage.inputTokens + usage.cacheReadTokens + usage.cacheWrite5mTokens + usage.cacheWrite1hTokens
  if (tokens > contextTokens) throw invalid(`prompt is too long: ${tokens} tokens > ${contextTokens} maximum`)
}

/**
 * Where a cut at an unnamed place falls: in the middle of the last block, so that tool input is left
 * incomplete.
 */
function halfOf(
  blocks: readonly { type: string; tokens?: number; text?: string; input?: JsonObject }[],
): number {
  const sizes = blocks.map(
    (block) =>
      block.tokens ??
      Math.ceil((block.text ?? JSON.stringify(block.input)).length / 3.6) + (block.input ? 12 : 0),
  )
  const last = sizes.pop() ?? 2
  return Math.max(1, sizes.reduce((sum, size) => sum + size, 0) + Math.floor(last * 0.6))
}
