import { type DisplayStatus, displayStatuses } from '@/lib/view/agent/status-display'

export type Palette = Readonly<Record<DisplayStatus, string>> & {
  surface: string
  ink: string
  accent: string
}

/**
 * The colour tokens as a canvas understands them. Tokens are `light-dark(…)`, which only a computed `color`
 * resolves, so each is read off a probe.
 */
export function readPalette(host: HTMLElement): Palette {
  const probe = document.createElement('span')
  host.append(probe)
  const read = (token: string) => {
    probe.style.color = `var(--color-${token})`
    return getComputedStyle(probe).color
  }
  const states: Record<string, string> = {}
  for (const displayStatus of displayStatuses) states[displayStatus] = read(displayStatus)
  const palette = { ...states, surface: read('surface'), ink: read('ink'), accent: read('accent') }
  probe.remove()
  return paletteOf(palette)
}

/** Every status was just written above; the type system cannot see a loop fill a record. */
function paletteOf(colours: Record<string, string>): Palette {
  return colours as Palette
}
