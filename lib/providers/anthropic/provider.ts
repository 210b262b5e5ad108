import { createHash } from 'node:crypto'
import Anthropic from '@anthropic-ai/sdk'
import { Agent } from 'undici'
import { z } from 'zod'
import type { Clock } from '@/lib/core/ports/clock'
import type { ModelInfo, Provider } from '@/lib/core/ports/ports'
import { parseUrl } from '@/lib/core/wire/parse-url'
import { createBatchProvider } from './batches'
import type { Asked } from './failures'
import { fetchWithOwnHeaders } from './own-headers'
import { countBody } from './request-body'
import { redactor } from './sentences'
import { createDirectFetch } from './stream/direct-fetch'
import { type Connection, requestFailure, streamTurn } from './stream/stream-turn'

export type AnthropicOptions = {
  /** At most one of the two; with neither, a placeholder is sent (local servers take any). */
  apiKey?: string
  authToken?: string
  /** With or without a trailing slash or `/v1`. */
  baseURL?: string
  /** True when the built-in simulator listens at `baseURL`. */
  simulated?: boolean
  name: Provider['name']
  defaultHeaders?: Record<string, string>
  clock: Clock
}

/**
 * A provider on the Anthropic Messages API, or whatever speaks it at `baseURL`. Its own retries are off: only
 * the engine and the governor know about the other agents. `models` rejects with a sentence for people.
 */
export function createAnthropicProvider(options: AnthropicOptions): Provider {
  const baseURL = normalBaseURL(options.baseURL ?? 'https://api.anthropic.com')
  const secret = options.apiKey ?? options.authToken ?? 'none'
  // Some gateways take their key in a header of their own.
  const redact = redactor([
    secret,
    ...Object.values(options.defaultHeaders ?? {}).filter((value) => value.length >= 12),
  ])
  const connection: Connection = {
    client: createClient(options, baseURL, secret),
    clock: options.clock,
    asked: (model): Asked => ({ model, host: hostOf(baseURL), redact }),
  }
  return {
    name: options.name,
    simulated: options.simulated ?? false,
    // Endpoints of others that speak the same language rarely have them.
    hasServerTools: options.simulated === true || new URL(baseURL).hostname.endsWith('anthropic.com'),
    credentialId: credentialId(baseURL, secret),
    turn: (request, observer, turnOptions) => streamTurn(connection, request, observer, turnOptions),
    batches: createBatchProvider(connection),
    async countTokens(request, signal) {
      try {
        const counted = await connection.client.messages.countTokens(countBody(request), { signal, ...brief })
        return typeof counted.input_tokens === 'number' ? counted.input_tokens : null
      } catch {
        // Many compatible servers cannot count; the estimate is then based on characters.
        return null
      }
    },
    async models(signal) {
      try {
        const found = new Map<string, ModelInfo>()
        let seen = 0
        for await (const entry of connection.client.models.list({ limit: 1000 }, { signal, ...brief })) {
          const model = modelInfo(entry)
          if (model !== null && !found.has(model.id)) found.set(model.id, model)
          seen += 1
          if (seen >= MOST_MODELS) break
        }
        return [...found.values()]
      } catch (error) {
        throw new Error(
          requestFailure(error, connection.asked('the list of models'), connection.clock.now()).message,
        )
      }
    },
  }
}

/**
 * What the Models API says of a model, read leniently: compatible servers say less. Null of what has no name to ask
 * it by; the others are listed all the same.
 */
function modelInfo(wire: unknown): ModelInfo | null {
  const read = modelSchema.safeParse(wire)
  if (!read.success) return null
  const { capabilities, ...said } = read.data
  return {
    id: said.id,
    displayName: said.display_name || said.id,
    retiresAt: said.retires_at?.slice(0, 10) ?? null,
    contextTokens: said.max_input_tokens ?? null,
    maxOutputTokens: said.max_tokens ?? null,
    thinksAdaptively: capabilities?.thinking?.types?.adaptive?.supported ?? null,
    hasEffort: capabilities?.effort?.supported ?? null,
    structuredOutputs: capabilities?.structured_outputs?.supported ?? null,
    seesImages: capabilities?.image_input?.supported ?? null,
    seesDocuments: capabilities?.pdf_input?.supported ?? null,
  }
}

/** Longer names are nobody's, and would fill every list they stand in. */
const LONGEST_MODEL_NAME = 200

const positive = z.number().int().positive().nullish().catch(null)
const supported = z.object({ supported: z.boolean() }).nullish().catch(null)
const modelSchema = z.object({
  id: z.string().trim().min(1).max(LONGEST_MODEL_NAME),
  display_name: z.string().trim().nullish().catch(null),
  retires_at: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}/)
    .nullish()
    .catch(null),
  max_input_tokens: positive,
  max_tokens: positive,
  capabilities: z
    .object({
      effort: supported,
      structured_outputs: supported,
      image_input: supported,
      pdf_input: supported,
      thinking: z
        .object({ types: z.object({ adaptive: supported }).nullish().catch(null) })
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
})

/** A list that goes on and on is cut here, whatever it lists. */
const MOST_MODELS = 2_000

/** Small requests have no watchdog of their own. */
const brief = { timeout: 30_000 }

/** A day: the idle watch decides about turns, not the SDK. */
const TURN_TIMEOUT_MS = 86_400_000

function createClient(options: AnthropicOptions, baseURL: string, secret: string): Anthropic {
  const dispatcher = createDispatcher()
  // Without a credential of ours the SDK would look for one in the environment and in files on disk.
  return new Anthropic({
    apiKey: null,
    authToken: secret,
    webhookKey: null,
    baseURL,
    maxRetries: 0,
    timeout: TURN_TIMEOUT_MS,
    logLevel: 'off',
    fetch: fetchWithOwnHeaders(secret, options.defaultHeaders ?? {}, createDirectFetch(dispatcher, fetch)),
    fetchOptions: { dispatcher },
  })
}

/** Node's own fetch cuts a line that is silent for 300 seconds, and models may think longer than that. */
function createDispatcher(): Agent {
  return new Agent({ headersTimeout: 0, bodyTimeout: 0, connections: null, connect: { timeout: 30_000 } })
}

function normalBaseURL(baseURL: string): string {
  return baseURL.trim().replace(/\/+$/, '').replace(/\/v1$/, '').replace(/\/+$/, '')
}

function hostOf(baseURL: string): string {
  return parseUrl(baseURL)?.host ?? 'the address in ANTHROPIC_BASE_URL'
}

/** Tells credentials apart without revealing them: 12 hexadecimal digits of a digest. */
function credentialId(baseURL: string, secret: string): string {
  return createHash('sha256').update(`${baseURL}\n${secret}`).digest('hex').slice(0, 12)
}
