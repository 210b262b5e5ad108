import Link from 'next/link'
import { StateMark } from '@/components/ui/state-mark'
import type { WallFrame } from '@/lib/api/stream'
import { pages } from '@/lib/client/paths'

const acts = { approval: 'Review and approve', paused: 'Decide', checkpoint: 'Answer' } as const

/** Runs that go no further until somebody decides. */
export function NeedsPerson({ items }: { items: WallFrame['needsPerson'] }) {
  return (
    <section aria-labelledby="needs-title" className="panel border-waiting/60">
      <h2 id="needs-title" className="border-b px-4 py-2 text-sm font-semibold">
        Needs you <span className="num font-normal text-ink-3">{items.length}</span>
      </h2>
      <ul>
        {items.map((item) => (
          <li key={`${item.runId}.${item.kind}.${item.checkpointId ?? ''}`} className="border-b last:border-0">
            <Link
              href={pages.run(item.runId)}
              className="flex flex-wrap items-center gap-x-3 gap-y-0.5 px-4 py-2.5 text-sm transition-colors hover:bg-hover"
            >
              <StateMark mark={item.kind === 'approval' ? 'queued' : 'paused'} />
              <span className="font-medium">{item.title}</span>
              <span className="min-w-0 flex-1 text-ink-2 max-sm:order-last max-sm:basis-full">{item.detail}</span>
              <span className="text-accent max-sm:ml-auto">{acts[item.kind]} →</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
