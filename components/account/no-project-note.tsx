import { PageLink } from '@/components/ui/page-link'
import { pages } from '@/lib/client/http/pages'

/** What somebody is told who has signed in and may see nothing yet. */
export function NoProject({ name }: { name: string }) {
  return (
    <section className="mx-auto flex w-full max-w-xl flex-col gap-3 px-4 py-16 text-center">
      <h1 className="text-xl font-semibold tracking-tight">You are in no project</h1>
      <p className="text-sm text-ink-2">
        You have signed in as {name}, and there is nothing here that you may see yet. An admin adds you to a
        project under Settings, Projects; then load this page again.
      </p>
      <p className="text-sm">
        <PageLink href={pages.account} className="underline">
          Your account
        </PageLink>
      </p>
    </section>
  )
}
