import { formatCount, percent } from '@/lib/view/format/numbers'

type Props = { used: number; reserved: number; cap: number | null; unit: 'tokens' | 'agents' }

/**
 * A day's tokens or agents so far, and what turns in flight may still use. Every figure is also given in
 * words.
 */
export function CountUsage({ used, reserved, cap, unit }: Props) {
  const share = (part: number) => (cap === null ? 0 : Math.min(100, (part / cap) * 100))
  return (
    <div className="num flex flex-col gap-1.5">
      <p className="text-lg font-semibold">
        {formatCount(used)}
        <span className="font-normal text-ink-3">
          {cap === null ? ' no cap' : ` of ${formatCount(cap)}, ${percent(used, cap)}%`}
        </span>
      </p>
      {cap !== null && (
        <div
          role="img"
          aria-label={`Today: ${formatCount(used)} of ${formatCount(cap)} ${unit} used`}
          className="flex h-1.5 w-full overflow-hidden rounded-full bg-hover"
        >
          <div className="bg-ink" style={{ width: `${share(used)}%` }} />
          <div className="bg-control opacity-60" style={{ width: `${share(reserved)}%` }} />
        </div>
      )}
      <p className="text-xs text-ink-3">
        {unit === 'tokens'
          ? `${formatCount(reserved)} reserved; all token kinds, interrupted turns included`
          : 'created today; reused answers do not count'}
      </p>
    </div>
  )
}
