import { AlertRow } from '@/components/alerts/alert-row'
import type { ShownAlert } from '@/lib/api/first/shown-alert'

/** Warnings about money that nobody has dismissed. */
export function OverviewAlerts({ alerts }: { alerts: readonly ShownAlert[] }) {
  return (
    <section aria-labelledby="alerts-title" className="panel">
      <h2 id="alerts-title" className="border-b px-4 py-2 text-sm font-semibold">
        Alerts <span className="num font-normal text-ink-3">{alerts.length}</span>
      </h2>
      <ul>
        {alerts.map((shown) => (
          <AlertRow key={shown.id} shown={shown} />
        ))}
      </ul>
    </section>
  )
}
