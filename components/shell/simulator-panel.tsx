import { CopyButton } from '@/components/ui/actions/copy-button'
import { PageLink } from '@/components/ui/page-link'
import { pages } from '@/lib/client/http/pages'

const command = 'ANTHROPIC_API_KEY=sk-ant-… npm start'

/** What the simulator is, and how to use a model in its place. */
export function SimulatorPanel({ detail }: { detail: string | null }) {
  return (
    <>
      <p className="font-medium">You are on the built-in simulator</p>
      <p className="text-ink-2">
        It speaks the API of Anthropic on this machine: agents, tokens, limits and prices behave like real
        ones, and their answers are made up. Nothing is sent anywhere and nothing is spent.
      </p>
      <p className="text-ink-2">To use models, stop Skein and start it with a key:</p>
      <div className="flex items-center gap-1 rounded-md bg-sunken px-2 py-1">
        <code className="min-w-0 flex-1 break-all font-mono text-xs">{command}</code>
        <CopyButton text={command} label="Copy the command" />
      </div>
      <PageLink href={pages.doc('simulator')} className="text-accent underline underline-offset-2">
        What the simulator does, and how to use a key
      </PageLink>
      {detail != null && <p className="text-xs text-ink-3">{detail}</p>}
    </>
  )
}
