import type { RetryInput } from '@/lib/api/fork'
import type { Limits } from '@/lib/core/spec/run'
import { parseUsd } from '../format/money'

/** Caps to raise with a retry, as typed; an empty field leaves its cap. */
export type RaisedForm = { usd: string; agents: string }

export const untouched: RaisedForm = { usd: '', agents: '' }

/** What a retry is sent with, or what is wrong in which field. */
export type Raised = { ok: true; body: RetryInput } | { ok: false; usd?: string; agents?: string }

/** A retry can only raise caps: a lower one would refuse the very calls it retries. */
export function readRaised(
  form: RaisedForm,
  { nanoUsd, agents: cap }: Pick<Limits, 'nanoUsd' | 'agents'>,
): Raised {
  const usd = raisedUsd(form.usd, nanoUsd ?? 0)
  const agents = raisedAgents(form.agents, cap)
  if (typeof usd === 'string' || typeof agents === 'string')
    return {
      ok: false,
      ...(typeof usd === 'string' ? { usd } : {}),
      ...(typeof agents === 'string' ? { agents } : {}),
    }
  const limits = { ...(usd === null ? {} : { usd }), ...(agents === null ? {} : { agents }) }
  return { ok: true, body: Object.keys(limits).length === 0 ? {} : { limits } }
}

/** The dollars; null for nothing typed, a sentence for what cannot be sent. */
function raisedUsd(text: string, nanoUsd: number): number | null | string {
  if (text.trim() === '') return null
  const usd = parseUsd(text)
  return usd !== undefined && usd * 1e9 >= nanoUsd ? usd : `Enter ${nanoUsd / 1e9} or more.`
}

/** The number of agents, as `raisedUsd` gives dollars. */
function raisedAgents(text: string, cap: number): number | null | string {
  if (text.trim() === '') return null
  const agents = Number(text.replaceAll(',', ''))
  const isRaised = Number.isInteger(agents) && agents >= cap
  return isRaised ? agents : `Enter a whole number, ${cap.toLocaleString('en')} or more.`
}
