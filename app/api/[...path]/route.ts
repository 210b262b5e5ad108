import { refusedPaths } from '@/lib/server/http/request-guard'
import { route } from '@/lib/server/http/route'
import { Refusal } from '@/lib/server/services/problem'

export const dynamic = 'force-dynamic'

/** Whatever has no address of its own: said as a problem, as everything else is. */
const refuse = route(
  ({ url: { pathname } }) => {
    if (pathname === refusedPaths.address)
      throw new Refusal('bad-request', 'The address cannot be read: a percent sign in it stands for no character.')
    if (pathname === refusedPaths.method)
      throw new Refusal(
        'no-such-method',
        'Nothing here answers to that method. Use GET, HEAD, POST, PUT, PATCH or DELETE; /api/openapi.json says which where.',
      )
    throw new Refusal('not-found', `Nothing at ${pathname}. /api/openapi.json lists what there is.`)
  },
  { open: true },
)

export {
  refuse as DELETE,
  refuse as GET,
  refuse as HEAD,
  refuse as OPTIONS,
  refuse as PATCH,
  refuse as POST,
  refuse as PUT,
}
