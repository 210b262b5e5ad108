'use client'

import { CostsTabs } from '@/components/costs/costs-tabs'
import { Arriving, useFirstAnswers } from '@/components/ui/arriving'
import { ErrorNote } from '@/components/ui/messages'
import { Loading } from '@/components/ui/states/loading'
import { problemOf } from '@/lib/client/http/api'
import { useBudgets } from '@/lib/client/queries/money-queries'
import { AlertList } from './alert-list'
import { BudgetList } from './budget-list'
import { BudgetUsage } from './budget-usage'
import { CapCard } from './cap-card'
import { CountUsage } from './count-usage'
import { WebhookPanel } from './webhook-panel'

/** What may be spent, what has been, and who hears of it. */
export function BudgetsScreen() {
  const { data, error } = useBudgets()
  const areThere = useFirstAnswers()
  return (
    <div className="mx-auto flex w-full max-w-[1240px] flex-col gap-5 px-4 py-5 sm:px-6">
      <div>
        <h1 className="text-xl font-semibold tracking-tight">Budgets</h1>
        <p className="text-sm text-ink-2">
          Caps are checked before a turn is sent or an agent is created, so they are never exceeded. Days and
          months are UTC.
        </p>
      </div>
      <CostsTabs />
      <Arriving isThere={areThere} label="Loading…" className="flex flex-col gap-5">
        {data?.isSimulator === true && (
          <p className="text-sm text-ink-2">
            They apply to real money. Simulator runs do not count; their run and phase caps still apply.
          </p>
        )}
        {error !== null && <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />}
        {data === undefined && error === null && <Loading label="Loading…" />}
        {data !== undefined && (
          <>
            <div className="grid gap-4 md:grid-cols-3">
              <CapCard title="Daily spend cap" field="dayCapUsd" cap={data.day.capNanoUsd} isOptional>
                <BudgetUsage {...data.day} label={`Today, ${data.day.now}`} />
              </CapCard>
              <CapCard title="Tokens per day" field="dayCapTokens" cap={data.tokensToday.cap} isOptional>
                <CountUsage {...data.tokensToday} unit="tokens" />
              </CapCard>
              <CapCard title="Agents per day" field="dayCapAgents" cap={data.agentsToday.cap} isOptional>
                <CountUsage {...data.agentsToday} unit="agents" />
              </CapCard>
              <CapCard title="Monthly spend cap" field="monthCapUsd" cap={data.month.capNanoUsd} isOptional>
                <BudgetUsage {...data.month} label={`This month, ${data.month.now}`} />
              </CapCard>
              <CapCard
                title="Default cap per run"
                field="runCapUsd"
                cap={data.runCapNanoUsd}
                isOptional={false}
              >
                <p className="text-sm text-ink-2">
                  Each launch starts with this cap and can change it. At a cap a run pauses; raise the cap to
                  continue.
                </p>
              </CapCard>
            </div>
            <AlertList />
            <BudgetList budgets={data.budgets} />
          </>
        )}
        <WebhookPanel />
      </Arriving>
    </div>
  )
}
