import { canonicalJson, type Json } from '@/lib/core/base/json'
import { digestOf } from '../random'
import { isObject, objectOf } from '../wire/json'
import { blocksOf, type MessageRequest } from '../wire/request'
import type { SimulatedModel } from './models'
import { countContent, withoutCacheControl } from './tokens'

/** Input tokens of one request, split as its bill splits them. */
export interface PromptUsage {
  inputTokens: number
  cacheReadTokens: number
  cacheWrite5mTokens: number
  cacheWrite1hTokens: number
}

/** What a lookup found, and how to make the new prefixes readable once the response has begun. */
export interface CacheVisit {
  usage: PromptUsage
  onResponseBegun(nowMs: number): void
}

export interface PromptCache {
  visit(request: MessageRequest, model: SimulatedModel, speed: 'standard' | 'fast', nowMs: number): CacheVisit
}

interface Position {
  key: string
  tokens: number
  ttl: '5m' | '1h' | null
}

const LIFETIME_MS = { '5m': 5 * 60_000, '1h': 60 * 60_000 }
/** How many blocks before a mark are tried for an older, shorter entry. */
const LOOKBACK_BLOCKS = 20
/** The system prompt the API adds when tools are offered. */
const TOOL_OVERHEAD_TOKENS = 286

/** All input tokens of a request, cached or not. */
export function countPromptTokens(request: MessageRequest, model: SimulatedModel): number {
  return positionsOf(request, model, 'standard').at(-1)?.tokens ?? 0
}

/** A digest of everything before one message: what a thinking block of that message is bound to. */
export function prefixDigest(request: MessageRequest, messageCount: number): string {
  const part = [
    request.raw.system ?? null,
    request.raw.tools ?? null,
    request.messages.slice(0, messageCount),
  ]
  return digestOf(canonicalJson(withoutCacheControl(part)))
}

/**
 * A prompt cache: entries are whole prefixes, keyed by their digest, readable once a first response began.
 */
export function createPromptCache(): PromptCache {
  const entries = new Map<string, { readableAt: number; ttl: '5m' | '1h'; expiresAt: number }>()

  return {
    visit(request, model, speed, now) {
      const positions = positionsOf(request, model, speed)
      const total = positions.at(-1)?.tokens ?? 0
      const marks = positions.flatMap((position, index) => (position.ttl === null ? [] : [index]))
      const last = positions[marks.at(-1) ?? -1]
      const none = { inputTokens: total, cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0 }
      if (last === undefined || last.tokens < model.minCacheTokens)
        return { usage: none, onResponseBegun: () => {} }

      const readable = (index: number) => {
        const entry = entries.get(positions[index]?.key ?? '')
        return entry !== undefined && entry.readableAt <= now && entry.expiresAt > now
      }
      const hit = longestHit(marks, readable)
      const hitPosition = positions[hit]
      const hitEntry = entries.get(hitPosition?.key ?? '')
      if (hitEntry !== undefined) hitEntry.expiresAt = now + LIFETIME_MS[hitEntry.ttl]

      const usage = { ...none, cacheReadTokens: hitPosition?.tokens ?? 0, inputTokens: total - last.tokens }
      const written: Position[] = []
      let from = usage.cacheReadTokens
      for (const index of marks) {
        const position = positions[index]
        if (position?.ttl == null || index <= hit || position.tokens < model.minCacheTokens) continue
        if (position.ttl === '1h') usage.cacheWrite1hTokens += position.tokens - from
        else usage.cacheWrite5mTokens += position.tokens - from
        from = position.tokens
        written.push(position)
      }
      return {
        usage,
        onResponseBegun(begunAt) {
          if (entries.size > 20_000) forgetExpired(entries, begunAt)
          for (const { key, ttl } of written) {
            const kept = ttl ?? '5m'
            entries.set(key, { readableAt: begunAt, ttl: kept, expiresAt: begunAt + LIFETIME_MS[kept] })
          }
        },
      }
    },
  }
}

function longestHit(marks: readonly number[], readable: (index: number) => boolean): number {
  for (const mark of marks.toReversed()) {
    for (let index = mark; index >= Math.max(0, mark - LOOKBACK_BLOCKS); index -= 1) {
      if (readable(index)) return index
    }
  }
  return -1
}

function forgetExpired(entries: Map<string, { expiresAt: number }>, now: number): void {
  for (const [key, entry] of entries) if (entry.expiresAt <= now) entries.delete(key)
}

/**
 * Every block of the prompt in cache order (tools, system, messages) with the running digest and token count.
 */
function positionsOf(request: MessageRequest, model: SimulatedModel, speed: string): Position[] {
  const positions: Position[] = []
  let key = `${model.id} ${speed}`
  let tokens = 0
  const add = (value: Json, extraTokens: number) => {
    key = digestOf(`${key}${canonicalJson(withoutCacheControl(value))}`)
    tokens += extraTokens + countContent(value, model.tokenizer)
    positions.push({ key, tokens, ttl: ttlOf(isObject(value) ? value.cache_control : null) })
  }
  const tools = request.tools ?? []
  for (const [index, tool] of tools.entries()) add(tool, index === 0 ? TOOL_OVERHEAD_TOKENS : 0)
  const system =
    typeof request.system === 'string' ? [{ type: 'text', text: request.system }] : (request.system ?? [])
  for (const block of system) add(block, 2)
  for (const message of request.messages) {
    for (const [index, block] of blocksOf(message).entries())
      add({ ...block, role: message.role }, index === 0 ? 4 : 0)
  }
  const last = positions.at(-1)
  if (last !== undefined && last.ttl === null) last.ttl = ttlOf(request.cache_control)
  return positions
}

function ttlOf(control: unknown): '5m' | '1h' | null {
  if (!isObject(control)) return null
  return objectOf(control).ttl === '1h' ? '1h' : '5m'
}
