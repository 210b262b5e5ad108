import type { ForkInput, ForkPreview } from '@/lib/api/fork'
import type { LimitsInput, RunInput } from '@/lib/api/runs'
import type { RunHeader } from '@/lib/core/run/state'
import { type Delivery, effortSchema, type Speed } from '@/lib/core/spec/run'
import { formatUsd, formatUsdRange, parseUsd } from '../format/money'
import { plural } from '../format/numbers'
import type { FieldError } from './field-errors'
import { readArgs } from './read-args'

/** What a person typed into the fork dialog, as typed. */
export type ForkForm = {
  title: string
  script: string
  args: string
  model: string
  effort: string
  speed: Speed
  delivery: Delivery
  usd: string
  agents: string
  concurrency: string
  refreshWorkspace: boolean
  /** Agents that are asked otherwise, by id; the empty text is one that was picked and not changed yet. */
  prompts: Readonly<Record<string, string>>
}

export type EditFork = <K extends keyof ForkForm>(field: K, value: ForkForm[K]) => void
export type ReadFork = { ok: true; body: ForkInput } | { ok: false; errors: FieldError[] }

/** The dialog as it opens: everything as in the origin. */
export function forkForm(run: RunHeader, input: RunInput, agentId: string | null): ForkForm {
  const { nanoUsd, agents } = run.limits
  return {
    title: '',
    script: input.script,
    args: input.args === null ? '' : JSON.stringify(input.args, null, 2),
    model: run.model,
    effort: run.effort ?? '',
    speed: run.speed,
    delivery: run.delivery,
    usd: nanoUsd === null ? '' : String(nanoUsd / 1e9),
    agents: String(agents),
    concurrency: run.concurrency === null ? '' : String(run.concurrency),
    refreshWorkspace: false,
    prompts: agentId === null ? {} : { [agentId]: '' },
  }
}

/** Only what is different from the origin, or every field that cannot be sent. */
export function readFork(form: ForkForm, origin: ForkForm): ReadFork {
  const errors: FieldError[] = []
  const isChanged = (field: keyof ForkForm) => form[field] !== origin[field]
  const whole = (field: 'agents' | 'concurrency', text: string) => {
    const value = Number(text.replaceAll(',', ''))
    if (Number.isInteger(value) && value > 0) return value
    errors.push({ field, message: 'Enter a whole number, 1 or more.' })
    return undefined
  }
  const body: ForkInput = {}
  if (isChanged('script')) {
    if (form.script.trim() === '') errors.push({ field: 'script', message: 'A fork needs a script.' })
    body.script = form.script
  }
  if (isChanged('args')) {
    const args = readArgs(form.args)
    if (args.kind === 'error') errors.push(args.error)
    body.args = args.kind === 'value' ? args.value : null
  }
  if (isChanged('model')) body.model = form.model
  const effort = effortSchema.safeParse(form.effort)
  if (isChanged('effort') && effort.success) body.effort = effort.data
  if (isChanged('speed')) body.speed = form.speed
  if (isChanged('delivery')) body.delivery = form.delivery
  const limits: LimitsInput = {}
  if (isChanged('usd')) {
    const usd = form.usd.trim() === '' ? null : parseUsd(form.usd)
    if (usd === undefined || usd === 0)
      errors.push({ field: 'usd', message: 'Enter dollars above 0, such as 5.' })
    else limits.usd = usd
  }
  if (isChanged('agents')) {
    const agents = whole('agents', form.agents)
    if (agents !== undefined) limits.agents = agents
  }
  if (Object.keys(limits).length > 0) body.limits = limits
  if (isChanged('concurrency')) {
    const concurrency = form.concurrency.trim() === '' ? null : whole('concurrency', form.concurrency)
    if (concurrency !== undefined) body.concurrency = concurrency
  }
  if (form.title.trim() !== '') body.title = form.title.trim()
  if (form.refreshWorkspace) body.refreshWorkspace = true
  const agents = Object.entries(form.prompts)
    .filter(([, prompt]) => prompt !== '')
    .map(([agentId, prompt]) => ({ agentId, prompt }))
  if (agents.length > 0) body.agents = agents
  return errors.length > 0 ? { ok: false, errors } : { ok: true, body }
}

/** `375 of 412 calls worth $9.80`: what a fork does not buy again. */
export function reusedWords({ reused, toRun }: ForkPreview): string {
  return `reuses ${reused.calls} of ${plural(reused.calls + toRun.calls, 'call')} worth ${formatUsd(reused.costNanoUsd)}`
}

/** `37 to run, about $1.40`: what it buys. */
export function toRunWords({ toRun, isWhole }: ForkPreview): string {
  const cost = toRun.costNanoUsd
  const price = cost === null ? 'at an unknown price' : `about ${formatUsd(cost.likely)}`
  return `${toRun.calls}${isWhole ? '' : ' or more'} to run${toRun.calls === 0 ? '' : `, ${price}`}`
}

/** The price of trying again, as the button says it. */
export function retryWords({ reused, toRun }: ForkPreview): string {
  const cost = toRun.costNanoUsd
  const price = cost === null ? 'price unknown' : `about ${formatUsd(cost.likely)}`
  return `${plural(toRun.calls, 'agent')}, ${price}, reuses ${formatUsd(reused.costNanoUsd)}`
}

/** Low to high, for the small print. */
export function rangeWords({ toRun }: ForkPreview): string | null {
  return toRun.costNanoUsd === null || toRun.calls === 0 ? null : formatUsdRange(toRun.costNanoUsd)
}
