import { Ago } from '@/components/ui/elapsed'
import { ScrollBox } from '@/components/ui/scroll-box'
import type { Webhook } from '@/lib/api/alerts'
import { plural } from '@/lib/view/format/numbers'

type Delivery = Webhook['deliveries'][number]

/** Notices that were sent, each with its outcome. */
export function DeliveryLog({ deliveries }: { deliveries: readonly Delivery[] }) {
  return (
    <ScrollBox label="Deliveries" className="max-h-72 overflow-auto rounded-md border">
      <table className="num w-full min-w-[560px] text-sm">
        <thead>
          <tr className="border-b text-xs text-ink-2">
            <th scope="col" className="px-3 py-1.5 text-left font-medium">
              Sent
            </th>
            <th scope="col" className="px-3 py-1.5 text-left font-medium">
              About
            </th>
            <th scope="col" className="px-3 py-1.5 text-left font-medium">
              State
            </th>
          </tr>
        </thead>
        <tbody>
          {deliveries.map((delivery) => (
            <tr key={delivery.id} className="border-b align-top last:border-b-0">
              <td className="whitespace-nowrap px-3 py-1.5 text-ink-2">
                <Ago at={delivery.createdAt} />
              </td>
              <td className="px-3 py-1.5">{delivery.about}</td>
              <td className="px-3 py-1.5">
                {words[delivery.status]}
                <span className="block text-xs text-ink-3">{detailOf(delivery)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  )
}

const words = { pending: 'waits', delivered: 'taken', failed: 'given up' } as const

function detailOf({ status, attempts, lastAnswer, nextAt }: Delivery): string {
  const tries = `${plural(attempts, 'try', 'tries')}${lastAnswer === null ? '' : `, ${lastAnswer}`}`
  return status === 'pending' && nextAt !== null ? `${tries}; again at ${nextAt.slice(11, 16)} UTC` : tries
}
