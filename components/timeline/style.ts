import type { Activity } from '@/lib/view/timeline/timeline-history'

/** How a stretch is drawn: colour token, height and pattern, so nothing is shown by colour alone. */
export type SegmentStyle = {
  token: string
  height: number
  pattern: 'solid' | 'outline' | 'hatch' | 'dots' | 'line'
}

export const segmentStyles: Readonly<Record<Activity, SegmentStyle>> = {
  queued: { token: 'queued', height: 0.4, pattern: 'outline' },
  slot: { token: 'waiting', height: 0.4, pattern: 'outline' },
  'rate-limit': { token: 'waiting', height: 0.7, pattern: 'hatch' },
  'back-off': { token: 'failed', height: 0.5, pattern: 'hatch' },
  budget: { token: 'waiting', height: 0.5, pattern: 'solid' },
  'cache-warm-up': { token: 'waiting', height: 0.5, pattern: 'dots' },
  paused: { token: 'cancelled', height: 0.5, pattern: 'dots' },
  approval: { token: 'cancelled', height: 0.5, pattern: 'dots' },
  permission: { token: 'waiting', height: 0.7, pattern: 'dots' },
  agents: { token: 'reused', height: 0.4, pattern: 'dots' },
  batch: { token: 'running', height: 0.5, pattern: 'hatch' },
  streaming: { token: 'running', height: 0.8, pattern: 'solid' },
  stalled: { token: 'stalled', height: 0.8, pattern: 'hatch' },
  tools: { token: 'flagged', height: 0.5, pattern: 'solid' },
  between: { token: 'control', height: 0.12, pattern: 'line' },
}

export type TimelinePalette = Readonly<Record<string, string>>

const tokens = [
  ...new Set(Object.values(segmentStyles).map(({ token }) => token)),
  'succeeded',
  'skipped',
  'surface',
  'sunken',
  'hover',
  'line',
  'line-strong',
  'ink',
  'ink-2',
  'ink-3',
  'accent',
  'accent-soft',
]

/** Colour tokens as a canvas understands them, read off a probe since they are `light-dark(…)`. */
export function readTimelinePalette(host: HTMLElement): TimelinePalette {
  const probe = document.createElement('span')
  host.append(probe)
  const colours: Record<string, string> = {}
  for (const token of tokens) {
    probe.style.color = `var(--color-${token})`
    colours[token] = getComputedStyle(probe).color
  }
  colours.font = getComputedStyle(host).fontFamily
  probe.remove()
  return colours
}
