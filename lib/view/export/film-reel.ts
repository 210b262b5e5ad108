/** How long a film plays, and how long its last picture stays, in seconds. */
const PLAYS_S = 13
const STAYS_S = 3

/** What is so from one picture of a film up to another, which it does not hold any more. */
export type Span<T> = { value: T; from: number; until: number }

/** The stretches of a film in which a value stays the same; pictures where it is null are in none. */
export function spansOf<F, T>(frames: readonly F[], read: (frame: F) => T | null): Span<T>[] {
  const spans: Span<T>[] = []
  let last: Span<T> | null = null
  for (const [at, frame] of frames.entries()) {
    const value = read(frame)
    if (last !== null && last.value === value) last.until = at + 1
    else if (value === null) last = null
    else {
      last = { value, from: at, until: at + 1 }
      spans.push(last)
    }
  }
  return spans
}

/** What makes parts of a picture come and go. */
export type Reel = {
  /** A part that is seen in these pictures alone. */
  show: (span: Pick<Span<unknown>, 'from' | 'until'>, content: string) => string
  /** How many parts come or go. */
  parts: () => number
  /** The style by which they do; of all parts that were shown so far. `reel-bar` is a bar that fills meanwhile. */
  style: () => string
}

/**
 * Parts of an SVG that are seen in some pictures of a film of so many. Whatever plays no animations, and
 * whoever wants none, sees the last picture.
 */
export function createReel(frames: number): Reel {
  const used = new Map<string, { from: number; until: number }>()
  let parts = 0
  return {
    parts: () => parts,
    show: ({ from, until }, content) => {
      if (from === 0 && until === frames) return content
      const name = `f${from}-${until}`
      used.set(name, { from, until })
      parts += 1
      return `<g class="k ${name}${until === frames ? ' z' : ''}">${content}</g>`
    },
    style: () => {
      const total = PLAYS_S + STAYS_S
      const percent = (frame: number) =>
        `${Math.round((frame / Math.max(1, frames - 1)) * (PLAYS_S / total) * 10_000) / 100}%`
      const rules = [...used].map(([name, { from, until }]) => {
        const start = from === 0 ? '' : '0%{visibility:hidden}'
        const end = until === frames ? '' : `${percent(until)}{visibility:hidden}`
        return `.${name}{animation-name:${name}}@keyframes ${name}{${start}${percent(from)}{visibility:visible}${end}}`
      })
      return [
        `.k{visibility:hidden;animation:${total}s step-end infinite}.z{visibility:visible}`,
        ...rules,
        `.reel-bar{transform-box:fill-box;transform-origin:0 0;animation:reel-bar ${total}s linear infinite}`,
        `@keyframes reel-bar{0%{transform:scaleX(0)}${percent(frames - 1)}{transform:none}100%{transform:none}}`,
        '@media(prefers-reduced-motion:reduce){.k,.reel-bar{animation:none}}',
      ].join('')
    },
  }
}
