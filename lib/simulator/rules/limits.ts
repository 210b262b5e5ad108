import type { Limits } from '../settings'
import { Refused } from '../wire/errors'
import type { SimulatedModel } from './models'

/** A bucket that refills continuously, as the API's do: the minute's amount is also the largest burst. */
interface Bucket {
  limit: number
  perMs: number
  level: number
  at: number
}

/** What a request takes from the buckets. Cache reads are free of the input limit. */
export interface Demand {
  inputTokens: number
  outputTokens: number
}

export interface Limiter {
  /**
   * Takes the demand out of the model's buckets, or throws the 429; returns the headers every response
   * carries.
   */
  admit(model: SimulatedModel, fast: boolean, demand: Demand, nowMs: number): Record<string, string>
  headers(model: SimulatedModel, fast: boolean, nowMs: number): Record<string, string>
}

type Kind = 'requests' | 'input' | 'output' | 'ramp'

/** Token buckets per model class (old Opus models share one), and a separate set for fast mode. */
export function createLimiter(limits: Limits): Limiter {
  const buckets = new Map<string, Bucket>()

  const bucketOf = (pool: string, kind: Kind, amount: number, perMs: number, now: number): Bucket => {
    const key = `${pool} ${kind}`
    const bucket = buckets.get(key) ?? { limit: amount, perMs, level: amount, at: now }
    bucket.level = Math.min(bucket.limit, bucket.level + (now - bucket.at) * bucket.perMs)
    bucket.at = now
    buckets.set(key, bucket)
    return bucket
  }

  const open = (pool: string, now: number) => ({
    requests: bucketOf(pool, 'requests', limits.requestsPerMinute, limits.requestsPerMinute / 60_000, now),
    input: bucketOf(pool, 'input', limits.inputTokensPerMinute, limits.inputTokensPerMinute / 60_000, now),
    output: bucketOf(
      pool,
      'output',
      limits.outputTokensPerMinute,
      limits.outputTokensPerMinute / 60_000,
      now,
    ),
    ramp:
      limits.requestsPerSecond === null
        ? null
        : bucketOf(pool, 'ramp', limits.requestsPerSecond, limits.requestsPerSecond / 1000, now),
  })

  const headers: Limiter['headers'] = (model, fast, now) => {
    const pool = open(poolOf(model, fast), now)
    const [tightest] = [pool.input, pool.output].sort((a, b) => a.level / a.limit - b.level / b.limit)
    return {
      ...describe('anthropic-ratelimit-requests', pool.requests, 1),
      ...describe('anthropic-ratelimit-tokens', tightest ?? pool.input, 1000),
      ...describe(`anthropic-${fast ? 'fast' : 'ratelimit'}-input-tokens`, pool.input, 1000),
      ...describe(`anthropic-${fast ? 'fast' : 'ratelimit'}-output-tokens`, pool.output, 1000),
    }
  }

  return {
    headers,
    admit(model, fast, demand, now) {
      const pool = open(poolOf(model, fast), now)
      if (pool.ramp !== null && pool.ramp.level < 1)
        throw refusal('requests per second', pool.ramp, 1, 'ramp_limit_exceeded')
      if (pool.requests.level < 1) throw refusal('requests per minute', pool.requests, 1)
      // A prompt larger than a full bucket passes when the bucket is full: otherwise it could never be sent.
      const input = Math.min(demand.inputTokens, pool.input.limit)
      if (pool.input.level < input) throw refusal('input tokens per minute', pool.input, input)
      if (pool.output.level <= 0) throw refusal('output tokens per minute', pool.output, 1)
      if (pool.ramp !== null) pool.ramp.level -= 1
      pool.requests.level -= 1
      pool.input.level -= input
      pool.output.level -= demand.outputTokens
      return headers(model, fast, now)
    },
  }
}

function poolOf(model: SimulatedModel, fast: boolean): string {
  const shared = /^claude-(opus|sonnet)-4-/.exec(model.id)
  return `${shared?.[0] ?? model.id}${fast ? ' fast' : ''}`
}

function refusal(what: string, bucket: Bucket, need: number, errorCode?: string): Refused {
  const retryAfterSeconds = Math.max(1, Math.ceil((need - bucket.level) / bucket.perMs / 1000))
  const message = `This request would exceed your organization's rate limit of ${bucket.limit.toLocaleString('en-US')} ${what}. Simulated.`
  return new Refused(
    429,
    message,
    errorCode === undefined ? { retryAfterSeconds } : { retryAfterSeconds, errorCode },
  )
}

function describe(prefix: string, bucket: Bucket, round: number): Record<string, string> {
  const fullAt = bucket.at + (bucket.limit - bucket.level) / bucket.perMs
  return {
    [`${prefix}-limit`]: String(bucket.limit),
    [`${prefix}-remaining`]: String(Math.max(0, Math.floor(bucket.level / round) * round)),
    [`${prefix}-reset`]: `${new Date(fullAt).toISOString().slice(0, 19)}Z`,
  }
}
