import type { Json, JsonObject } from '@/lib/core/base/json'
import { readDirective } from './directive'
import { createFaultPicker, type FaultPicker } from './faults'
import { createLedger, type Ledger } from './ledger'
import { createTicker, type Ticker } from './pace'
import { createIds } from './random'
import { createPromptCache, type PromptCache } from './rules/cache'
import { createLimiter, type Limiter } from './rules/limits'
import { CURRENT_VERSION } from './rules/rules'
import {
  type Directive,
  type Settings,
  type SettingsChange,
  type SettingsInput,
  settingsSchema,
} from './settings'
import { type Batches, createBatches } from './wire/batches'
import { Refused } from './wire/errors'
import { prepareExchange } from './wire/exchange'
import { parseMessageRequest } from './wire/request'
import { messageBody } from './wire/wire'

/** Everything one running simulator remembers. */
export interface SimulatorState {
  settings: Settings
  ledger: Ledger
  cache: PromptCache
  batches: Batches
  limiter: Limiter
  faults: FaultPicker
  ticker: Ticker
  newId: (prefix: string) => string
}

/** A fresh simulator. */
export function createState(input: SettingsInput): SimulatorState {
  const settings = settingsSchema.parse(input)
  const cache = createPromptCache()
  const newId = createIds(settings.seed)
  const state: SimulatorState = {
    settings,
    ledger: createLedger(),
    cache,
    limiter: createLimiter(settings.limits),
    faults: createFaultPicker(settings.faults, settings.seed),
    ticker: createTicker(),
    newId,
    batches: createBatches({
      now: Date.now,
      newId,
      durationMs: (params) => batchDirective(params)?.batchMs ?? scaled(state, state.settings.batchMs),
      expiryMs: () => scaled(state, state.settings.batchExpiryMs),
      cancelMs: () => scaled(state, state.settings.batchMs) / 10,
      answer: (params, betas) => answerInBatch(state, params, betas),
    }),
  }
  return state
}

/** Changes settings while running. New faults or limits start from nothing. */
export function changeSettings(state: SimulatorState, change: SettingsChange): void {
  const { limits, ...rest } = change
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  state.settings = settingsSchema.parse({
    ...state.settings,
    ...given,
    limits: { ...state.settings.limits, ...limits },
  })
  if (limits !== undefined) state.limiter = createLimiter(state.settings.limits)
  if (change.faults !== undefined || change.seed !== undefined) {
    state.faults = createFaultPicker(state.settings.faults, state.settings.seed)
  }
}

/** At full speed a moment passes all the same: else a day and a minute would be over at once. */
const AT_FULL_SPEED = 1_000_000

function scaled({ settings }: SimulatorState, ms: number): number {
  return Math.floor(ms / (settings.speed === 0 ? AT_FULL_SPEED : settings.speed))
}

/** What the author of a request scripted for it; null for one that will be refused. */
function batchDirective(params: Json | undefined): Directive | null {
  try {
    return readDirective({}, parseMessageRequest(params))
  } catch (error) {
    if (error instanceof Refused) return null
    throw error
  }
}

/**
 * Faults that cut a stream short have none to cut here: the request fails as one that the server could not
 * answer.
 */
const BROKEN = new Set(['reset', 'header-stall', 'body-stall', 'truncate', 'destroy', 'stream-error'])

function answerInBatch(
  state: SimulatorState,
  params: Json | undefined,
  betas: readonly string[],
): JsonObject {
  const exchange = prepareExchange(parseMessageRequest(params), {
    version: CURRENT_VERSION,
    betas,
    isBatched: true,
    seed: state.settings.seed,
    headers: {},
    cache: state.cache,
    nowMs: Date.now(),
    newId: state.newId,
    serviceTier: 'batch',
    pickFault: (model) => state.faults.next({ body: JSON.stringify(params), model }),
  })
  if (exchange.fault?.kind === 'status') throw new Refused(exchange.fault.status, exchange.fault.message)
  if (exchange.fault !== null && BROKEN.has(exchange.fault.kind)) throw new Refused(500)
  exchange.cache.onResponseBegun(Date.now())
  return messageBody(exchange.message)
}
