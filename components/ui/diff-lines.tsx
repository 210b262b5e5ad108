import { cx } from './class-names'

type Line = { kind: 'same' | 'added' | 'removed'; from: number | null; to: number | null; text: string }

const signs: Record<Line['kind'], string> = { same: ' ', added: '+', removed: '−' }
const words: Record<Line['kind'], string> = { same: '', added: 'added: ', removed: 'removed: ' }
const fills: Record<Line['kind'], string> = { same: '', added: 'bg-added', removed: 'bg-removed' }

/** Lines of a comparison, wrapped: prose has no columns to keep. */
export function DiffLines({ lines }: { lines: readonly Line[] }) {
  return (
    <div className="panel overflow-hidden font-mono text-xs leading-5">
      {lines.map((line) => (
        <p key={`${line.from}.${line.to}`} className={cx('flex gap-2 px-2', fills[line.kind])}>
          <span aria-hidden="true" className="select-none text-ink-2">
            {signs[line.kind]}
          </span>
          <span className="min-w-0 whitespace-pre-wrap break-words">
            <span className="sr-only">{words[line.kind]}</span>
            {line.text}
          </span>
        </p>
      ))}
    </div>
  )
}
