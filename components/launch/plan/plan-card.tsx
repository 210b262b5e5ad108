import { Rocket } from 'lucide-react'
import { ScheduleButton } from '@/components/schedules/schedule-button'
import { TriggerButton } from '@/components/triggers/trigger-button'
import { Button } from '@/components/ui/actions/button'
import { CopyButton } from '@/components/ui/actions/copy-button'
import { ErrorNote, Skeleton } from '@/components/ui/messages'
import { addressOf } from '@/lib/api/endpoints/endpoint'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import type { Plan } from '@/lib/api/plan'
import type { LaunchInput, LimitsInput } from '@/lib/api/runs'
import { MoneyProvider, useMoney } from '@/lib/client/hooks/money-context'
import type { DryRunFaults } from '@/lib/core/spec/run'
import { asCurl } from '@/lib/view/format/curl'
import { formatCap } from '@/lib/view/format/money'
import type { DeliveryChoice } from '@/lib/view/launch/delivery-choice'
import { type FieldError, placeOf } from '@/lib/view/launch/field-errors'
import { fieldLabels } from '@/lib/view/launch/launch-form'
import { capLine, launchLine, planFirstWords } from '@/lib/view/plan/plan-view'
import { DryRunButton } from './dry-run-button'
import { GoalSteps } from './goal-steps'
import { PlanDeliveries } from './plan-deliveries'
import { PlanGraph } from './plan-graph'
import { PlanNumbers } from './plan-numbers'
import { PlanPhases } from './plan-phases'
import { QuotaNotes } from './quota-notes'

/** Enough to see whether the answers are what one wants. */
const TRIED_ITEMS = 3

type Props = {
  plan: Plan | undefined
  limits: LimitsInput | undefined
  isLoading: boolean
  errors: readonly FieldError[]
  /** Whether the button answers: also where something is missing that nobody was told of yet. */
  canPress: boolean
  /** Whether it could be sent. */
  isReady: boolean
  isLaunching: boolean
  /** The name of what the launch is saved in, in place of being launched; null for a launch. */
  saves: string | null
  isAsking: boolean
  onLimit: 'pause' | 'end'
  /** Sets the cap in dollars. */
  onRaise: (usd: number) => void
  /** How a goal is led; null for a script, whose agents can be estimated. */
  goal: 'plan' | 'live' | null
  isCounting: boolean
  delivery: DeliveryChoice
  onDelivery: (delivery: DeliveryChoice) => void
  /** Counts agents on the simulator, and prompts there or at the provider; null for what cannot run there. */
  onCount: ((byProvider: boolean) => void) | null
  /**
   * Launches it with only the first items of every fan-out; null for a goal, whose fan-outs are not known.
   */
  onTry: ((items: number) => void) | null
  /** What would be sent; null while the form cannot be read. */
  body: LaunchInput | null
  /** Launches it as a dry run; null for what cannot be dry-run. */
  onDryRun: ((faults: Partial<DryRunFaults>) => void) | null
}

/** What would run, before anything is paid, in the money it would cost. */
export function PlanCard(props: Props) {
  return (
    <MoneyProvider simulated={props.plan?.simulated === true}>
      <Card {...props} />
    </MoneyProvider>
  )
}

/** The plan, and the button that says what pressing it commits to. */
function Card({
  plan,
  limits,
  isLoading,
  errors,
  canPress,
  isReady,
  isLaunching,
  saves,
  isAsking,
  onLimit,
  onRaise,
  goal,
  isCounting,
  delivery,
  onDelivery,
  onCount,
  onDryRun,
  onTry,
  body,
}: Props) {
  const money = useMoney()
  const isDisabled = !isReady || isLaunching
  return (
    <aside
      aria-label="Plan"
      className="panel sticky top-16 flex max-h-[calc(100dvh-7rem)] flex-col max-lg:static max-lg:max-h-none"
    >
      <div className="flex items-center justify-between border-b px-4 py-2.5">
        <h2 className="text-sm font-semibold">Plan</h2>
        <span role="status" className="text-xs text-ink-3">
          {progressWords(isLoading, plan)}
        </span>
      </div>
      <div
        aria-busy={isLoading}
        className={`flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto p-4 ${isLoading && plan ? 'updating' : ''}`}
      >
        {errors.length > 0 && <Errors errors={errors} />}
        {errors.length === 0 && plan === undefined && <Waiting isLoading={isLoading} />}
        {errors.length === 0 && plan !== undefined && (
          <PlanSteps
            plan={plan}
            goal={goal}
            isCounting={isCounting}
            delivery={delivery}
            onDelivery={onDelivery}
            onCount={onCount}
          />
        )}
      </div>
      {body !== null && saves === null && (
        <LaunchExtras body={body} name={plan?.name ?? ''} isDisabled={isDisabled} onTry={onTry} />
      )}
      <div className="flex flex-col gap-2 border-t px-4 py-3 max-lg:fixed max-lg:inset-x-0 max-lg:bottom-0 max-lg:z-30 max-lg:border-line-strong max-lg:bg-raised max-lg:shadow-pop">
        <div className="flex gap-2">
          <Button
            type="submit"
            variant="primary"
            size="lg"
            disabled={!canPress || isLaunching}
            title="⌘ Enter or Ctrl Enter"
            className="min-w-0 flex-1"
          >
            {saves === null && <Rocket aria-hidden="true" className="size-4 shrink-0" />}
            {saves === null
              ? money(launchWords({ isLaunching, isAsking, goal, plan: isReady ? plan : undefined }))
              : savingWords(saves, isLaunching)}
          </Button>
          {onDryRun !== null && <DryRunButton isDisabled={isDisabled} onDryRun={onDryRun} />}
        </div>
        <LaunchNote
          plan={isReady ? plan : undefined}
          limits={limits}
          onLimit={onLimit}
          goal={goal}
          onRaise={onRaise}
        />
        {plan?.simulated !== true && <QuotaNotes plan={isReady ? plan : undefined} />}
      </div>
    </aside>
  )
}

type StepsProps = Pick<Props, 'goal' | 'isCounting' | 'delivery' | 'onDelivery' | 'onCount'> & { plan: Plan }

/** What would happen, from its outline to its numbers. */
function PlanSteps({ plan, goal, ...deliveries }: StepsProps) {
  return (
    <>
      <div>
        <p className="text-base font-semibold">{plan.name}</p>
        <p className="mt-0.5 line-clamp-3 text-xs text-ink-2">{plan.description}</p>
      </div>
      {goal !== null && <GoalSteps mode={goal} />}
      <PlanNumbers plan={plan} />
      <PlanGraph plan={plan} />
      <PlanPhases plan={plan} />
      {goal === null && <PlanDeliveries plan={plan} {...deliveries} />}
      {plan.notes.length > 0 && (
        <ul className="flex list-disc flex-col gap-1 pl-4 text-xs text-ink-2">
          {plan.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </>
  )
}

type LaunchExtrasProps = { body: LaunchInput; name: string; isDisabled: boolean; onTry: Props['onTry'] }

/** Launching a part of it, again and again, whenever a webhook comes, and from a terminal. */
function LaunchExtras({ body, name, isDisabled, onTry }: LaunchExtrasProps) {
  return (
    <div className="flex flex-wrap items-center gap-1 border-t px-3 py-1.5">
      {onTry !== null && (
        <Button
          variant="quiet"
          size="sm"
          disabled={isDisabled}
          title={`Runs the first ${TRIED_ITEMS} items of every parallel() and pipeline(). Fork it to run the rest; these answers are reused.`}
          onClick={() => onTry(TRIED_ITEMS)}
        >
          Try {TRIED_ITEMS} items first
        </Button>
      )}
      <ScheduleButton key={`schedule ${name}`} body={body} name={name} isDisabled={isDisabled} />
      <TriggerButton key={`trigger ${name}`} body={body} name={name} isDisabled={isDisabled} />
      <CopyButton
        text={() => asCurl(`${location.origin}${addressOf(runApi.launchRun, {})}`, body)}
        label="Copy as curl"
        word="Copy as curl"
      />
    </div>
  )
}

function progressWords(isLoading: boolean, plan: Plan | undefined): string {
  if (isLoading) return 'Estimating…'
  return plan?.simulated ? 'Simulator: free' : ''
}

type LaunchState = Pick<Props, 'isLaunching' | 'isAsking' | 'goal' | 'plan'>

function launchWords({ isLaunching, isAsking, goal, plan }: LaunchState): string {
  if (isLaunching) return 'Launching…'
  if (isAsking) return 'Draft for approval'
  return goal === 'plan' ? planFirstWords(plan) : 'Launch'
}

function savingWords(name: string, isSaving: boolean): string {
  return isSaving ? 'Saving…' : `Save to ${name}`
}

type NoteProps = Pick<Props, 'plan' | 'limits' | 'onLimit' | 'goal' | 'onRaise'>

/** One line under the button: what it is likely to come to and where it stops, and a higher cap where that is too low. */
function LaunchNote({ plan, limits, onLimit, goal, onRaise }: NoteProps) {
  const money = useMoney()
  const cap = money(capLine(limits?.usd, onLimit))
  if (limits === undefined) return null
  if (plan === undefined) return <Line>{cap}</Line>
  const line = launchLine(plan, onLimit)
  const { raiseToUsd } = line
  const text = goal === 'plan' ? `You decide before anything else runs · ${cap}` : line.text
  if (raiseToUsd === null) return <Line>{money(text)}</Line>
  return (
    <p
      role="status"
      className="num flex flex-wrap items-baseline justify-center gap-x-2 text-xs text-waiting"
    >
      <span>
        {money(text)} <span className="sr-only">The likely cost is over the cap.</span>
      </span>
      <button
        type="button"
        className="font-medium text-accent hover:underline"
        onClick={() => onRaise(raiseToUsd)}
      >
        raise to {money(formatCap(raiseToUsd * 1e9))}
      </button>
    </p>
  )
}

function Line({ children }: { children: string }) {
  return <p className="num text-center text-xs text-ink-2">{children}</p>
}

function Errors({ errors }: { errors: readonly FieldError[] }) {
  return (
    <ul className="flex flex-col gap-2">
      {errors.map((error) => {
        const place = placeOf(error)
        const where = [error.field === null ? null : fieldLabels[error.field], place]
          .filter(Boolean)
          .join(', ')
        return (
          <li key={`${error.field}.${error.message}`}>
            <ErrorNote title={where === '' ? 'Cannot launch' : where} detail={error.message} />
          </li>
        )
      })}
    </ul>
  )
}

function Waiting({ isLoading }: { isLoading: boolean }) {
  if (!isLoading) return <p className="text-sm text-ink-2">Choose what to run. Its plan appears here.</p>
  return (
    <>
      <Skeleton className="h-5 w-40" />
      <Skeleton className="h-24" />
      <Skeleton className="h-16" />
    </>
  )
}
