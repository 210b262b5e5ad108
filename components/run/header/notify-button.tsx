'use client'

import { Bell, BellRing } from 'lucide-react'
import { Button } from '@/components/ui/actions/button'
import { notify } from '@/lib/client/http/notices'
import { useWatchedRuns, watchRun } from '@/lib/client/notify/watched-runs'

/** Asks the browser to tell when this run ends, asks, pauses or has its first failure. */
export function NotifyButton({ runId }: { runId: string }) {
  const isOn = useWatchedRuns().has(runId)
  const toggle = async () => {
    if (isOn) return watchRun(runId, false)
    if (!('Notification' in window)) return notify('This browser has no notifications.', { isError: true })
    const permission =
      Notification.permission === 'default' ? await Notification.requestPermission() : Notification.permission
    if (permission !== 'granted')
      return notify('The browser blocks notifications of this page. Allow them in its site settings.', {
        isError: true,
      })
    watchRun(runId, true)
    notify('You will be told when this run ends, asks, pauses or has its first failure.')
  }
  return (
    <Button
      aria-pressed={isOn}
      aria-label="Notify me"
      title={isOn ? 'Stop notifying me of this run' : 'Notify me when this run ends, asks, pauses or fails'}
      onClick={() => void toggle()}
    >
      {isOn ? (
        <BellRing aria-hidden="true" className="size-3.5 text-accent" />
      ) : (
        <Bell aria-hidden="true" className="size-3.5" />
      )}
    </Button>
  )
}
