import type { PasskeyOptions } from '@better-auth/passkey'

/** What a browser is asked for, as WebAuthn's JSON has it; handed on as it came. */
export type PasskeyQuestion = Readonly<Record<string, unknown>>

/** What a device answers to sign somebody in: Base64url throughout. */
export type PasskeyAnswer = {
  id: string
  rawId: string
  type: 'public-key'
  response: {
    clientDataJSON: string
    authenticatorData: string
    signature: string
    userHandle?: string | undefined
  }
}

/**
 * Signing in with a key that a device keeps. Questions come with a cookie that holds their challenge; an answer is
 * good once, within five minutes, and with that cookie.
 */
export type Passkeys = {
  /** What a device is asked for to make a key for who is signed in; null where they have to sign in anew first. */
  beginAdding(headers: Headers): Promise<{ question: PasskeyQuestion; headers: Headers } | null>
  /** Keeps the key that a device made. False where it does not fit the question. */
  add(headers: Headers, name: string, answer: unknown): Promise<boolean>
  /** What a device is asked for to sign somebody in. */
  beginSignIn(headers: Headers): Promise<{ question: PasskeyQuestion; headers: Headers }>
  /** The new session of the key's owner; null where the answer fits no key that is known. */
  signIn(headers: Headers, answer: PasskeyAnswer): Promise<{ personId: string; headers: Headers } | null>
}

/** Whether browsers make passkeys for an address: they do for names, not for addresses in numbers. */
export function takesPasskeys(url: string): boolean {
  const { hostname, protocol } = new URL(url)
  const isName = /[a-z]/i.test(hostname) && !hostname.startsWith('[')
  return isName && (protocol === 'https:' || hostname === 'localhost' || hostname.endsWith('.localhost'))
}

/** How keys are made and asked for: by a person who is there and known to the device (a finger, a face, a PIN). */
export function passkeyOptions(url: string, refuse: () => never): PasskeyOptions {
  return {
    rpID: new URL(url).hostname,
    rpName: 'Skein',
    origin: new URL(url).origin,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    registration: {
      async afterVerification({ verification }) {
        if (verification.registrationInfo?.userVerified !== true) refuse()
      },
    },
    authentication: {
      async afterVerification({ verification }) {
        if (!verification.authenticationInfo.userVerified) refuse()
      },
    },
  }
}
