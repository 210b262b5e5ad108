import { FileText, GitBranch, Globe } from 'lucide-react'
import { useId } from 'react'
import { Button } from '@/components/ui/actions/button'
import { useDebounced } from '@/lib/client/hooks/use-debounced'
import { problemOf } from '@/lib/client/http/api'
import type { GoalSource, GoalSources as Sources } from '@/lib/client/queries/use-goal-sources'
import { plural } from '@/lib/view/format/numbers'
import { type AddressUse, addressesIn, type GoalAddress } from '@/lib/view/launch/goal-addresses'
import { SourceProblems } from './added-source'

const icons = { file: FileText, page: Globe, repository: GitBranch } as const
const words: Readonly<Record<AddressUse, string>> = {
  repository: 'Work on this repository',
  page: 'Read this page as a source',
}
/** An address is offered once nobody is typing it any more. */
const TYPING_MS = 400

/** Under the goal: what was given with it, and what its addresses may be meant as. Nothing is done unasked. */
export function GoalSources({ goal, sources }: { goal: string; sources: Sources }) {
  const { given, progress, error, problems } = sources
  const settled = useDebounced(goal, TYPING_MS)
  const isTaken = (address: string) => given.some(({ name }) => name === address)
  const offers = addressesIn(settled).filter(({ address }) => goal.includes(address) && !isTaken(address))
  return (
    <>
      <div role="status" className="flex min-w-0 flex-col gap-1 text-xs text-ink-2">
        {progress !== null && <p>{progress}</p>}
        {offers.length > 0 && (
          <p className="sr-only">
            {plural(offers.length, 'address', 'addresses')} in the goal can be used: see below it.
          </p>
        )}
        {given.length > 0 && <Given sources={sources} />}
        <SourceProblems problems={problems} />
      </div>
      {error !== null && (
        <p role="alert" className="text-xs text-failed">
          {problemOf(error).detail}
        </p>
      )}
      {given.length > 0 && (
        <Button
          size="sm"
          className="self-start"
          disabled={progress !== null}
          onClick={() => void sources.undo()}
        >
          Undo the last addition
        </Button>
      )}
      {offers.length > 0 && (
        <ul aria-label="Addresses in the goal" className="flex flex-col gap-1.5">
          {offers.map((offer) => (
            <Offer key={offer.address} offer={offer} isBusy={progress !== null} onUse={sources.add} />
          ))}
        </ul>
      )}
    </>
  )
}

type OfferProps = { offer: GoalAddress; isBusy: boolean; onUse: Sources['add'] }

function Offer({ offer: { address, uses }, isBusy, onUse }: OfferProps) {
  const id = useId()
  return (
    <li className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1.5 rounded-md border border-line px-2.5 py-1.5 text-xs">
      <bdi id={id} className="min-w-0 flex-1 basis-40 truncate font-mono" title={address}>
        {address}
      </bdi>
      {uses.map((kind) => (
        <Button
          key={kind}
          size="sm"
          aria-describedby={id}
          disabled={isBusy}
          onClick={() => void onUse([{ kind, name: address }])}
        >
          {words[kind]}
        </Button>
      ))}
    </li>
  )
}

/** What agents work on since it was given, and instead of what. */
function Given({ sources: { given, folder } }: { sources: Sources }) {
  return (
    <div>
      <ul className="flex flex-wrap gap-x-3 gap-y-0.5">
        {given.map((one, at) => (
          <GivenItem key={at} item={one} />
        ))}
      </ul>
      <p className="mt-0.5 break-words">
        Agents work on {given.length === 1 ? 'it' : 'them'}
        {folder !== '' && (
          <>
            {' '}
            instead of <bdi>{folder}</bdi>
          </>
        )}
        .
      </p>
    </div>
  )
}

function GivenItem({ item }: { item: GoalSource }) {
  const Icon = icons[item.kind]
  return (
    <li className="flex min-w-0 items-center gap-1 text-ink">
      <Icon aria-hidden="true" className="size-3.5 shrink-0 text-ink-3" />
      <bdi className="min-w-0 break-all">{item.name}</bdi>
    </li>
  )
}
