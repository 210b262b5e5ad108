import type { z } from 'zod'
import type { alertsSchema } from '@/lib/api/alerts'
import type { Actor } from '@/lib/core/base/actor'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'

/** Alerts listed, dismissed ones included. */
const LISTED = 200

export async function listAlerts(app: App): Promise<z.infer<typeof alertsSchema>> {
  return { alerts: await app.store.money.listAlerts({ isOpen: false, limit: LISTED }) }
}

/** Somebody has seen an alert; it leaves the overview of everybody. */
export async function dismissAlert(
  app: App,
  id: string,
  actor: Actor,
): Promise<z.infer<typeof alertsSchema>> {
  if (!(await app.alerts.dismiss(id, actor)))
    throw new Refusal('not-found', 'Alert not found, or already dismissed.')
  return listAlerts(app)
}
