import { screen } from '@testing-library/react'
import type { ReactNode } from 'react'
import { RunProvider } from '@/lib/client/run/run-context'
import type { RunStore } from '@/lib/client/run/run-store'
import { useRunView } from '@/lib/client/run/use-run'
import type { RunEvent } from '@/lib/core/run/events'
import { type RunState, toSnapshot } from '@/lib/core/run/state'
import { at } from '@/lib/view/testing'
import { type PageOptions, renderPage } from './render-page'

/**
 * Draws a part of a run's page over a state, as if it had come from the server, and waits until it is there.
 * `tell` adds events as the stream would; `rejoined` counts how often the page has asked to connect again.
 */
export async function renderRun(ui: ReactNode, state: RunState, options: PageOptions = {}) {
  let held: RunStore | null = null
  let seq = state.seq
  let rejoined = 0
  const connect = (_: string, store: RunStore) => {
    held = store
    store.hydrate(toSnapshot(state))
    store.connect({ status: state.run.endedAt === null ? 'live' : 'ended' })
    const nothing = () => {}
    const rejoin = () => {
      rejoined += 1
    }
    return { close: nothing, watch: nothing, restart: nothing, rewatch: nothing, rejoin }
  }
  const page = renderPage(
    <RunProvider id={state.run.id} connect={connect}>
      {ui}
      <Arrival />
    </RunProvider>,
    options,
  )
  await screen.findByTestId('arrived')
  return {
    ...page,
    rejoined: () => rejoined,
    tell: (...events: RunEvent[]) =>
      held?.receiveEvents({
        events: events.map((event) => {
          seq += 1
          return { runId: state.run.id, seq, at: at(seq), event }
        }),
      }),
  }
}

/** Nothing to see: tells the test that the run has arrived at the page. */
function Arrival() {
  return useRunView((view) => view.isWhole) ? <i hidden data-testid="arrived" /> : null
}
