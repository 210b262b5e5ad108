import type { ForkInput, ForkPreview } from '@/lib/api/fork'
import type { LimitsInput, RunInput } from '@/lib/api/runs'
import type { Json } from '@/lib/core/base/json'
import type { RunHeader } from '@/lib/core/run/state'
import { type Delivery, effortSchema, type Speed } from '@/lib/core/spec/run'
import { formatUsd, formatUsdRange, parseUsd } from '../format/money'
import { plural } from '../format/numbers'
import type { FieldError } from './field-errors'
import { present } from './phase-form'
import { type ReadArgs, readArgs } from './read-args'

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

type Refuse = (field: FieldError['field'], message: string) => undefined

/** Only what is different from the origin, or every field that cannot be sent. */
export function readFork(form: ForkForm, origin: ForkForm): ReadFork {
  const errors: FieldError[] = []
  const refuse: Refuse = (field, message) => {
    errors.push({ field, message })
    return undefined
  }
  /** A field as it is read, under its name; nothing where it is as in the origin. */
  const changed = <K extends keyof ForkForm, V>(
    field: K,
    read: () => V | undefined,
  ): Partial<Record<K, V>> => (form[field] === origin[field] ? {} : present(field, read()))
  const { script } = changed('script', () => form.script)
  if (script?.trim() === '') refuse('script', 'A fork needs a script.')
  const { args } = changed('args', () => readArgs(form.args))
  if (args?.kind === 'error') errors.push(args.error)
  const limits: LimitsInput = {
    ...changed('usd', () => readUsd(form.usd, refuse)),
    ...changed('agents', () => readWhole('agents', form.agents, refuse)),
  }
  const title = form.title.trim()
  const agents = changedPrompts(form)
  const body: ForkInput = {
    ...present('script', script),
    ...present('args', args === undefined ? undefined : sentArgs(args)),
    ...changed('model', () => form.model),
    ...changed('effort', () => effortSchema.safeParse(form.effort).data),
    ...changed('speed', () => form.speed),
    ...changed('delivery', () => form.delivery),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
    ...changed('concurrency', () => readConcurrency(form.concurrency, refuse)),
    ...(title === '' ? {} : { title }),
    ...(form.refreshWorkspace ? { refreshWorkspace: true } : {}),
    ...(agents.length === 0 ? {} : { agents }),
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, body }
}

/** Dollars above 0; null, which is no cap, for nothing typed. */
function readUsd(text: string, refuse: Refuse): number | null | undefined {
  if (text.trim() === '') return null
  return parseUsd(text) || refuse('usd', 'Enter dollars above 0, such as 5.')
}

function readWhole(field: 'agents' | 'concurrency', text: string, refuse: Refuse): number | undefined {
  const value = Number(text.replaceAll(',', ''))
  return Number.isInteger(value) && value > 0 ? value : refuse(field, 'Enter a whole number, 1 or more.')
}

/** Agents at once; null, which is as many as there are slots, for nothing typed. */
function readConcurrency(text: string, refuse: Refuse): number | null | undefined {
  return text.trim() === '' ? null : readWhole('concurrency', text, refuse)
}

function sentArgs(args: ReadArgs): Json {
  return args.kind === 'value' ? args.value : null
}

function changedPrompts({ prompts }: ForkForm): { agentId: string; prompt: string }[] {
  return Object.entries(prompts)
    .filter(([, prompt]) => prompt !== '')
    .map(([agentId, prompt]) => ({ agentId, prompt }))
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
export function retryWords({ reused, toRun, isWhole }: ForkPreview): string {
  const cost = toRun.costNanoUsd
  const price = cost === null ? 'price unknown' : `about ${formatUsd(cost.likely)}`
  return `${plural(toRun.calls, 'agent')}${isWhole ? '' : ' or more'}, ${price}, reuses ${formatUsd(reused.costNanoUsd)}`
}

/** Low to high, for the small print. */
export function rangeWords({ toRun }: ForkPreview): string | null {
  return toRun.costNanoUsd === null || toRun.calls === 0 ? null : formatUsdRange(toRun.costNanoUsd)
}
