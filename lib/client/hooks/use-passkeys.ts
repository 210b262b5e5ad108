'use client'

import { startAuthentication, startRegistration } from '@simplewebauthn/browser'
import { useMutation } from '@tanstack/react-query'
import { z } from 'zod'
import { newPasskeySchema, passkeySignInSchema } from '@/lib/api/people'
import { call, send } from '../http/api'
import { laterApi } from '../http/later'
import { useChange } from '../queries/use-change'

const accountApi = laterApi(async () => (await import('@/lib/api/endpoints/people-endpoints')).accountApi)

/** Asks a device for a new passkey and keeps it under a name. */
export function useAddPasskey() {
  return useChange('account', async (name: string) => {
    const { question } = await call(accountApi.beginPasskey, {})
    const answer = await asked(() => startRegistration({ optionsJSON: registrationOptions.parse(question) }))
    await send(accountApi.addPasskey, { body: newPasskeySchema.parse({ name, answer }) })
  })
}

export function useRemovePasskey() {
  return useChange('account', (passkeyId: string) =>
    send(accountApi.removePasskey, { params: { passkeyId } }),
  )
}

/** Signs in by whatever passkey the device has for this server. */
export function usePasskeySignIn() {
  return useMutation({
    mutationFn: async () => {
      const { question } = await call(accountApi.beginPasskeySignIn, {})
      const answer = await asked(() =>
        startAuthentication({ optionsJSON: authenticationOptions.parse(question) }),
      )
      await send(accountApi.signInByPasskey, { body: passkeySignInSchema.parse({ answer }) })
    },
  })
}

/** Asks for the address at the provider where one's account there is linked. */
export function useLinkProvider() {
  return useMutation({ mutationFn: (back: string) => call(accountApi.linkProvider, { body: { back } }) })
}

export function useUnlinkProvider() {
  return useChange('account', () => send(accountApi.unlinkProvider, {}))
}

type Registration = Parameters<typeof startRegistration>[0]['optionsJSON']
type Authentication = Parameters<typeof startAuthentication>[0]['optionsJSON']

/** What the server asks of a device is made by the library that the browser's half belongs to. */
const registrationOptions = z.custom<Registration>(isQuestion)
const authenticationOptions = z.custom<Authentication>(isQuestion)

function isQuestion(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'challenge' in value
}

/** What a device answers; a sentence in place of what browsers say when somebody closes the window. */
async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    const isKnown = error instanceof Error && error.name === 'InvalidStateError'
    throw new Error(
      isKnown
        ? 'This device has a passkey for you here already.'
        : 'The device gave no passkey: the window was closed, it took too long, or there is none for this server.',
    )
  }
}
