'use client'

import { CostsTabs } from '@/components/costs/costs-tabs'
import { ErrorNote, Loading } from '@/components/ui/messages'
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
  return (
    <div className="mx-auto flex w-full max-w-[1240px] flex-col gap-5 px-4 py-5 sm:px-6">
      <div>
        <h1 className="text-xl font-semibold tracking-tight">Budgets</h1>
        <p className="text-sm text-ink-2">
          A cap is checked before a turn leaves or an agent is made, so it is never passed. Days and months are UTC.
          {data?.isSimulator === true &&
            ' They are of real money: runs on the simulator count against none of them. Caps of a run and of its phases do work there.'}
        </p>
      </div>
      <CostsTabs />
      {error !== null && <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />}
      {data === undefined && error === null && <Loading label="Adding up…" />}
      {data !== undefined && (
        <>
          <div className="grid gap-4 md:grid-cols-3">
            <CapCard title="A day, over all runs" field="dayCapUsd" cap={data.day.capNanoUsd} isOptional>
              <BudgetUsage {...data.day} label={`Today, ${data.day.now}`} />
            </CapCard>
            <CapCard title="Tokens of a day, over all runs" field="dayCapTokens" cap={data.tokensToday.cap} isOptional>
              <CountUsage {...data.tokensToday} unit="tokens" />
            </CapCard>
            <CapCard title="Agents of a day, over all runs" field="dayCapAgents" cap={data.agentsToday.cap} isOptional>
              <CountUsage {...data.agentsToday} unit="agents" />
            </CapCard>
            <CapCard title="A month, over all runs" field="monthCapUsd" cap={data.month.capNanoUsd} isOptional>
              <BudgetUsage {...data.month} label={`This month, ${data.month.now}`} />
            </CapCard>
            <CapCard
              title="A run, unless its launch says otherwise"
              field="runCapUsd"
              cap={data.runCapNanoUsd}
              isOptional={false}
            >
              <p className="text-sm text-ink-2">
                Every launch begins with this cap and can set another. At a cap a run pauses with what it has, and can
                be raised and go on.
              </p>
            </CapCard>
          </div>
          <AlertList />
          <BudgetList budgets={data.budgets} />
        </>
      )}
      <WebhookPanel />
    </div>
  )
}
