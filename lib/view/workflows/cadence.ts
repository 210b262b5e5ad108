/** Cadences that are offered by name; anything else is written as five fields of cron. */
export const cadencePresets: readonly { label: string; cron: string }[] = [
  { label: 'Every hour', cron: '0 * * * *' },
  { label: 'Every day at 02:30', cron: '30 2 * * *' },
  { label: 'Every day at 09:00', cron: '0 9 * * *' },
  { label: 'Weekdays at 09:00', cron: '0 9 * * 1-5' },
  { label: 'Mondays at 09:00', cron: '0 9 * * 1' },
  { label: 'The first of the month at 09:00', cron: '0 9 1 * *' },
]

/** A cadence in words where it is one that has a name, and as it was written elsewhere. */
export function cadenceWords(cron: string): string {
  return cadencePresets.find((preset) => preset.cron === cron)?.label ?? cron
}

/**
 * A moment as the clocks of a time zone show it: `Tue 1 Dec, 02:30`. Put together here, since what stands
 * between the parts differs from one version of their names to the next.
 */
export function timeIn(iso: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  })
  const parts = new Map(format.formatToParts(new Date(iso)).map(({ type, value }) => [type, value]))
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? ''
  return `${part('weekday')} ${part('day')} ${part('month')}, ${part('hour')}:${part('minute')}`
}
