import { type Batches, createBatches } from './batches'
import { createPromptCache, type PromptCache } from './cache'
import { Refused } from './errors'
import { prepareExchange } from './exchange'
import { createFaultPicker, type FaultPicker } from './faults'
import type { Json, JsonObject } from './json'
import { createLedger, type Ledger } from './ledger'
import { createLimiter, type Limiter } from './limits'
import { createTicker, type Ticker } from './pace'
import { createIds } from './random'
import { parseMessageRequest } from './request'
import { CURRENT_VERSION } from './rules'
import { type Settings, type SettingsChange, type SettingsInput, settingsSchema } from './settings'
import { messageBody } from './wire'

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
      durationMs: () => (state.settings.speed === 0 ? 0 : state.settings.batchMs / state.settings.speed),
      answer: (params) => answerInBatch(state, params),
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

function answerInBatch(state: SimulatorState, params: Json | undefined): JsonObject {
  const exchange = prepareExchange(parseMessageRequest(params), {
    version: CURRENT_VERSION,
    betas: [],
    seed: state.settings.seed,
    headers: {},
    cache: state.cache,
    nowMs: Date.now(),
    newId: state.newId,
    serviceTier: 'batch',
    pickFault: () => null,
  })
  if (exchange.fault?.kind === 'status') throw new Refused(exchange.fault.status, exchange.fault.message)
  exchange.cache.onResponseBegun(Date.now())
  return messageBody(exchange.message)
}
