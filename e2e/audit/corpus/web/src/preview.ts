import type { Request, Response } from 'express'
import { database } from './database'

const partners = new Map([
  ['north', 'https://north.example/status'],
  ['south', 'https://south.example/status'],
])

/** GET /preview?url= */
export async function preview(request: Request, response: Response) {
  const page = await fetch(String(request.query.url))
  response.type('text/plain').send((await page.text()).slice(0, 2_000))
}

/** GET /partners/:name/status */
export async function partnerStatus(request: Request, response: Response) {
  const address = partners.get(String(request.params.name))
  if (address === undefined) {
    response.status(404).end()
    return
  }
  const answer = await fetch(address)
  response.json(await answer.json())
}

/** POST /vouchers/:code/redeem: a voucher is worth its amount once. */
export async function redeem(request: Request, response: Response) {
  const code = request.params.code
  const { rows } = await database.query('SELECT amount, used FROM vouchers WHERE code = $1', [code])
  if (rows[0] === undefined || rows[0].used) {
    response.status(409).end()
    return
  }
  await database.query('UPDATE accounts SET balance = balance + $1 WHERE id = $2', [rows[0].amount, request.body.account])
  await database.query('UPDATE vouchers SET used = true WHERE code = $1', [code])
  response.status(204).end()
}
