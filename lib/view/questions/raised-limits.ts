import type { RetryInput } from '@/lib/api/fork'
import type { Limits } from '@/lib/core/spec/run'
import { parseUsd } from '../format/money'

/** Caps to raise with a retry, as typed; an empty field leaves its cap. */
export type RaisedForm = { usd: string; agents: string }

export const untouched: RaisedForm = { usd: '', agents: '' }

/** What a retry is sent with, or what is wrong in which field. */
export type Raised = { ok: true; body: RetryInput } | { ok: false; usd?: string; agents?: string }

/** Caps are only raised with a retry: less than there is would refuse what is about to be asked. */
export function readRaised(
  form: RaisedForm,
  { nanoUsd, agents: cap }: Pick<Limits, 'nanoUsd' | 'agents'>,
): Raised {
  const usd = form.usd.trim() === '' ? null : parseUsd(form.usd)
  const agents = form.agents.trim() === '' ? null : Number(form.agents.replaceAll(',', ''))
  const isUsdWrong = usd === undefined || (usd !== null && usd * 1e9 < (nanoUsd ?? 0))
  const isAgentsWrong = agents !== null && !(Number.isInteger(agents) && agents >= cap)
  if (isUsdWrong || isAgentsWrong)
    return {
      ok: false,
      ...(isUsdWrong ? { usd: `Enter ${(nanoUsd ?? 0) / 1e9} or more.` } : {}),
      ...(isAgentsWrong ? { agents: `Enter a whole number, ${cap.toLocaleString('en')} or more.` } : {}),
    }
  const limits = { ...(usd === null ? {} : { usd }), ...(agents === null ? {} : { agents }) }
  return { ok: true, body: Object.keys(limits).length === 0 ? {} : { limits } }
}
