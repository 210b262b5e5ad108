import { CopyButton } from '@/components/ui/actions/copy-button'

/** A secret that was made just now and is never shown again. */
export function ShownOnce({ label, text }: { label: string; text: string }) {
  return (
    <div role="status" className="flex flex-wrap items-center gap-2 rounded-md border p-3 text-sm">
      <p className="w-full text-xs text-ink-2">{label} It is not shown again.</p>
      <code className="min-w-0 flex-1 break-all font-mono text-xs">{text}</code>
      <CopyButton text={text} label={`Copy: ${label}`} />
    </div>
  )
}
