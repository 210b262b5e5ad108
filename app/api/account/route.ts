import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import { handle } from '@/lib/server/http/route'
import { readAccount } from '@/lib/server/people/account'

export const GET = handle(accountApi.getAccount, ({ app, asker }) => readAccount(app, asker))
