import type { LaunchInput } from '@/lib/api/runs'
import type { DryRunFaults } from '@/lib/core/spec/run'

/** Shares of what goes wrong in a dry run, in percent, as typed. */
export type FaultForm = Record<keyof DryRunFaults, string>
export const noFaults: FaultForm = { refusals: '', rateLimits: '', errors: '', cuts: '' }

/** Most that may go wrong, in percent: above it a dry run teaches nothing. */
const MOST_FAULTS = 90

/** The shares as the API takes them, or the fields that are none. */
export function readFaults(
  form: FaultForm,
): { ok: true; faults: Partial<DryRunFaults> } | { ok: false; wrong: (keyof DryRunFaults)[] } {
  const names: (keyof DryRunFaults)[] = ['refusals', 'rateLimits', 'errors', 'cuts']
  const shares = names.map((name) => [name, form[name].trim() === '' ? 0 : Number(form[name])] as const)
  const wrong = shares.flatMap(([name, share]) => (share >= 0 && share <= MOST_FAULTS ? [] : [name]))
  if (wrong.length > 0) return { ok: false, wrong }
  return {
    ok: true,
    faults: Object.fromEntries(shares.flatMap(([name, share]) => (share > 0 ? [[name, share / 100]] : []))),
  }
}

/** The same launch as a dry run: no cap of money, since it shows what the real run would need. */
export function dryRunBody(
  { limits, approval: _asks, ...body }: LaunchInput,
  faults: Partial<DryRunFaults>,
): LaunchInput {
  const { usd: _cap, ...others } = limits ?? {}
  return { ...body, limits: others, dryRun: { faults } }
}
