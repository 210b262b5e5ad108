/** What is said while a part of a page is on its way. */
export function Loading({ label }: { label: string }) {
  return (
    <p role="status" className="px-4 py-10 text-center text-sm text-ink-3">
      {label}
    </p>
  )
}
